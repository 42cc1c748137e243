/**
 * The settings document of a style: what of it is taken, how a later one changes an earlier one, and what it is together with the defaults.
 * "Amazon Cognito ignores any values in your Settings object that aren't in the schema"; those that are must be of their kind.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-brandingeditor.html
 */
import { isObject } from "../../../kernel/json.ts";
import { defaultSettings, type ManagedLoginSettings } from "./default-settings.ts";
import { settingsInvalid } from "./refusals.ts";

/** Colours are RGB with an opacity, without `#`. */
const colour = /^[0-9a-fA-F]{8}$/;
/** Radii are pixels. */
const radiusMax = 1000;
const listItemsMax = 50;
/** Names of options. Which there are is nowhere documented as a whole: the pages take those that they know. */
const option = /^[A-Z][A-Z0-9_]{0,63}$/;
const name = /^[\w .:-]{1,128}$/;

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** The part of a document that the schema has. @throws InvalidParameterException */
export function checkSettings(document: unknown): ManagedLoginSettings {
	return take(document, defaultSettings as unknown as JsonObject, "$") as ManagedLoginSettings;
}

/** What an update leaves: "original settings remain unchanged unless you specify otherwise". Lists are replaced whole. */
export function mergeSettings(original: ManagedLoginSettings, update: ManagedLoginSettings): ManagedLoginSettings {
	return merge(original as JsonObject, update as JsonObject) as ManagedLoginSettings;
}

/** The document with the defaults filled in. */
export function completeSettings(settings: ManagedLoginSettings): typeof defaultSettings {
	return merge(defaultSettings as unknown as JsonObject, settings as JsonObject) as unknown as typeof defaultSettings;
}

function merge(original: JsonObject, update: JsonObject): JsonObject {
	const merged: Record<string, Json> = { ...original };
	for (const [key, value] of Object.entries(update)) {
		const there = merged[key];
		merged[key] = isObject(there) && isObject(value) ? merge(there, value) : value;
	}
	return merged;
}

function take(value: unknown, shape: Json, path: string): Json {
	if (Array.isArray(shape)) return takeList(value, shape[0], path);
	if (isObject(shape)) return takeObject(value, shape, path);
	if (typeof shape === "boolean") {
		if (typeof value !== "boolean") throw settingsInvalid(path, "true or false");
		return value;
	}
	if (typeof shape === "number") {
		if (typeof value !== "number" || !(value >= 0 && value <= radiusMax)) throw settingsInvalid(path, `a number from 0 to ${radiusMax}`);
		return value;
	}
	const [pattern, must] = kindOf(shape as string);
	if (typeof value !== "string" || !pattern.test(value)) throw settingsInvalid(path, must);
	return value;
}

function kindOf(example: string): readonly [RegExp, string] {
	if (colour.test(example)) return [colour, "a color of 8 hexadecimal digits"];
	return option.test(example) ? [option, "an option in upper case"] : [name, "a name"];
}

function takeObject(value: unknown, shape: JsonObject, path: string): JsonObject {
	if (!isObject(value)) throw settingsInvalid(path, "an object");
	const taken: Record<string, Json> = {};
	for (const [key, member] of membersOf(value, shape, path)) {
		// Own members alone, so that no key of a document reaches a prototype.
		if (Object.hasOwn(value, key)) taken[key] = take(value[key], member, `${path}.${key}`);
	}
	return taken;
}

/** The members to take, with their shapes. */
function membersOf(value: object, shape: JsonObject, path: string): (readonly [string, Json])[] {
	if (path === "$.components.idpButton.custom") {
		// A member for each identity provider, by its name.
		const each = defaultSettings.components.idpButton.standard as unknown as Json;
		return Object.keys(value)
			.filter((key) => name.test(key) && key !== "__proto__")
			.slice(0, listItemsMax)
			.map((key) => [key, each] as const);
	}
	// Each state of a button may have each of the colours that some state has.
	const more = "backgroundColor" in shape && path.includes("Button") ? { borderColor: "00000000", textColor: "00000000" } : {};
	return Object.entries({ ...more, ...shape });
}

function takeList(value: unknown, item: Json | undefined, path: string): Json {
	if (!Array.isArray(value) || value.length > listItemsMax) throw settingsInvalid(path, `a list of at most ${listItemsMax}`);
	// The order of identity providers is empty by default: it holds their names.
	return value.map((each, i) => take(each, item ?? "name", `${path}[${i}]`));
}
