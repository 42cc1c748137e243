/**
 * A pool's attribute schema: the standard attributes, as DescribeUserPool lists them, and the custom ones that CreateUserPool adds.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
import type {
	AttributeDataType,
	NumberAttributeConstraintsType,
	SchemaAttributeType,
	StringAttributeConstraintsType,
} from "../../aws/model/cognito-idp.types.ts";
import {
	attributeTooLong,
	attributeTypeMissing,
	constraintsInvalid,
	customAttributeExists,
	customAttributesNotRequired,
	lengthsOutOfOrder,
	memberNotNull,
	schemaNamesDuplicate,
	standardAttributeFixed,
	tooManyCustomAttributes,
	valuesOutOfOrder,
} from "../refusals.ts";

/** "The maximum length for any custom attribute can be no more than 2048 characters." */
export const attributeLengthMax = 2048;
/** "Maximum number of custom attributes per user pool": the developer guide's quotas. */
const customAttributesMax = 50;
/** Numbers in the constraints are "less than or equal to 2^1023". */
const numberMax = 2n ** 1023n;

type Attribute = SchemaAttributeType & { readonly Name: string };

const text = (Name: string, MinLength = "0", MaxLength = String(attributeLengthMax)): Attribute => ({
	Name,
	AttributeDataType: "String",
	DeveloperOnlyAttribute: false,
	Mutable: true,
	Required: false,
	StringAttributeConstraints: { MinLength, MaxLength },
});
const flag = (Name: string): Attribute => ({
	Name,
	AttributeDataType: "Boolean",
	DeveloperOnlyAttribute: false,
	Mutable: true,
	Required: false,
});

/** In the order of the API reference's examples of CreateUserPool. */
const standardAttributes: readonly Attribute[] = [
	{ ...text("sub", "1"), Mutable: false, Required: true },
	text("name"),
	text("given_name"),
	text("family_name"),
	text("middle_name"),
	text("nickname"),
	text("preferred_username"),
	text("profile"),
	text("picture"),
	text("website"),
	text("email"),
	flag("email_verified"),
	text("gender"),
	text("birthdate", "10", "10"),
	text("zoneinfo"),
	text("locale"),
	text("phone_number"),
	flag("phone_number_verified"),
	text("address"),
	{
		Name: "updated_at",
		AttributeDataType: "Number",
		DeveloperOnlyAttribute: false,
		Mutable: true,
		Required: false,
		NumberAttributeConstraints: { MinValue: "0" },
	},
];

/** What the permission `oidc:profile` of an app client stands for: "OIDC standard attributes minus email, phone_number, sub, and address". */
export const profileAttributes: readonly string[] = [
	"name",
	"family_name",
	"given_name",
	"middle_name",
	"nickname",
	"preferred_username",
	"profile",
	"picture",
	"website",
	"gender",
	"birthdate",
	"zoneinfo",
	"locale",
];

/**
 * The schema of a new pool: the standard attributes with what `entries` changes of them, then the custom ones.
 * @throws InvalidParameterException
 */
export function createSchema(entries: readonly SchemaAttributeType[] | undefined): SchemaAttributeType[] {
	const named = checkNames(entries ?? [], "schema");
	const overrides = named.filter((entry) => isStandard(entry.Name));
	const schema = standardAttributes.map((standard) => {
		const own = overrides.filter((entry) => entry.Name === standard.Name);
		if (own.length > 1) throw schemaNamesDuplicate(standard.Name);
		return own[0] === undefined ? standard : overrideStandard(standard, own[0]);
	});
	// How many there may be is in the model: the list holds no more.
	return [...schema, ...createCustoms(named.filter((entry) => !isStandard(entry.Name)))];
}

/**
 * A schema with further custom attributes. A name of a standard attribute makes a custom one here: `custom:email`.
 * @throws InvalidParameterException
 */
export function extendSchema(schema: readonly SchemaAttributeType[], entries: readonly SchemaAttributeType[]): SchemaAttributeType[] {
	const custom = createCustoms(checkNames(entries, "customAttributes"));
	for (const { Name: name } of custom) {
		if (schema.some((attribute) => attribute.Name === name)) throw customAttributeExists(name);
	}
	const extended = [...schema, ...custom];
	if (extended.length - standardAttributes.length > customAttributesMax) throw tooManyCustomAttributes(customAttributesMax);
	return extended;
}

