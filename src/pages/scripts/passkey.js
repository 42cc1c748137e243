/**
 * Passkeys: asks the browser for one, or to make one, with the options in a form's hidden field, and posts its answer as JSON in another.
 * Without this script, or without the browser's part, the pages offer other ways.
 */
const message = (key) => {
	const element = document.getElementById("passkey-message");
	if (element === null) return;
	element.textContent = element.dataset[key] ?? element.dataset.failed ?? "";
	element.hidden = element.textContent === "";
};

const fromBase64Url = (text) =>
	Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
const toBase64Url = (bytes) =>
	btoa(String.fromCharCode(...new Uint8Array(bytes)))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
const withBytes = (credentials) => (credentials ?? []).map((each) => ({ ...each, id: fromBase64Url(each.id) }));

/** Older browsers have no parse…OptionsFromJSON. */
const requestOptions = (json) =>
	PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
		...json,
		challenge: fromBase64Url(json.challenge),
		allowCredentials: withBytes(json.allowCredentials),
	};
const creationOptions = (json) =>
	PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
		...json,
		challenge: fromBase64Url(json.challenge),
		user: { ...json.user, id: fromBase64Url(json.user.id) },
		excludeCredentials: withBytes(json.excludeCredentials),
	};

/** What toJSON() gives, where the browser has it not or, as some password managers' own credentials, fails at it. */
const toJson = (credential) => {
	try {
		return credential.toJSON();
	} catch {
		const { response } = credential;
		const members = {};
		for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
			if (response[name]) members[name] = toBase64Url(response[name]);
		}
		if (response.getTransports) members.transports = response.getTransports();
		return {
			id: credential.id,
			rawId: toBase64Url(credential.rawId),
			type: credential.type,
			authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
			clientExtensionResults: credential.getClientExtensionResults(),
			response: members,
		};
	}
};

const send = (form, credential) => {
	form.elements.credential.value = JSON.stringify(toJson(credential));
	form.submit();
};

/** The dialogue that waits beside a field for the browser's own list: only one may be open at a time. */
let waiting;

/** Has the form's button ask, and post what comes of it. */
const onSubmit = (form, ask) => {
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		event.stopImmediatePropagation();
		waiting?.abort();
		message("none");
		const button = form.querySelector("button[type=submit]");
		button.disabled = true;
		try {
			send(form, await ask(JSON.parse(form.elements.options.value)));
		} catch (error) {
			button.disabled = false;
			message(error.name === "InvalidStateError" ? "there" : "failed");
		}
	});
};

const get = (json, more) => navigator.credentials.get({ publicKey: requestOptions(json), ...more });
const create = (json) => navigator.credentials.create({ publicKey: creationOptions(json) });

/** Whether passkeys of the domain `id` are for this page's host: a pool may have two domains, and its passkeys are one's. */
const isOwn = (id) => location.hostname === id || location.hostname.endsWith(`.${id}`);

const begin = async () => {
	const asked = document.getElementById("passkey-get");
	const made = document.getElementById("passkey-create");
	const any = document.getElementById("passkey-discover");
	if (window.PublicKeyCredential === undefined) {
		if (asked !== null || made !== null) message("unsupported");
		return;
	}
	if (asked !== null) onSubmit(asked, get);
	if (made !== null) onSubmit(made, create);
	if (any === null || !isOwn(JSON.parse(any.elements.options.value).rpId)) return;
	onSubmit(any, get);
	document.getElementById("passkey-any").hidden = false;
	if (any.elements.waits.value !== "true") return;
	if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
	waiting = new AbortController();
	try {
		send(any, await get(JSON.parse(any.elements.options.value), { mediation: "conditional", signal: waiting.signal }));
	} catch {
		// Nobody chose one, or the button was pressed instead.
	}
};
begin();
