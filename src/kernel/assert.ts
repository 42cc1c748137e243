/** Something that this code relies on does not hold: a defect of ours, answered with 500 and no detail. */
export class AssertionFailure extends Error {
	override readonly name = "AssertionFailure";
}

export function assert(condition: unknown, message: string): asserts condition {
	if (!condition) throw new AssertionFailure(message);
}

/** The value, which must be there. */
export function present<T>(value: T | undefined | null, message: string): T {
	if (value === undefined || value === null) throw new AssertionFailure(message);
	return value;
}

/** Marks a branch that types say can't be reached. */
export function unreachable(value: never): never {
	throw new AssertionFailure(`unreachable: ${JSON.stringify(value)}`);
}
