import assert from "node:assert/strict";
import { test } from "node:test";
import { requestQuotaDefaults } from "../../src/config/request-quotas.ts";
import { type Config, ConfigError, helpText, readCommand, readConfig } from "../../src/config.ts";

const key = Buffer.alloc(32, 7).toString("base64");
const production = {
	GATEHOUSE_PUBLIC_URL: "https://auth.example.com",
	GATEHOUSE_MASTER_KEY: key,
	GATEHOUSE_ROOT_ACCESS_KEY_ID: "GATEHOUSEROOTKEY0001",
	GATEHOUSE_ROOT_SECRET_ACCESS_KEY: "a-secret-of-sixteen-and-more",
};

function read(env: Record<string, string> = {}, argv: string[] = [], files: Record<string, string> = {}): Config {
	const readFile = (path: string) => {
		const text = files[path];
		if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
		return text;
	};
	return readConfig({ env, argv, readFile });
}

function refuses(pattern: RegExp, env: Record<string, string>, argv: string[] = [], files: Record<string, string> = {}): void {
	assert.throws(
		() => read(env, argv, files),
		(error) => error instanceof ConfigError && pattern.test(error.message) && !error.message.includes("\n"),
		`expected ${pattern} of ${JSON.stringify({ env, argv })}`,
	);
}

test("without any setting it is development on both loopback addresses", () => {
	const config = read();
	assert.equal(config.mode, "development");
	assert.deepEqual(config.hosts, ["127.0.0.1", "::1"]);
	assert.equal(config.publicUrl, "http://localhost:9400");
	assert.equal(config.issuer, "{publicUrl}/{userPoolId}");
	assert.deepEqual(config.database, { engine: "sqlite", path: `${config.dataDir}/gatehouse.db` });
	assert.equal(config.limits, false);
	assert.deepEqual(config.masterKeys, []);
	assert.equal(config.mailFrom, "no-reply@localhost");
});

test("a flag wins over its variable, and the public URL follows the port", () => {
	assert.equal(read({ GATEHOUSE_PORT: "1000" }, ["--port", "2000"]).publicUrl, "http://localhost:2000");
	assert.equal(read({ GATEHOUSE_PORT: "1000" }, ["start", "--port=2000"]).port, 2000);
	assert.equal(read({ GATEHOUSE_REGION: "eu-central-1" }).region, "eu-central-1");
});

test("an empty variable counts as absent", () => {
	assert.equal(read({ GATEHOUSE_PORT: "", GATEHOUSE_SMTP_URL: "", GATEHOUSE_MASTER_KEY_FILE: "" }).port, 9400);
});

