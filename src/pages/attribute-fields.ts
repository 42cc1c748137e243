/** Fields for a user's attributes, each with the type and the autocomplete token that fit, and what a refusal says of which. */
import type { AwsError } from "../aws/errors.ts";
import type { UserPool } from "../domain/user-pools/pools.ts";
import { textField } from "./components.ts";
import type { Fields } from "./fields.ts";
import type { TextKey } from "./languages.ts";
import type { Html, Look } from "./look.ts";

interface Kind {
	readonly label?: TextKey;
	readonly hint?: TextKey;
	readonly type?: "text" | "email" | "tel" | "date" | "url" | "number";
	/** WHATWG HTML §4.10.18.7.1. */
	readonly autocomplete?: string;
	readonly lines?: number;
}

const kinds: Readonly<Record<string, Kind>> = {
	// The token is one for several lines.
	address: { label: "attribute.address", autocomplete: "street-address", lines: 3 },
	birthdate: { label: "attribute.birthdate", type: "date", autocomplete: "bday" },
	email: { label: "attribute.email", type: "email", autocomplete: "email" },
	family_name: { label: "attribute.family_name", autocomplete: "family-name" },
	gender: { label: "attribute.gender", autocomplete: "sex" },
	given_name: { label: "attribute.given_name", autocomplete: "given-name" },
	locale: { label: "attribute.locale", hint: "attribute.localeHint", autocomplete: "language" },
	middle_name: { label: "attribute.middle_name", autocomplete: "additional-name" },
	name: { label: "attribute.name", autocomplete: "name" },
	nickname: { label: "attribute.nickname", autocomplete: "nickname" },
	phone_number: { label: "attribute.phone_number", hint: "field.phoneHint", type: "tel", autocomplete: "tel" },
	picture: { label: "attribute.picture", type: "url", autocomplete: "photo" },
	preferred_username: { label: "attribute.preferred_username" },
	profile: { label: "attribute.profile", type: "url" },
	website: { label: "attribute.website", type: "url", autocomplete: "url" },
	zoneinfo: { label: "attribute.zoneinfo", hint: "attribute.zoneinfoHint" },
};

export interface AskedAttribute {
	readonly name: string;
	readonly isRequired: boolean;
}

export interface Problem {
	readonly name: string;
	readonly message: string;
}

const prefix = "attribute.";
export const attributeFieldName = (name: string) => `${prefix}${name}`;

/** The fields of `asked`, with what was typed. */
export function attributeFields(
	look: Look,
	pool: UserPool,
	asked: readonly AskedAttribute[],
	typed: Fields | undefined,
	problems: readonly Problem[],
): Html[] {
	const { text } = look.language;
	return asked.map(({ name, isRequired }) => {
		const kind: Kind = kinds[name] ?? {};
		const field = attributeFieldName(name);
		const max = Number(pool.schema.get(name)?.StringAttributeConstraints?.MaxLength ?? 2048);
		return textField(look, {
			name: field,
			label: kind.label === undefined ? name : text(kind.label),
			hint: kind.hint && text(kind.hint),
			type: kind.type ?? (pool.schema.get(name)?.AttributeDataType === "Number" ? "number" : "text"),
			autocomplete: kind.autocomplete,
			lines: kind.lines,
			required: isRequired,
			value: typed?.text(field),
			charactersMax: max,
			error: problems.find((problem) => problem.name === field)?.message,
		});
	});
}

/** The values of `asked` that were typed. */
export function readAttributes(asked: readonly AskedAttribute[], fields: Fields): { readonly Name: string; readonly Value: string }[] {
	return asked
		.map(({ name }) => ({ Name: name, Value: typedValue(name, fields.text(attributeFieldName(name))) }))
		.filter(({ Value }) => Value !== "");
}

/** Telephone numbers are often written in groups; the pool has them without (E.164). Forms end lines with two characters. */
function typedValue(name: string, value: string): string {
	return name === "phone_number" ? value.replaceAll(/[\s().-]/g, "") : value.replaceAll("\r\n", "\n");
}

/** Required attributes that were left empty. */
export function missingAttributes(look: Look, asked: readonly AskedAttribute[], fields: Fields): Problem[] {
	return asked
		.filter(({ name, isRequired }) => isRequired && fields.text(attributeFieldName(name)) === "")
		.map(({ name }) => ({ name: attributeFieldName(name), message: look.language.text("field.required") }));
}

/** What a refusal says of attributes that the page asked for: it names them, a line each. */
export function problemsIn(look: Look, asked: readonly AskedAttribute[], error: AwsError): Problem[] {
	if (error.code !== "InvalidParameterException") return [];
	const [, lines] = /^Attributes did not conform to the schema: ([\s\S]*)$/.exec(error.message) ?? [];
	const named = (lines ?? "").split("\n").map((line) => line.split(":", 1)[0] ?? "");
	const byFormat: Readonly<Record<string, readonly [name: string, key: TextKey]>> = {
		"Invalid email address format.": ["email", "error.invalidEmail"],
		"Invalid phone number format.": ["phone_number", "error.invalidPhone"],
		"Invalid birthdate format, please use YYYY-MM-DD.": ["birthdate", "error.invalidValue"],
	};
	const format = byFormat[error.message];
	return asked.flatMap(({ name }) => {
		if (format?.[0] === name) return [{ name: attributeFieldName(name), message: look.language.text(format[1]) }];
		return named.includes(name) ? [{ name: attributeFieldName(name), message: look.language.text("error.invalidValue") }] : [];
	});
}
