/** Values of keys as policies compare them: text. */
import { validation } from "./refusals.ts";

/** 38 digits, and exponents from -130 to 125. */
const numberPattern = /^([+-]?)(\d{0,200})(?:\.(\d{0,200}))?(?:e([+-]?\d{1,3}))?$/i;

const notAKey = () => validation("The provided key element does not match the schema");

/** A string itself, a number in plain digits, bytes in base64. Undefined where there is none. @throws ValidationException */
export function keyText(value: unknown): string | undefined {
	if (value === undefined) return undefined;
	const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
	const [[type, text] = []] = entries;
	if (entries.length !== 1 || typeof text !== "string") throw notAKey();
	switch (type) {
		case "S":
			return text;
		case "N":
			return plainNumber(text);
		case "B":
			// DynamoDB takes no other spelling of the bytes, and each decoder would read it in its own way.
			if (Buffer.from(text, "base64").toString("base64") !== text) throw notAKey();
			return text;
		default:
			throw notAKey();
	}
}

/** DynamoDB takes 1, 01, 1.0 and 1e0 for one number, so a policy must as well. */
function plainNumber(text: string): string {
	const [, sign = "", whole = "", fraction = "", exponent = "0"] = numberPattern.exec(text.trim()) ?? [];
	const digits = whole + fraction;
	if (digits === "") throw notAKey();
	const point = whole.length + Number(exponent);
	const padded = point > digits.length ? digits.padEnd(point, "0") : digits.padStart(digits.length + Math.max(0, -point), "0");
	const at = Math.max(0, point);
	const left = padded.slice(0, at).replace(/^0+/, "") || "0";
	const right = padded.slice(at).replace(/0+$/, "");
	const plain = right === "" ? left : `${left}.${right}`;
	return sign === "-" && plain !== "0" ? `-${plain}` : plain;
}