function checkNames(entries: readonly SchemaAttributeType[], list: string): Attribute[] {
	return entries.map((entry, index) => {
		if (entry.Name === undefined) throw memberNotNull(`${list}.${index + 1}.member.name`);
		return { ...entry, Name: entry.Name };
	});
}

function createCustoms(entries: readonly Attribute[]): Attribute[] {
	const custom = entries.map(createCustom);
	const seen = new Set<string>();
	for (const { Name: name } of custom) {
		if (seen.has(name)) throw schemaNamesDuplicate(name);
		seen.add(name);
	}
	return custom;
}

function isStandard(name: string): boolean {
	return standardAttributes.some((attribute) => attribute.Name === name);
}

function overrideStandard(standard: Attribute, entry: Attribute): Attribute {
	const { Name: name } = standard;
	if ((entry.AttributeDataType ?? standard.AttributeDataType) !== standard.AttributeDataType || entry.DeveloperOnlyAttribute) {
		throw standardAttributeFixed(name);
	}
	return {
		Name: name,
		AttributeDataType: standard.AttributeDataType,
		DeveloperOnlyAttribute: false,
		// The sub is the pool's to give: it stays required and fixed.
		Mutable: name === "sub" ? false : (entry.Mutable ?? standard.Mutable),
		Required: name === "sub" ? true : (entry.Required ?? standard.Required),
		...constraints(name, standard.AttributeDataType, {
			text: { ...standard.StringAttributeConstraints, ...entry.StringAttributeConstraints },
			number: { ...standard.NumberAttributeConstraints, ...entry.NumberAttributeConstraints },
		}),
	};
}

function createCustom(entry: Attribute): Attribute {
	const { AttributeDataType: type } = entry;
	const developerOnly = entry.DeveloperOnlyAttribute ?? false;
	const name = `${developerOnly ? "dev:" : ""}custom:${entry.Name}`;
	if (type === undefined) throw attributeTypeMissing();
	if (entry.Required) throw customAttributesNotRequired();
	return {
		Name: name,
		AttributeDataType: type,
		DeveloperOnlyAttribute: developerOnly,
		Mutable: entry.Mutable ?? false,
		Required: false,
		...constraints(name, type, { text: entry.StringAttributeConstraints ?? {}, number: entry.NumberAttributeConstraints ?? {} }),
	};
}

/** The constraints of the attribute's own type; those of the other type are dropped, as Cognito does. */
function constraints(
	name: string,
	type: AttributeDataType | undefined,
	given: { readonly text: StringAttributeConstraintsType; readonly number: NumberAttributeConstraintsType },
): Pick<SchemaAttributeType, "StringAttributeConstraints" | "NumberAttributeConstraints"> {
	if (type === "String") {
		const { MinLength, MaxLength } = given.text;
		const min = parse(MinLength, /^\d+$/, "String", name);
		const max = parse(MaxLength, /^\d+$/, "String", name);
		if ((min ?? 0n) > attributeLengthMax || (max ?? 0n) > attributeLengthMax) {
			throw attributeTooLong(name, attributeLengthMax);
		}
		if (min !== undefined && max !== undefined && max < min) throw lengthsOutOfOrder(name);
		return { StringAttributeConstraints: given.text };
	}
	if (type === "Number") {
		const { MinValue, MaxValue } = given.number;
		const min = parse(MinValue, /^-?\d+$/, "Number", name);
		const max = parse(MaxValue, /^-?\d+$/, "Number", name);
		if (min !== undefined && max !== undefined && max < min) throw valuesOutOfOrder(name);
		return { NumberAttributeConstraints: given.number };
	}
	return {};
}

function parse(value: string | undefined, pattern: RegExp, kind: "String" | "Number", name: string): bigint | undefined {
	if (value === undefined) return undefined;
	// 2^1023 has 308 digits: longer ones are not worth parsing.
	if (value.length > 309 || !pattern.test(value)) throw constraintsInvalid(kind, name);
	const number = BigInt(value);
	if (number > numberMax || number < -numberMax) throw constraintsInvalid(kind, name);
	return number;
}
