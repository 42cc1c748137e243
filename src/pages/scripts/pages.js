/**
 * What makes the pages more comfortable where scripts run. Every page works without: this file shows what only a script can do (showing
 * a password, copying), says what is missing before it is sent, and keeps a form from being sent twice.
 */
const find = (selector, from = document) => [...from.querySelectorAll(selector)];

// --- Showing a password ---

for (const button of find("[data-reveal]")) {
	const input = document.getElementById(button.dataset.reveal);
	const show = (shown) => {
		input.type = shown ? "text" : "password";
		button.setAttribute("aria-pressed", String(shown));
	};
	// Its name stays the same, since it says itself whether it is pressed.
	button.title = button.dataset.show;
	button.addEventListener("click", () => {
		show(input.type === "password");
		button.title = input.type === "password" ? button.dataset.show : button.dataset.hide;
	});
	// No browser is to remember it among the texts that were typed.
	input.form?.addEventListener("submit", () => show(false));
	button.hidden = false;
}

// --- The rules of a password ---

// The symbols that Cognito counts; a space counts only between other characters.
const symbol = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|\S \S/;
const rules = {
	length: (password, count) => [...password].length >= Number(count),
	lower: (password) => /[a-z]/.test(password),
	upper: (password) => /[A-Z]/.test(password),
	number: (password) => /[0-9]/.test(password),
	symbol: (password) => symbol.test(password),
};

for (const list of find("[data-rules]")) {
	const input = document.getElementById(list.dataset.rules);
	const update = () => {
		for (const item of find("[data-rule]", list)) {
			const met = rules[item.dataset.rule](input.value, item.dataset.value);
			item.classList.toggle("met", met);
			const state = item.querySelector("[data-met]");
			state.textContent = `: ${met ? state.dataset.met : state.dataset.unmet}`;
		}
	};
	input.addEventListener("input", update);
	update();
}

// --- Codes ---

for (const input of find("[data-digits]")) {
	// Pasted out of a message, a code brings spaces and dashes along.
	input.addEventListener("input", () => {
		const plain = input.value.replace(/[\s-]/g, "");
		if (plain !== input.value) input.value = plain;
	});
}

// --- What is missing, before a form is sent ---

const messageOf = (input) => {
	if (input.required && input.value.trim() === "") return input.dataset.missing;
	const same = input.dataset.sameAs && document.getElementById(input.dataset.sameAs);
	return same && same.value !== input.value ? input.dataset.differs : undefined;
};

const errorIcon = "M12 8v5M12 16.5v.01M10.3 4.2 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z";

const drawIcon = () => {
	const [svg, path] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
	svg.setAttribute("class", "icon");
	svg.setAttribute("viewBox", "0 0 24 24");
	svg.setAttribute("aria-hidden", "true");
	path.setAttribute("d", errorIcon);
	svg.append(path);
	return svg;
};

/** Shows a field's error, or takes it away. */
const mark = (input, message) => {
	const id = `${input.id}-error`;
	const field = input.closest(".field");
	document.getElementById(id)?.remove();
	field.classList.toggle("field-invalid", message !== undefined);
	const described = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((each) => each !== "" && each !== id);
	if (message === undefined) {
		input.removeAttribute("aria-invalid");
	} else {
		const error = document.createElement("p");
		const text = document.createElement("span");
		text.textContent = message;
		error.id = id;
		error.className = "field-error";
		error.append(drawIcon(), text);
		input.closest(".control").after(error);
		input.setAttribute("aria-invalid", "true");
		described.unshift(id);
	}
	if (described.length > 0) input.setAttribute("aria-describedby", described.join(" "));
	else input.removeAttribute("aria-describedby");
};

for (const input of find(".field .input")) {
	input.addEventListener("input", () => {
		if (input.getAttribute("aria-invalid") === "true") mark(input, undefined);
	});
}

// --- Sending once ---

/** Where the redirect leads to an application outside of the browser, the page stays: the form can be sent again after so long. */
const sentMilliseconds = 10_000;
const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.querySelector("main").append(status);

const settle = (form) => {
	delete form.dataset.sent;
	status.textContent = "";
	for (const button of find("[aria-disabled]", form)) button.removeAttribute("aria-disabled");
};

// On the document, so that a form whose own script sends it some other way is left to that.
document.addEventListener("submit", (event) => {
	const { target: form, submitter } = event;
	if (form.dataset.sent !== undefined) return event.preventDefault();
	// The other buttons of a form lead elsewhere, for which nothing needs to be filled in.
	const main = submitter === null || submitter.classList.contains("button-primary");
	const wrong = main ? find(".field .input", form).filter((input) => messageOf(input) !== undefined) : [];
	for (const input of wrong) mark(input, messageOf(input));
	if (wrong.length > 0) {
		event.preventDefault();
		return wrong[0].focus();
	}
	form.dataset.sent = "";
	(submitter ?? form.querySelector("[type=submit]"))?.setAttribute("aria-disabled", "true");
	status.textContent = document.body.dataset.busy;
	setTimeout(settle, sentMilliseconds, form);
});

// Back from where the form led: the browser shows the page as it left it.
addEventListener("pageshow", (event) => {
	if (event.persisted) find("form[data-sent]").forEach(settle);
});

// --- Copying ---

if (navigator.clipboard !== undefined) {
	for (const button of find("[data-copy]")) {
		const label = button.querySelector("span");
		const text = label.textContent;
		button.addEventListener("click", async () => {
			await navigator.clipboard.writeText(button.dataset.copy);
			label.textContent = button.dataset.copied;
			setTimeout(() => {
				label.textContent = text;
			}, 2000);
		});
		button.hidden = false;
	}
}

// --- The list of languages ---

for (const details of find("details.languages")) {
	document.addEventListener("click", (event) => {
		if (!details.contains(event.target)) details.open = false;
	});
	details.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || !details.open) return;
		details.open = false;
		details.querySelector("summary").focus();
	});
}

// --- Errors ---

// A list of errors is where one begins; a single one is read together with the field that has the focus.
const error = document.getElementById("page-error");
if (error?.hasAttribute("tabindex")) {
	error.focus();
} else if (error !== null && document.activeElement?.matches(".input")) {
	const { activeElement: input } = document;
	input.setAttribute("aria-describedby", `page-error ${input.getAttribute("aria-describedby") ?? ""}`.trim());
}
