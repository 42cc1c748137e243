/** More was asked than a bounded queue holds: nothing was done, and the caller may try again later. Doors answer TooManyRequestsException or 503. */
export class Overloaded extends Error {
	override readonly name = "Overloaded";
}
