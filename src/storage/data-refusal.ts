/** A backup, restore, export or import that can't be done; its message is one sentence for the operator. */
export class DataRefusal extends Error {
	override readonly name = "DataRefusal";
}
