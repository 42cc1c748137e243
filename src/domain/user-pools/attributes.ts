/**
 * What may be stored as a user's attributes: the pool's schema, the formats of the standard attributes, and who may write which.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
import type { AttributeType, SchemaAttributeType } from "../../aws/model/cognito-idp.types.ts";
import {
	attributeCannotBeUpdated,
	attributeIsUsername,
	attributeNeeded,
	attributeNotMutable,
	attributeNotWritable,
	attributesCannotBeDeleted,
	attributesDoNotConform,
	attributeTypeUnknown,
	attributeUnknown,
	invalidBirthdate,
	invalidEmailAddress,
	invalidPhoneNumber,
} from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { foldCase, isEmailAddress, isPhoneNumber } from "./names.ts";
import type { UserPool } from "./pools.ts";
import type { User } from "./users.ts";

/** "Maximum size of an attribute": the developer guide's quotas. */
export const attributeBytesMax = 2048;

/** Who sets attributes: a user through an app client, somebody with AWS credentials, or the pool's function that brings users along. */
export type Writer = { readonly by: "user"; readonly client: AppClient } | { readonly by: "administrator" | "migration" };

export type Attributes = Readonly<Record<string, string>>;

/** Made by the server; nobody sets them. */
const systemAttributes: ReadonlySet<string> = new Set(["sub", "identities"]);
/** What says of an address that its user has it: never for the user to write. */
export const verifiedFlags: ReadonlySet<string> = new Set(["email_verified", "phone_number_verified"]);

/**
 * The attributes of a new user, checked. Blank values count as absent. `given` comes besides the list, which may only repeat it: a
 * username that is an e-mail address, for one. Users must supply every required attribute; administrators only those that can't be supplied later, and
 * migrations none, which the guide would have "default values" for.
 * @throws InvalidParameterException, NotAuthorizedException
 */
export function checkNewAttributes(
	pool: UserPool,
	list: readonly AttributeType[] | undefined,
	writer: Writer,
	given: Attributes = {},
): Attributes {
	const attributes: Record<string, string> = {};
	const problems: string[] = [];
	for (const { Name: name, Value: value = "" } of list ?? []) {
		const schema = settable(pool, name);
		if (schema === undefined) throw attributeTypeUnknown(name);
		checkWritable(writer, name, schema);
		if (value === "") continue;
		const stored = checkValue(pool, name, schema, value, problems);
		if (stored !== undefined) attributes[name] = stored;
	}
	for (const [name, value] of Object.entries(given)) {
		const username = normalize(pool, name, value);
		// What a migration brings is of the name that somebody signed in with.
		if (writer.by !== "migration" && (attributes[name] ?? username) !== username) throw attributeIsUsername(name);
		attributes[name] = username;
	}
	for (const [name, schema] of pool.schema) {
		if (!schema.Required || systemAttributes.has(name) || attributes[name] !== undefined) continue;
		if (writer.by === "user" || (writer.by === "administrator" && schema.Mutable === false))
			problems.push(`${name}: The attribute is required`);
	}
	if (problems.length > 0) throw attributesDoNotConform(problems);
	checkFlags(attributes);
	return attributes;
}

/**
 * All attributes of a user after the changes in `list`, checked. A blank value deletes the attribute. A changed e-mail address or
 * telephone number is unverified unless the same list says otherwise.
 * @throws InvalidParameterException, NotAuthorizedException
 */
export function checkAttributeChanges(pool: UserPool, user: User, list: readonly AttributeType[], writer: Writer): Attributes {
	const attributes: Record<string, string> = { ...user.attributes };
	const problems: string[] = [];
	const sent = new Set(list.map((attribute) => attribute.Name));
	for (const { Name: name, Value: value = "" } of list) {
		const schema = settable(pool, name);
		if (schema === undefined) throw attributeUnknown(name);
		checkWritable(writer, name, schema);
		// "You can only write a value to an immutable attribute when you create a user."
		if (schema.Mutable === false) throw attributeCannotBeUpdated(name);
		const flag = `${name}_verified`;
		if (value === "") {
			if (schema.Required) problems.push(`${name}: The attribute is required`);
			delete attributes[name];
			delete attributes[flag];
			continue;
		}
		const stored = checkValue(pool, name, schema, value, problems);
		if (stored === undefined) continue;
		attributes[name] = stored;
		if (verifiedFlags.has(flag) && !sent.has(flag) && stored !== user.attributes[name]) attributes[flag] = "false";
	}
	if (problems.length > 0) throw attributesDoNotConform(problems);
	checkFlags(attributes);
	return attributes;
}

/**
 * All attributes of a user without those in `names`, and without what says of them that they are verified.
 * @throws InvalidParameterException, NotAuthorizedException
 */
