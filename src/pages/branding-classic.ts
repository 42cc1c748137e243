/**
 * The classic hosted UI's look: each class of Cognito's is an element of these pages, which have markup of their own. The rules come parsed
 * (`classic-css.ts`), so that what is written here is ours.
 */
import type { Classic } from "../domain/user-pools/branding/client-branding.ts";
import type { Compiled } from "./branding.ts";

/**
 * Which element Cognito's class stands for. Buttons and texts of identity providers have no element yet. More specific than the pages' own
 * stylesheet, so that a rule holds whatever state the element is in.
 */
const elements: Readonly<Record<string, string>> = {
	// The classic page is a panel too: the class is on it, not on what surrounds it.
	"background-customizable": ":root .panel",
	"banner-customizable": ":root .panel > .brand",
	"errorMessage-customizable": ":root .alert-error",
	"inputField-customizable": ":root .input",
	"label-customizable": ":root .field > label",
	"legalText-customizable": ":root .fine",
	"logo-customizable": ":root .brand-logo img",
	"passwordCheck-notValid-customizable": ":root .rules li:not(.met)",
	"passwordCheck-valid-customizable": ":root .rules li.met",
	"redirect-customizable": ":root .side",
	"submitButton-customizable": ":root .form > .button-primary",
	"textDescription-customizable": ":root .lead",
};

export function classicLook({ clientId, rules, image }: Classic): Omit<Compiled, "hash"> {
	const css = rules
		.filter(({ className, declarations }) => elements[className] !== undefined && declarations.length > 0)
		.map(({ className, state, declarations }) => `${elements[className]}${state}{${declarations.join(";")}}\n`)
		.join("");
	return {
		css,
		branding: (files) => ({
			// Its colours are for the light page that the classic one is.
			...(css === "" ? {} : { scheme: "light" }),
			...(image === undefined ? {} : { formLogo: { light: `${files}/${encodeURIComponent(clientId)}/${image}` }, logoPosition: "center" }),
		}),
	};
}
