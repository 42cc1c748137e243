/** A message that can't be sent as it is: its recipient was refused for good, or it has what no message may have. Trying again is of no use. */
export class Undeliverable extends Error {
	override readonly name = "Undeliverable";
}
