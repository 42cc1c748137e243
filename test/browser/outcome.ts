/** What the test gets to hear of a call in the page. */

/** What came of a call: what the library gives back, or the error it throws. */
export type Outcome = { readonly ok: unknown } | { readonly error: string };

export async function outcomeOf(call: () => Promise<unknown>): Promise<Outcome> {
	try {
		return { ok: await call() };
	} catch (error) {
		const { name, message } = error as Error;
		return { error: `${name}: ${message}` };
	}
}
