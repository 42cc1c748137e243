/**
 * Patterns of ARNs: of the Resource element, and of the ARN condition operators, which read wildcards differently.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
import { type Context, isVariable, resolve, type TemplatePart } from "./variables.ts";
import { type Glob, type GlobPart, globOf, many, matchesGlob, one } from "./wildcards.ts";

/** `arn`, partition, service, region and account: what stands before the resource, which may have colons of its own. */
const leadingSegments = 5;

/** Matches an ARN; undefined where a variable has no value. */
export type ArnMatcher = (arn: string, context: Context) => boolean | undefined;

/** The parts cut at the first colons, `leadingSegments` at most. Variables have a colon and are not cut. */
function segmentsOf<P extends TemplatePart>(parts: readonly P[]): P[][] {
	const segments: P[][] = [[]];
	for (const part of parts) {
		if (typeof part !== "string") segments.at(-1)?.push(part);
		else {
			let at = 0;
			for (let colon = part.indexOf(":"); colon !== -1 && segments.length <= leadingSegments; colon = part.indexOf(":", at)) {
				if (colon > at) segments.at(-1)?.push(part.slice(at, colon) as P);
				segments.push([]);
				at = colon + 1;
			}
			if (at < part.length) segments.at(-1)?.push(part.slice(at) as P);
		}
	}
	return segments;
}

/**
 * Of Resource and NotResource. "You can use wildcard characters within the individual segments of an ARN"; "If the * wildcard is the last
 * character of a resource ARN segment, it can expand to match beyond the colon boundaries". Missing segments are `*`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html), and "You can't use a variable to replace parts of the
 * ARN before the fifth colon": such a variable never has a value.
 */
export function resourceMatcher(template: readonly TemplatePart[]): ArnMatcher {
	if (template.length === 1 && template[0] === many) return () => true;
	const [head] = template;
	// Most have neither wildcards nor variables before the resource.
	if (typeof head === "string" && head.split(":", leadingSegments + 1).length > leadingSegments) return matcherOfParts(template, false);
	const written = segmentsOf(template);
	const segments = [...written, ...Array.from({ length: leadingSegments + 1 - written.length }, (): TemplatePart[] => [many])];
	const leading = segments.slice(0, leadingSegments);
	if (leading.some((segment) => segment.some(isVariable))) return () => undefined;
	const parts = segments.flatMap((segment, i) => (i === 0 ? segment : [":", ...segment]));
	// A wildcard before the last character of a leading segment stays within it: not every star is alike, which is rare and slower.
	const bounded = leading.some((segment) => segment.some((part, i) => part === one || (part === many && i < segment.length - 1)));
	return matcherOfParts(parts, bounded);
}

function matcherOfParts(parts: readonly TemplatePart[], bounded: boolean): ArnMatcher {
	const matcherOf = (resolved: readonly GlobPart[]): ((arn: string) => boolean) => {
		if (bounded) return boundedMatcher(tokensOf(resolved));
		const glob = globOf(resolved);
		return (arn) => matchesGlob(glob, arn);
	};
	if (!parts.some(isVariable)) return matcherOf(parts as readonly GlobPart[]);
	return (arn, context) => {
		const resolved = resolve(parts, context);
		return resolved === undefined ? undefined : matcherOf(resolved)(arn);
	};
}

/** Goes through the text once, with all places of the pattern that the text so far may have reached. */
function boundedMatcher(tokens: readonly Token[]): (arn: string) => boolean {
	/** Adds a place, and those behind the stars that follow, since a star may stand for nothing. */
	const reach = (places: Set<number>, place: number): void => {
		let at = place;
		places.add(at);
		while (tokens[at]?.star === true) places.add(++at);
	};
	return (arn) => {
		let reached = new Set<number>();
		reach(reached, 0);
		for (const character of arn.split("")) {
			const next = new Set<number>();
			for (const place of reached) {
				const token = tokens[place];
				if (token === undefined) continue;
				const fits = token.text === undefined ? token.crosses || character !== ":" : token.text === character;
				if (fits) reach(next, token.star ? place : place + 1);
			}
			if (next.size === 0) return false;
			reached = next;
		}
		return reached.has(tokens.length);
	};
}

interface Token {
	/** Undefined for a wildcard. */
	readonly text: string | undefined;
	readonly star: boolean;
	readonly crosses: boolean;
}

function tokensOf(parts: readonly GlobPart[]): Token[] {
	const segments = segmentsOf(parts);
	return segments.flatMap((segment, s) => {
		const tokens = segment.flatMap((part, i): Token[] => {
			if (typeof part === "string") return part.split("").map((text) => ({ text, star: false, crosses: false }));
			const crosses = s === leadingSegments || (part === many && i === segment.length - 1);
			return [{ text: undefined, star: part === many, crosses }];
		});
		return s === 0 ? tokens : [{ text: ":", star: false, crosses: false }, ...tokens];
	});
}

/**
 * Of ArnEquals and ArnLike, which behave identically: "Each of the six colon-delimited components of the ARN is checked separately".
 * A pattern that ends early in a `*` leaves the rest open, as in Resource.
 */
export function arnConditionMatcher(template: readonly TemplatePart[]): ArnMatcher {
	const matcherOf = (resolved: readonly GlobPart[]): ((arn: string) => boolean) => {
		const segments = segmentsOf(resolved);
		const open = segments.length <= leadingSegments && segments.at(-1)?.at(-1) === many;
		if (segments.length <= leadingSegments && !open) return () => false;
		const globs: readonly Glob[] = segments.map(globOf);
		return (arn) => {
			const components = arn.split(":");
			if (components.length <= leadingSegments || components[0] !== "arn") return false;
			return globs.every((glob, i) => {
				const whole = i === leadingSegments || (open && i === globs.length - 1);
				return matchesGlob(glob, whole ? components.slice(i).join(":") : (components[i] as string));
			});
		};
	};
	if (!template.some(isVariable)) return matcherOf(template as readonly GlobPart[]);
	return (arn, context) => {
		const resolved = resolve(template, context);
		return resolved === undefined ? undefined : matcherOf(resolved)(arn);
	};
}