export function checkAttributeDeletions(pool: UserPool, user: User, names: readonly string[], writer: Writer): Attributes {
	const attributes: Record<string, string> = { ...user.attributes };
	const problems: string[] = [];
	for (const name of names) {
		const schema = settable(pool, name);
		if (schema === undefined) {
			problems.push(`${name}: Attribute does not exist in the schema.`);
			continue;
		}
		checkWritable(writer, name, schema);
		if (schema.Mutable === false) throw attributeCannotBeUpdated(name);
		if (schema.Required) problems.push(`${name}: The attribute is required`);
		delete attributes[name];
		delete attributes[`${name}_verified`];
	}
	if (problems.length > 0) throw attributesCannotBeDeleted(problems);
	return attributes;
}

/** Names of the pool's required attributes that the user has no value for. */
export function missingRequiredAttributes(pool: UserPool, user: User): string[] {
	return [...pool.schema]
		.filter(([name, schema]) => schema.Required && !systemAttributes.has(name) && user.attributes[name] === undefined)
		.map(([name]) => name);
}

/** What the pool says of the attribute; undefined where it has none of the name. */
function settable(pool: UserPool, name: string): SchemaAttributeType | undefined {
	if (systemAttributes.has(name)) throw attributeNotMutable(name);
	return pool.schema.get(name);
}

/** Users write what their client may write, and required attributes always; never what says that an address is verified. */
function checkWritable(writer: Writer, name: string, schema: SchemaAttributeType): void {
	if (writer.by !== "user") return;
	if (verifiedFlags.has(name) || name.startsWith("dev:")) throw attributeNotWritable();
	if (writer.client.writable === undefined || writer.client.writable.has(name) || schema.Required) return;
	throw attributeNotWritable();
}

function checkFlags(attributes: Attributes): void {
	for (const name of ["email", "phone_number"]) {
		if (attributes[`${name}_verified`] === "true" && attributes[name] === undefined)
			throw attributeNeeded(name, `${name}_verified is true`);
	}
}

/** The value as it is stored; undefined, with a line in `problems`, where the schema refuses it. */
function checkValue(pool: UserPool, name: string, schema: SchemaAttributeType, value: string, problems: string[]): string | undefined {
	const problem =
		Buffer.byteLength(value) > attributeBytesMax
			? `Attribute cannot have more than ${attributeBytesMax} bytes.`
			: typeProblem(schema, value);
	if (problem !== undefined) {
		problems.push(`${name}: ${problem}`);
		return undefined;
	}
	if (name === "email" && !isEmailAddress(value)) throw invalidEmailAddress();
	if (name === "phone_number" && !isPhoneNumber(value)) throw invalidPhoneNumber();
	if (name === "birthdate" && !isDate(value)) throw invalidBirthdate();
	return schema.AttributeDataType === "Boolean" ? value.toLowerCase() : normalize(pool, name, value);
}

/** Pools that are not case sensitive show these attributes in lower case: "User pool case sensitivity" of the developer guide. */
function normalize(pool: UserPool, name: string, value: string): string {
	return !pool.caseSensitive && (name === "email" || name === "preferred_username") ? foldCase(value) : value;
}

const numberPattern = /^-?\d+(\.\d+)?$/;
/** ISO 8601, a date with or without a time. */
const dateTimePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

function typeProblem(schema: SchemaAttributeType, value: string): string | undefined {
	switch (schema.AttributeDataType) {
		case "Boolean":
			return /^(true|false)$/i.test(value) ? undefined : "Attribute value must be true or false.";
		case "Number": {
			if (!numberPattern.test(value)) return "Attribute value must be a number.";
			const { MinValue, MaxValue } = schema.NumberAttributeConstraints ?? {};
			if (MinValue !== undefined && Number(value) < Number(MinValue)) return `Attribute value must not be less than ${MinValue}.`;
			if (MaxValue !== undefined && Number(value) > Number(MaxValue)) return `Attribute value must not be greater than ${MaxValue}.`;
			return undefined;
		}
		case "DateTime":
			// Seconds since the epoch are a point in time, too.
			return numberPattern.test(value) || (dateTimePattern.test(value) && !Number.isNaN(Date.parse(value)))
				? undefined
				: "Attribute value must be a date.";
		default: {
			const { MinLength, MaxLength } = schema.StringAttributeConstraints ?? {};
			if (MinLength !== undefined && value.length < Number(MinLength)) return `Attribute value must have at least ${MinLength} characters.`;
			if (MaxLength !== undefined && value.length > Number(MaxLength)) return `Attribute value must have at most ${MaxLength} characters.`;
			return undefined;
		}
	}
}

/** A day of the calendar as YYYY-MM-DD. */
function isDate(text: string): boolean {
	const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
	return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