test("every secret can come from a file, by variable or flag", () => {
	assert.deepEqual(read({ GATEHOUSE_MASTER_KEY_FILE: "/run/key" }, [], { "/run/key": `${key}\n` }).masterKeys, [Buffer.alloc(32, 7)]);
	assert.equal(read({}, ["--smtp-url-file", "/run/smtp"], { "/run/smtp": "smtp://localhost:25" }).smtpUrl, "smtp://localhost:25");
	assert.equal(read({ GATEHOUSE_SMS_URL_FILE: "/x" }, ["--sms-url", "http://localhost/"]).smsUrl, "http://localhost/");
	refuses(/GATEHOUSE_MASTER_KEY and GATEHOUSE_MASTER_KEY_FILE are both set/, {
		GATEHOUSE_MASTER_KEY: key,
		GATEHOUSE_MASTER_KEY_FILE: "/run/key",
	});
	refuses(/can't be read \(ENOENT\)/, { GATEHOUSE_MASTER_KEY_FILE: "/nowhere" });
	refuses(/is empty/, { GATEHOUSE_MASTER_KEY_FILE: "/run/key" }, [], { "/run/key": "\n" });
	refuses(/Unknown option '--port-file'/, {}, ["--port-file", "x"]);
});

test("several master keys are read in order, and each must be 32 bytes", () => {
	const other = Buffer.alloc(32, 9);
	assert.deepEqual(read({ GATEHOUSE_MASTER_KEY: `${other.toString("base64")}, ${key}` }).masterKeys, [other, Buffer.alloc(32, 7)]);
	assert.equal(read({ GATEHOUSE_MASTER_KEY: key.replace(/=+$/, "") }).masterKeys.length, 1);
	for (const bad of ["x", Buffer.alloc(31).toString("base64"), `${key},short`, `${key}!`]) {
		assert.throws(() => read({ GATEHOUSE_MASTER_KEY: bad }), /is not 32 bytes in base64/);
	}
});

test("a refused secret is not repeated in the refusal", () => {
	for (const env of [
		{ GATEHOUSE_SMTP_URL: "http://user:hunter22@mail" },
		{ GATEHOUSE_DATABASE_URL: "mysql://user:hunter22@db" },
		{ GATEHOUSE_MASTER_KEY: "hunter22" },
		{ GATEHOUSE_ROOT_ACCESS_KEY_ID: "GATEHOUSEROOTKEY0001", GATEHOUSE_ROOT_SECRET_ACCESS_KEY: "hunter22" },
	]) {
		assert.throws(
			() => read(env as Record<string, string>),
			(error: Error) => error instanceof ConfigError && !error.message.includes("hunter22"),
		);
	}
});

for (const [what, env] of [
	["the address", { GATEHOUSE_HOST: "0.0.0.0" }],
	["the address among others", { GATEHOUSE_HOST: "127.0.0.1,192.0.2.1" }],
	["a name as the address", { GATEHOUSE_HOST: "auth.example.com" }],
	["the public URL", { GATEHOUSE_PUBLIC_URL: "https://auth.example.com" }],
	["a public URL that only looks local", { GATEHOUSE_PUBLIC_URL: "http://localhost.example.com" }],
	["the issuer", { GATEHOUSE_ISSUER: "https://auth.example.com/{userPoolId}" }],
	["the domain suffix", { GATEHOUSE_DOMAIN_SUFFIX: "auth.example.com" }],
	["the database", { GATEHOUSE_DATABASE_URL: "postgres://u:p@db.example.com/gatehouse" }],
	["the database by a parameter", { GATEHOUSE_DATABASE_URL: "postgres://localhost/gatehouse?host=db.example.com" }],
	["the database by a second host", { GATEHOUSE_DATABASE_URL: "postgres://localhost:5432,db.example.com:5432/gatehouse" }],
	["the database by an escaped host", { GATEHOUSE_DATABASE_URL: "postgres://db%2Eexample.com/gatehouse" }],
	["the database by PGHOST", { GATEHOUSE_DATABASE_URL: "postgres:///gatehouse", PGHOST: "db.example.com" }],
] as const) {
	test(`development ends where ${what} is not local, unless GATEHOUSE_DEVELOPMENT=1`, () => {
		refuses(/production needs a root access key/, env as Record<string, string>);
		const forced = read({ ...env, GATEHOUSE_DEVELOPMENT: "1" });
		assert.equal(forced.mode, "development");
		assert.equal(forced.developmentForced, true);
		assert.equal(read({ ...production, ...env, GATEHOUSE_TRUSTED_PROXIES: "10.0.0.0/8" }).mode, "production");
	});
}

for (const env of [
	{ GATEHOUSE_HOST: "localhost" },
	{ GATEHOUSE_HOST: "[::1]" },
	{ GATEHOUSE_PUBLIC_URL: "http://gate.localhost:9400" },
	{ GATEHOUSE_ISSUER: "aws" },
	{ GATEHOUSE_DATABASE_URL: "postgres://u:p%40x@127.0.0.1:5432/gatehouse" },
	{ GATEHOUSE_DATABASE_URL: "postgres://[::1]:5432/gatehouse" },
	{ GATEHOUSE_DATABASE_URL: "postgres:///gatehouse?host=/run/postgresql" },
	{ GATEHOUSE_DATABASE_URL: "sqlite:/tmp/x.db" },
	{ GATEHOUSE_MASTER_KEY: key },
]) {
	test(`${JSON.stringify(env)} is still development`, () => {
		assert.equal(read(env as Record<string, string>).mode, "development");
	});
}

test("production needs its keys and an https public URL or a trusted proxy, and says which is missing", () => {
	assert.equal(read(production).mode, "production");
	assert.equal(read(production).limits, true);
	assert.equal(read({ ...production, GATEHOUSE_LIMITS: "off" }).limits, false);
	refuses(/needs a master key \(GATEHOUSE_MASTER_KEY\)/, { ...production, GATEHOUSE_MASTER_KEY: "" });
	refuses(/needs a root access key/, { ...production, GATEHOUSE_ROOT_ACCESS_KEY_ID: "", GATEHOUSE_ROOT_SECRET_ACCESS_KEY: "" });
	refuses(/needs an https public URL/, { ...production, GATEHOUSE_PUBLIC_URL: "http://auth.example.com" });
	assert.equal(
		read({ ...production, GATEHOUSE_PUBLIC_URL: "http://auth.example.com", GATEHOUSE_TRUSTED_PROXIES: "10.0.0.0/8" }).mode,
		"production",
	);
	refuses(/a root access key asks for production, which needs an https public URL/, { ...production, GATEHOUSE_PUBLIC_URL: "" });
});

test("request quotas are Cognito's own but for those that are named, or none at all", () => {
	const { UserAuthentication, UserCreation, DomainTotal, ...rest } = requestQuotaDefaults;
	assert.deepEqual(read().requestQuotas, requestQuotaDefaults);
	assert.deepEqual([UserAuthentication, UserCreation, DomainTotal, rest.GetId], [120, 50, 500, 25]);
	const text = "UserAuthentication=500, UserCreation=off,DomainTotal=1000000";
	assert.deepEqual(read({ GATEHOUSE_REQUEST_QUOTAS: text }).requestQuotas, { ...rest, UserAuthentication: 500, DomainTotal: 1_000_000 });
	assert.deepEqual(read({}, ["--request-quotas", "off"]).requestQuotas, {});
	assert.deepEqual(read({ GATEHOUSE_REQUEST_QUOTAS: "" }).requestQuotas, requestQuotaDefaults);
});

for (const [pattern, env] of [
	[/port from 1 to 65535/, { GATEHOUSE_PORT: "0" }],
	[/port from 1 to 65535/, { GATEHOUSE_PORT: "tcp://10.0.0.1:9400" }],
	[/port from 1 to 65535/, { GATEHOUSE_PORT: "65536" }],
	[/neither an address nor a name/, { GATEHOUSE_HOST: "127.0.0.1:9400" }],
	[/a scheme, a host and perhaps a port/, { GATEHOUSE_PUBLIC_URL: "http://localhost:9400/auth" }],
	[/a scheme, a host and perhaps a port/, { GATEHOUSE_PUBLIC_URL: "http://user@localhost:9400" }],
	[/begins with http:\/\/ or https:\/\//, { GATEHOUSE_PUBLIC_URL: "localhost:9400" }],
	[/needs GATEHOUSE_TLS_PORT/, { GATEHOUSE_TLS: "dev" }],
	[/needs GATEHOUSE_TLS:/, { GATEHOUSE_TLS_PORT: "9443" }],
	[/must differ/, { GATEHOUSE_TLS: "dev", GATEHOUSE_TLS_PORT: "9400" }],
	[/a CIDR such as/, { GATEHOUSE_TRUSTED_PROXIES: "10.0.0.0/33" }],
	[/a CIDR such as/, { GATEHOUSE_TRUSTED_PROXIES: "proxy.local" }],
	[/an origin such as/, { GATEHOUSE_CORS_ORIGINS: "*" }],
	[/an origin such as/, { GATEHOUSE_CORS_ORIGINS: "null" }],
	[/an origin such as/, { GATEHOUSE_CORS_ORIGINS: "https://app.example.com/path" }],
	[/begin with sqlite: or postgres/, { GATEHOUSE_DATABASE_URL: "mysql://localhost/x" }],
	[/a region such as/, { GATEHOUSE_REGION: "Mars" }],
	[/12 digits/, { GATEHOUSE_ACCOUNT_ID: "1" }],
	[/must contain \{userPoolId\}/, { GATEHOUSE_ISSUER: "http://localhost/same-for-all" }],
	[/it knows \{publicUrl\}/, { GATEHOUSE_ISSUER: "http://localhost/{pool}/{userPoolId}" }],
	[/no query, no fragment and no slash/, { GATEHOUSE_ISSUER: "http://localhost/{userPoolId}/" }],
	[/must be a host name/, { GATEHOUSE_DOMAIN_SUFFIX: "*.localhost" }],
	[/go together/, { GATEHOUSE_ROOT_ACCESS_KEY_ID: "GATEHOUSEROOTKEY0001" }],
	[/must be an address such as/, { GATEHOUSE_MAIL_FROM: "a@b\r\nBcc: c@d" }],
	[/must be on or off/, { GATEHOUSE_LIMITS: "yes" }],
	[/off, or NAME=RATE and NAME=off separated by commas; "UserRead" is neither/, { GATEHOUSE_REQUEST_QUOTAS: "UserRead" }],
	[/"on" is neither/, { GATEHOUSE_REQUEST_QUOTAS: "on" }],
	[/"" is neither/, { GATEHOUSE_REQUEST_QUOTAS: "UserRead=5," }],
	[/"UserRead=1.5" is neither/, { GATEHOUSE_REQUEST_QUOTAS: "UserRead=1.5" }],
	[/"UserRead=-1" is neither/, { GATEHOUSE_REQUEST_QUOTAS: "UserCreation=off,UserRead=-1" }],
	[/"userread", which is no quota; there are UserAuthentication, /, { GATEHOUSE_REQUEST_QUOTAS: "userread=5" }],
	[/"toString", which is no quota/, { GATEHOUSE_REQUEST_QUOTAS: "toString=5" }],
	[/has UserRead twice/, { GATEHOUSE_REQUEST_QUOTAS: "UserRead=5,UserRead=6" }],
	[/from 1 to 1000000, or off/, { GATEHOUSE_REQUEST_QUOTAS: "UserRead=0" }],
	[/from 1 to 1000000, or off/, { GATEHOUSE_REQUEST_QUOTAS: "UserRead=1000001" }],
	[/a whole number from 1 to 256/, { GATEHOUSE_FUNCTIONS_WORKERS: "0" }],
	[/a whole number from 1 to 256/, { GATEHOUSE_FUNCTIONS_WORKERS: "1e3" }],
	[
		/FUNCTIONS_ACCESS_KEY_ID and GATEHOUSE_FUNCTIONS_SECRET_ACCESS_KEY go together/,
		{ GATEHOUSE_FUNCTIONS_ACCESS_KEY_ID: "KEYOFFUNCTIONS0001" },
	],
	[/GATEHOUSE_KMS_ENDPOINT must be a URL/, { GATEHOUSE_KMS_ENDPOINT: "localhost:4566" }],
	[/GATEHOUSE_LAMBDA_ENDPOINT must be a URL/, { GATEHOUSE_LAMBDA_ENDPOINT: "localhost:3001" }],
	[/must be 1 or 0/, { GATEHOUSE_DEVELOPMENT: "true" }],
] as [RegExp, Record<string, string>][]) {
	test(`${JSON.stringify(env)} is refused`, () => refuses(pattern, env));
}

test("functions are looked for in the data folder, and get a key of their own in production only if one is configured", () => {
	const config = read({ GATEHOUSE_DATA_DIR: "/data" });
	assert.equal(config.functionsDir, "/data/functions");
	assert.equal(config.functionsWorkers, 8);
	assert.equal(config.lambdaEndpoint, undefined);
	assert.ok(config.functionsKey, "any key will do in development");
	assert.equal(read({ ...production }).functionsKey, undefined, "above all not the root key");
	const keys = { GATEHOUSE_FUNCTIONS_ACCESS_KEY_ID: "KEYOFFUNCTIONS0001", GATEHOUSE_FUNCTIONS_SECRET_ACCESS_KEY: "a+secret/of-functions" };
	assert.deepEqual(read({ ...production, ...keys }).functionsKey, {
		accessKeyId: "KEYOFFUNCTIONS0001",
		secretAccessKey: "a+secret/of-functions",
	});
	const elsewhere = { GATEHOUSE_FUNCTIONS_DIR: "/srv/functions", GATEHOUSE_FUNCTIONS_WORKERS: "32", GATEHOUSE_LAMBDA_ENDPOINT: "aws" };
	const { functionsDir, functionsWorkers, lambdaEndpoint } = read(elsewhere);
	assert.deepEqual(
		{ functionsDir, functionsWorkers, lambdaEndpoint },
		{ functionsDir: "/srv/functions", functionsWorkers: 32, lambdaEndpoint: "aws" },
	);
	assert.equal(read({ GATEHOUSE_LAMBDA_ENDPOINT: "http://localhost:3001" }).lambdaEndpoint, "http://localhost:3001");
});

test("identity pools have the built-in STS unless another one is named", () => {
	assert.equal(read({}).stsEndpoint, undefined);
	assert.equal(read({ GATEHOUSE_STS_ENDPOINT: "aws" }).stsEndpoint, "aws");
	assert.equal(read({ GATEHOUSE_STS_ENDPOINT: "https://minio.example.com" }).stsEndpoint, "https://minio.example.com");
	assert.throws(() => read({ GATEHOUSE_STS_ENDPOINT: "amazon" }), ConfigError);
});

test("lists are trimmed, and origins are kept as browsers write them", () => {
	assert.deepEqual(read({ GATEHOUSE_CORS_ORIGINS: "HTTPS://App.example.com:443, capacitor://localhost" }).corsOrigins, [
		"https://app.example.com",
		"capacitor://localhost",
	]);
	assert.deepEqual(read({ GATEHOUSE_TRUSTED_PROXIES: "10.0.0.0/8, 2001:db8::/32, ::1" }).trustedProxies, [
		"10.0.0.0/8",
		"2001:db8::/32",
		"::1",
	]);
	assert.equal(read({ GATEHOUSE_ISSUER: "aws" }).issuer, "https://cognito-idp.{region}.amazonaws.com/{userPoolId}");
});

test("commands are read, and unknown commands and flags are refused", () => {
	assert.equal(readCommand([]), "start");
	assert.equal(readCommand(["start", "--port", "1"]), "start");
	assert.equal(readCommand(["tls", "ca"]), "tls ca");
	assert.equal(readCommand(["--help"]), "help");
	assert.equal(readCommand(["--version"]), "version");
	assert.throws(() => readCommand(["serve"]), ConfigError);
	assert.throws(() => readCommand(["--prot", "1"]), /Unknown option '--prot'/);
	assert.throws(() => readCommand(["--port"]), ConfigError);
});

test("help names every flag and variable that can be read", () => {
	const text = helpText();
	for (const name of ["--public-url", "GATEHOUSE_PUBLIC_URL", "GATEHOUSE_MASTER_KEY_FILE", "--development", "tls ca", "--admin-port"])
		assert.ok(text.includes(name), name);
	assert.ok(!text.includes("GATEHOUSE_PORT_FILE"));
});
