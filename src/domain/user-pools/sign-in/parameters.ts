/** The string maps that InitiateAuth and RespondToAuthChallenge carry. */
import { missingParameter } from "../../refusals.ts";

export type Parameters = Readonly<Record<string, string>>;

/** A parameter that the step can't do without. */
export function required(parameters: Parameters, name: string): string {
	const value = parameters[name];
	if (value === undefined || value === "") throw missingParameter(name);
	return value;
}
