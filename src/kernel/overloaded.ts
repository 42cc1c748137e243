/** More was asked than a bounded queue holds: nothing was done, and the caller may try again later. Doors answer TooManyRequestsException or 503. */
export class Overloaded extends Error {
	override readonly name: string = "Overloaded";
}

/** More was asked in a second than a request quota has. */
export class RateExceeded extends Overloaded {
	override readonly name = "RateExceeded";

	constructor() {
		super("Rate exceeded");
	}
}
