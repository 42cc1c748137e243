/**
 * The settings document of managed login as it is where nothing is customized: what `ReturnMergedResources` fills in, and at the same
 * time the schema of what may be set. The values are Cognito's, as its API shows them:
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateManagedLoginBranding.html ("Examples")
 */

/** Of a member in light and in dark surroundings. */
const modes = <T>(lightMode: T, darkMode: T) => ({ lightMode, darkMode });
const colour = (color: string) => ({ color });
const border = (borderColor: string) => ({ borderColor });
const text = (textColor: string) => ({ textColor });
const surface = (backgroundColor: string, borderColor: string) => ({ backgroundColor, borderColor });
const filled = (backgroundColor: string, textColor: string) => ({ backgroundColor, textColor });
const outlined = (backgroundColor: string, borderColor: string, textColor: string) => ({ backgroundColor, borderColor, textColor });
const bar = () => ({
	backgroundImage: { enabled: false },
	logo: { location: "START", enabled: false },
	...modes({ background: colour("fafafaff"), ...border("d5dbdbff") }, { background: colour("0f141aff"), ...border("424650ff") }),
});
const status = (backgroundColor: string, color: string) => ({ backgroundColor, borderColor: color, indicatorColor: color });

export const defaultSettings = {
	categories: {
		auth: {
			authMethodOrder: [
				[
					{ display: "BUTTON", type: "FEDERATED" },
					{ display: "INPUT", type: "USERNAME_PASSWORD" },
				],
			],
			federation: { interfaceStyle: "BUTTON_LIST", order: [] },
		},
		form: {
			displayGraphics: true,
			instructions: { enabled: false },
			languageSelector: { enabled: false },
			location: { horizontal: "CENTER", vertical: "CENTER" },
			sessionTimerDisplay: "NONE",
		},
		global: { colorSchemeMode: "LIGHT", pageFooter: { enabled: false }, pageHeader: { enabled: false }, spacingDensity: "REGULAR" },
		signUp: { acceptanceElements: [{ enforcement: "NONE", textKey: "en" }] },
	},
	componentClasses: {
		buttons: { borderRadius: 8 },
		divider: modes(border("ebebf0ff"), border("232b37ff")),
		dropDown: {
			borderRadius: 8,
			...modes(
				{
					defaults: { itemBackgroundColor: "ffffffff" },
					hover: { itemBackgroundColor: "f4f4f4ff", itemBorderColor: "7d8998ff", itemTextColor: "000716ff" },
					match: { itemBackgroundColor: "414d5cff", itemTextColor: "0972d3ff" },
				},
				{
					defaults: { itemBackgroundColor: "192534ff" },
					hover: { itemBackgroundColor: "081120ff", itemBorderColor: "5f6b7aff", itemTextColor: "e9ebedff" },
					match: { itemBackgroundColor: "d1d5dbff", itemTextColor: "89bdeeff" },
				},
			),
		},
		focusState: modes(border("0972d3ff"), border("539fe5ff")),
		idpButtons: { icons: { enabled: true } },
		input: {
			borderRadius: 8,
			...modes(
				{ defaults: surface("ffffffff", "7d8998ff"), placeholderColor: "5f6b7aff" },
				{ defaults: surface("0f1b2aff", "5f6b7aff"), placeholderColor: "8d99a8ff" },
			),
		},
		inputDescription: modes(text("5f6b7aff"), text("8d99a8ff")),
		inputLabel: modes(text("000716ff"), text("d1d5dbff")),
		link: modes({ defaults: text("0972d3ff"), hover: text("033160ff") }, { defaults: text("539fe5ff"), hover: text("89bdeeff") }),
		optionControls: modes(
			{ defaults: surface("ffffffff", "7d8998ff"), selected: { backgroundColor: "0972d3ff", foregroundColor: "ffffffff" } },
			{ defaults: surface("0f1b2aff", "7d8998ff"), selected: { backgroundColor: "539fe5ff", foregroundColor: "000716ff" } },
		),
		statusIndicator: modes(
			{
				error: status("fff7f7ff", "d91515ff"),
				pending: { indicatorColor: "AAAAAAAA" },
				success: status("f2fcf3ff", "037f0cff"),
				warning: status("fffce9ff", "8d6605ff"),
			},
			{
				error: status("1a0000ff", "eb6f6fff"),
				pending: { indicatorColor: "AAAAAAAA" },
				success: status("001a02ff", "29ad32ff"),
				warning: status("1d1906ff", "e0ca57ff"),
			},
		),
	},
	components: {
		alert: {
			borderRadius: 12,
			...modes({ error: surface("fff7f7ff", "d91515ff") }, { error: surface("1a0000ff", "eb6f6fff") }),
		},
		favicon: { enabledTypes: ["ICO", "SVG"] },
		form: {
			backgroundImage: { enabled: false },
			borderRadius: 8,
			logo: { enabled: false, formInclusion: "IN", location: "CENTER", position: "TOP" },
			...modes(surface("ffffffff", "c6c6cdff"), surface("0f1b2aff", "424650ff")),
		},
		idpButton: {
			custom: {},
			standard: modes(
				{
					active: outlined("d3e7f9ff", "033160ff", "033160ff"),
					defaults: outlined("ffffffff", "424650ff", "424650ff"),
					hover: outlined("f2f8fdff", "033160ff", "033160ff"),
				},
				{
					active: outlined("354150ff", "89bdeeff", "89bdeeff"),
					defaults: outlined("0f1b2aff", "c6c6cdff", "c6c6cdff"),
					hover: outlined("192534ff", "89bdeeff", "89bdeeff"),
				},
			),
		},
		pageBackground: { image: { enabled: true }, ...modes(colour("ffffffff"), colour("0f1b2aff")) },
		pageFooter: bar(),
		pageHeader: bar(),
		pageText: modes(
			{ bodyColor: "414d5cff", descriptionColor: "414d5cff", headingColor: "000716ff" },
			{ bodyColor: "b6bec9ff", descriptionColor: "b6bec9ff", headingColor: "d1d5dbff" },
		),
		phoneNumberSelector: { displayType: "TEXT" },
		primaryButton: modes(
			{
				active: filled("033160ff", "ffffffff"),
				defaults: filled("0972d3ff", "ffffffff"),
				disabled: surface("ffffffff", "ffffffff"),
				hover: filled("033160ff", "ffffffff"),
			},
			{
				active: filled("539fe5ff", "000716ff"),
				defaults: filled("539fe5ff", "000716ff"),
				disabled: surface("ffffffff", "ffffffff"),
				hover: filled("89bdeeff", "000716ff"),
			},
		),
		secondaryButton: modes(
			{
				active: outlined("d3e7f9ff", "033160ff", "033160ff"),
				defaults: outlined("ffffffff", "0972d3ff", "0972d3ff"),
				hover: outlined("f2f8fdff", "033160ff", "033160ff"),
			},
			{
				active: outlined("354150ff", "89bdeeff", "89bdeeff"),
				defaults: outlined("0f1b2aff", "539fe5ff", "539fe5ff"),
				hover: outlined("192534ff", "89bdeeff", "89bdeeff"),
			},
		),
	},
};

/** The document's shape. What is set is a part of it: each member may be left out. */
export type ManagedLoginSettings = Partial2<typeof defaultSettings>;
type Partial2<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: Partial2<T[K]> } : T;
