/**
 * The tables, as Kysely sees them. Instants are milliseconds since the epoch, booleans 0 or 1, documents JSON text.
 * Keys are made by the application; `migrations/` holds what creates them.
 */
export interface Tables {
	/** Which migrations have run. */
	migrations: { id: string; at: number };
	/** Who may do a thing that one process does at a time. */
	leases: { name: string; holder: string; expires_at: number };
	/** One row for each committed PostgreSQL batch: tells whether a commit arrived when the connection was lost. */
	batches: { id: string; at: number };
	/** Facts of the whole installation, such as the check value of the master key. */
	server_facts: { name: string; value: Uint8Array };
	/**
	 * Data keys, each wrapped by the master key. `scope` is a pool's id or `server`; of several of a purpose the highest `id` is the one
	 * that seals. `kept_until` is 0 while a row may be sealed under it, else the time until which something outside of rows may be.
	 */
	data_keys: { scope: string; purpose: string; id: number; wrapped: Uint8Array; created_at: number; kept_until: number };
	user_pools: { id: string; region: string; name: string; version: number; created_at: number; modified_at: number; settings: string };
	/** Pools that are deleted and whose rows are still being removed. */
	deleted_pools: { id: string; at: number };
	/** How many users a pool has, spread over shards so that no row is hot. */
	user_counts: { pool_id: string; shard: number; users: number };
	/** A pool's RSA keys: `use` is `id` or `access`. */
	signing_keys: Succession & { pool_id: string; kid: string; use: string; public_jwk: string; private_sealed: Uint8Array };
	app_clients: { id: string; pool_id: string; name: string; version: number; created_at: number; modified_at: number; settings: string };
	client_secrets: { client_id: string; id: string; pool_id: string; sealed: Uint8Array; created_at: number };
	/** Domains of pools: `name` is a prefix, or the whole host name of a custom one. `version` is for the caches. */
	user_pool_domains: {
		name: string;
		pool_id: string;
		custom: number;
		version: number;
		managed_login: number;
		certificate_arn: string | null;
		created_at: number;
	};
	/** Counts changes of anything that a pool's login pages look like, by steps of chance: the caches go by it. */
	branding_versions: { pool_id: string; version: number };
	/** A client's style: `settings` is a JSON document, `assets` the JSON list of its pictures; `provided` says that the look is the default. */
	managed_login_branding: {
		pool_id: string;
		client_id: string;
		id: string;
		version: number;
		provided: number;
		settings: string | null;
		assets: string;
		created_at: number;
		modified_at: number;
	};
	/** Classic CSS and logo of a client, or of `ALL`; `image` is the picture's name, `HASH.png`. */
	ui_customizations: {
		pool_id: string;
		client_id: string;
		version: number;
		css: string | null;
		image: string | null;
		created_at: number;
		modified_at: number;
	};
	/** Pictures in pieces; `kind` is `managed` or `classic`. */
	branding_images: { pool_id: string; client_id: string; kind: string; hash: string; part: number; data: Uint8Array };
	/** Terms documents of a client: `links` is a JSON object, a URL by language. */
	terms: {
		pool_id: string;
		client_id: string;
		name: string;
		id: string;
		source: string;
		enforcement: string;
		links: string;
		created_at: number;
		modified_at: number;
	};
	/** `scopes` is the JSON list of names and descriptions. */
	resource_servers: { pool_id: string; identifier: string; name: string; scopes: string };
	/** What a pool signs its SAML requests with, the certificate as DER. The highest `number` is the current one. */
	signing_certificates: { pool_id: string; number: number; certificate: Uint8Array; private_sealed: Uint8Array; created_at: number };
	/** `id` is the sub. `version` changes with each change of the row; `epoch` with each sign-out everywhere. */
	users: {
		pool_id: string;
		id: string;
		username: string;
		status: string;
		enabled: number;
		version: number;
		epoch: number;
		created_at: number;
		modified_at: number;
		/** JSON object: attribute name → string, without `sub`. */
		attributes: string;
		/** Key of the failure counter, HMAC(pool, folded username). */
		lockout_key: Uint8Array;
		/** The user's groups as JSON, [[folded name, id], …]: with the row they cost no read of their own. */
		groups: string;
		/** What the user has set up to sign in with, as JSON: see `UserFactors`. With the row it costs no read of its own. */
		factors: string;
	};
	/** `id` tells a group from an earlier one of its name: memberships of that one are over. */
	groups: {
		pool_id: string;
		/** The name in the form that names are compared in. */
		folded: string;
		id: string;
		name: string;
		version: number;
		created_at: number;
		modified_at: number;
		description: string | null;
		precedence: number | null;
		role_arn: string | null;
	};
	/** Who is in a group, for listing them; written together with the user's row, and only while the group is there. */
	group_members: { pool_id: string; group_id: string; user_id: string };
	/** Groups that are deleted and whose memberships are still being removed. */
	deleted_groups: { pool_id: string; id: string };
	/** Who owns a name, once it is active: `kind` is username, email, phone_number, preferred_username, sub, or claim, which is no name but decides a race. */
	user_names: { pool_id: string; folded: string; kind: string; user_id: string };
	/** One row for each searchable attribute of a user. */
	user_search: { pool_id: string; attribute: string; folded: string; user_id: string };
	/** A user's password: the scheme, its salt and the sealed verifier. `expires_at` is set for temporary ones. */
	passwords: {
		pool_id: string;
		user_id: string;
		scheme: string;
		salt: Uint8Array;
		verifier: Uint8Array;
		created_at: number;
		expires_at: number | null;
	};
	/** A user's passwords before the one it has, sealed: only where the pool's policy remembers them. */
	password_history: { pool_id: string; user_id: string; earlier: Uint8Array };
	/** An e-mail address or telephone number that takes the place of the user's as soon as the user verifies it. */
	pending_attributes: { pool_id: string; user_id: string; attribute: string; value: string };
	/** A short code that was sent: its HMAC, where it went and how often it was tried. `purpose` is confirm-sign-up, …; one each. */
	codes: {
		pool_id: string;
		user_id: string;
		purpose: string;
		mac: Uint8Array;
		/** The attribute (email, phone_number) that it was sent to; the MAC binds the destination itself. */
		attribute: string;
		attempts: number;
		created_at: number;
		expires_at: number;
	};
	/** Failed sign-ins by HMAC(pool, folded name), for known and unknown names alike. */
	sign_in_failures: { pool_id: string; key: Uint8Array; failures: number; last_at: number };
	/** Calls counted within a window, such as confirmation codes asked for in an hour. */
	call_counts: { pool_id: string; key: Uint8Array; window_starts_at: number; calls: number };
	/**
	 * A sign-in. `generation` counts refresh-token rotations; `rotated_at` is when the last one was. `device_key` is the device that it
	 * was offered or came from, empty for none; `device_confirmed` says that it is refreshed from that device alone, so with no key
	 * (the device was forgotten) not at all. `scopes` is what an authorization granted, separated by spaces, and empty for sign-ins of the
	 * API; `audience` is the resource that it is bound to, empty for none.
	 */
	sessions: {
		pool_id: string;
		user_id: string;
		id: string;
		client_id: string;
		epoch: number;
		generation: number;
		rotated_at: number;
		revoked: number;
		event_id: string;
		auth_time: number;
		expires_at: number;
		device_key: string;
		device_confirmed: number;
		scopes: string;
		audience: string;
	};
	/** A device that its user has confirmed: its SRP salt and sealed verifier, and whether it is remembered. */
	devices: {
		pool_id: string;
		user_id: string;
		device_key: string;
		group_key: string;
		name: string;
		remembered: number;
		salt: Uint8Array;
		verifier: Uint8Array;
		last_ip: string;
		created_at: number;
		modified_at: number;
		authenticated_at: number;
	};
	/**
	 * A user's authenticator app: its secret, the one that waits to be verified, and the number of the last time step whose code
	 * was taken.
	 */
	software_tokens: {
		pool_id: string;
		user_id: string;
		secret_sealed: Uint8Array | null;
		pending_sealed: Uint8Array | null;
		name: string;
		last_step: number;
	};
	/**
	 * A sign-in as its user is shown it, where the pool tracks sessions: `id` is AWS's, `device` and `address` are of the last
	 * sign-in or refresh, `sso_id` is the browser session that it came through. It stands as long as its row of `sessions` does.
	 */
	token_sessions: {
		pool_id: string;
		user_id: string;
		session_id: string;
		id: string;
		client_id: string;
		created_at: number;
		active_at: number;
		expires_at: number;
		device: string;
		address: string | null;
		sso_id: string | null;
	};
	/** Who is signed in in a browser: `key` is the SHA-256 of its token, `id` is AWS's, `device` and `address` are of the sign-in. */
	browser_sessions: {
		pool_id: string;
		user_id: string;
		key: Uint8Array;
		id: string;
		client_id: string;
		epoch: number;
		auth_time: number;
		expires_at: number;
		device: string;
		address: string | null;
	};
	/** How many tracked sign-ins a user has had: of two that decide on the same number, one decides anew. */
	tracked_sign_ins: { pool_id: string; user_id: string; sign_ins: number; expires_at: number };
	/** How often a challenge was answered, by the id of its sealed session. */
	challenge_attempts: { pool_id: string; id: string; attempts: number; expires_at: number };
	/** What a custom challenge is judged by, where it is too long for its session, by the session's id. */
	custom_challenges: { pool_id: string; id: string; sealed: Uint8Array; expires_at: number };
	/** A credential of WebAuthn: `id` is base64url, `public_key` a COSE key, `transports` a JSON list. */
	passkeys: {
		pool_id: string;
		id: string;
		user_id: string;
		relying_party_id: string;
		public_key: Uint8Array;
		/** How often it was used, as its authenticator counts. */
		counter: number;
		transports: string;
		attachment: string | null;
		name: string;
		user_verified: number;
		backed_up: number;
		created_at: number;
	};
	/**
	 * A job that imports users from a CSV file. `upload_id` is the file it has, empty for none; `uploading` the one that is on its way.
	 * `position` (bytes) and `line` are how far it has come, committed together with the users.
	 */
	user_imports: {
		pool_id: string;
		id: string;
		name: string;
		role_arn: string;
		algorithm: string | null;
		status: string;
		created_at: number;
		started_at: number | null;
		completed_at: number | null;
		message: string | null;
		imported: number;
		skipped: number;
		failed: number;
		uploading: string;
		upload_id: string;
		upload_bytes: number;
		upload_lines: number;
		position: number;
		line: number;
	};
	/** A job's file in pieces of the same size, each sealed. */
	user_import_chunks: { pool_id: string; import_id: string; upload_id: string; number: number; data: Uint8Array };
	/** What became of a job's lines from `line` on, as JSON: [[first, last, outcome, reason], …]. */
	user_import_log: { pool_id: string; import_id: string; line: number; runs: string; at: number };
	/** When a job's file goes, and when a job that was never started expires. */
	user_import_data: { pool_id: string; import_id: string; discard_at: number };
	/** The job that is running, of which there is one at a time, and the process that works on it. */
	active_user_import: { name: string; pool_id: string; import_id: string; holder: string; lease_expires_at: number };
	/** Rates that are raised, in requests a second of a category of operations, for all pools of a region. */
	provisioned_limits: { region: string; category: string; value: number };
	/** Keys of the built-in KMS: `material_sealed` is what they encrypt with. */
	kms_keys: { region: string; id: string; description: string; material_sealed: Uint8Array; created_at: number };
	/**
	 * A message that has yet to be sent, or was sent a moment ago; `id` is in its Message-ID. Who moves `next_attempt_at` on sends it
	 * until then.
	 */
	outbox: {
		pool_id: string;
		/** Whom it is about, or who stands in for nobody. */
		user_id: string;
		id: string;
		sealed: Uint8Array;
		attempts: number;
		next_attempt_at: number;
		expires_at: number;
	};
	/** Ids of sealed challenge sessions that have given what they could. */
	spent: { pool_id: string; id: string; expires_at: number };
	/** Identity pools; `settings` is a JSON document, roles and principal tags among it. */
	identity_pools: { id: string; region: string; name: string; version: number; created_at: number; modified_at: number; settings: string };
	/**
	 * An identity of an identity pool: `state` is guest, authenticated or disabled, `merged_into` the identity that has its logins now, and
	 * `logins` the JSON list of providers and subjects, [[provider, subject], …].
	 */
	identities: {
		id: string;
		pool_id: string;
		state: string;
		version: number;
		merged_into: string | null;
		logins: string;
		created_at: number;
		modified_at: number;
	};
	/** Whose a login is, by a hash of provider and subject: it decides races. */
	identity_logins: { pool_id: string; login: string; identity_id: string };
	/** What the OpenID tokens of identity pools are signed with; the highest `number` is the newest. */
	identity_token_keys: Succession & { number: number; kid: string; public_jwk: string; private_sealed: Uint8Array };
	/** OIDC providers of IAM: `client_ids` and `thumbprints` are JSON lists, `tags` is a JSON object. */
	oidc_providers: {
		arn: string;
		url: string;
		client_ids: string;
		thumbprints: string;
		tags: string;
		version: number;
		created_at: number;
	};
	/**
	 * Roles, users and groups of IAM: `kind` is role, user or group, `id` the unique id that is never given again (AROA…), and `settings`
	 * a JSON document with policies, tags and what else they are set to.
	 */
	iam_entities: {
		kind: string;
		/** The name in the form that names are compared in. */
		folded: string;
		id: string;
		name: string;
		path: string;
		version: number;
		created_at: number;
		settings: string;
		/** Roles: when a session of theirs signed last, 0 where none did, and for which region. */
		last_used_at: number;
		last_used_region: string;
	};
	/** Who is in a group of IAM's, for listing them; the user's own settings name its groups, too. */
	iam_group_members: { group_id: string; user_id: string };
	/** Access keys of IAM's users: `status` is Active or Inactive. */
	iam_access_keys: {
		id: string;
		user_id: string;
		status: string;
		version: number;
		secret_sealed: Uint8Array;
		created_at: number;
		/** When it signed last, 0 where it never did, and for which service and region. */
		last_used_at: number;
		last_used_service: string;
		last_used_region: string;
	};
	/** Managed policies: `attachments` counts the uses, boundaries among them, and `settings` is a JSON document with the versions. */
	iam_policies: {
		folded: string;
		id: string;
		name: string;
		path: string;
		version: number;
		created_at: number;
		modified_at: number;
		attachments: number;
		settings: string;
	};
	/** Who uses a managed policy, for listing them; `usage` is permissions or boundary. */
	iam_policy_uses: { policy_arn: string; entity_id: string; usage: string };
	/** SAML providers of IAM, with their metadata document; `tags` is a JSON object. */
	saml_providers: { name: string; document: string; tags: string; version: number; created_at: number; valid_until: number };
}

/** From when a key signs tokens, and until when it verifies them: 2⁵³ − 1 where no other has taken its place. */
export interface Succession {
	readonly created_at: number;
	readonly signs_from: number;
	readonly verifies_until: number;
}
