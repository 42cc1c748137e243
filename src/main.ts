#!/usr/bin/env node
/** The command line: reads the configuration, opens everything, and closes it again. The only file that may end the process. */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { createAccessUpstream } from "./adapters/access-upstream.ts";
import { createAmazonCognito } from "./adapters/amazon-cognito.ts";
import { createBcrypt } from "./adapters/bcrypt.ts";
import { createClock } from "./adapters/clock.ts";
import { developmentMasterKey, prepareDataFolder } from "./adapters/data-folder.ts";
import { createExponentiation } from "./adapters/exponentiation.ts";
import { createFunctions } from "./adapters/functions/functions.ts";
import { createInbox, type Inbox } from "./adapters/inbox.ts";
import { createKeyPairs } from "./adapters/key-pairs.ts";
import { createKmsApi } from "./adapters/kms-api.ts";
import { type ClosableLog, createLog } from "./adapters/log.ts";
import { createMeters } from "./adapters/meters.ts";
import { createOutbound } from "./adapters/outbound.ts";
import { createPatience } from "./adapters/patience.ts";
import { createRandom } from "./adapters/random.ts";
import { createSes } from "./adapters/ses.ts";
import { createSmsSender } from "./adapters/sms.ts";
import { createSns } from "./adapters/sns.ts";
import { createStsApi } from "./adapters/sts-api.ts";
import { createTicker } from "./adapters/ticker.ts";
import { type Certificates, createFolderCertificates, createRenewedCertificates } from "./adapters/tls.ts";
import { developmentCertificate } from "./adapters/tls-development.ts";
import { createUnavailable } from "./adapters/unavailable.ts";
import { createApp } from "./app.ts";
import { type Config, ConfigError, helpText, readCommand, readConfig, readDatabaseConfig, readOperand } from "./config.ts";
import { sweepDeletedGroup } from "./domain/user-pools/group-members.ts";
import { sweepImportData } from "./domain/user-pools/imports/runner.ts";
import { messagesSettled } from "./domain/user-pools/outbox-state.ts";
import type { Ports } from "./kernel/ports.ts";
import { makeNewDataKeys, printKeysStatus, rewrapDataKeys, rotateSigningKeys } from "./main/keys.ts";
import { exportToFile, importFromFile, migrateFromCognito } from "./main/moving.ts";
import { ListenError, listen } from "./server.ts";
import { createBackup } from "./storage/backup.ts";
import { DataRefusal } from "./storage/data-refusal.ts";
import { openStore } from "./storage/open.ts";
import { createResealer } from "./storage/resealer.ts";
import { restoreBackup } from "./storage/restore.ts";
import { createSweep } from "./storage/sweep.ts";
import { createVault } from "./storage/vault.ts";

/** RSA pairs kept ready for new pools: each pool takes two. */
const keyPairStock = 8;
/** How often the development certificate's age is looked at. */
const certificateLookMilliseconds = 6 * 3600 * 1000;
/** When all has been asked to close and something does not. */
const stopMilliseconds = 20_000;

try {
	await run();
} catch (error) {
	fail(error);
}

async function run(): Promise<void> {
	const command = readCommand();
	if (command === "help") return void process.stdout.write(helpText());
	if (command === "version") return void process.stdout.write(`gatehouse ${version()}\n`);
	// Whatever is written is its owner's alone.
	process.umask(0o077);
	if (command === "backup" || command === "restore") return copyDatabase(command);
	const config = readConfig();
	const masterKeys = () => openDataFolder(config);
	if (command === "export") return exportToFile(config, masterKeys);
	if (command === "import") return importFromFile(config, masterKeys);
	if (command === "migrate-from-cognito") return migrateFromCognito(config, masterKeys);
	if (command === "keys rewrap") return rewrapDataKeys(config, masterKeys);
	if (command === "keys reseal") return makeNewDataKeys(config, masterKeys);
	if (command === "keys rotate-signing") return rotateSigningKeys(config, masterKeys);
	if (command === "keys status") {
		if (!(await printKeysStatus(config, masterKeys))) process.exitCode = 1;
		return;
	}
	if (command === "tls ca") {
		prepareDataFolder(config.dataDir);
		const { authority } = await developmentCertificate(config);
		return void process.stdout.write(authority);
	}
	return start(config);
}

/** `gatehouse backup FILE` and `gatehouse restore FILE`: neither needs any of the server's keys. */
async function copyDatabase(command: "backup" | "restore"): Promise<void> {
	const { database } = readDatabaseConfig();
	const file = readOperand();
	const ports = { clock: createClock(), random: createRandom() };
	const { rows, at } = await (command === "backup" ? createBackup(database, file, ports) : restoreBackup(database, file, ports));
	const what = `${rows} rows as of ${new Date(at).toISOString()}`;
	process.stdout.write(
		command === "backup"
			? `${what} are in ${file}, without the master key: it is kept elsewhere\n`
			: `${what} are restored: start the server with the master key that they were sealed under\n`,
	);
}

async function start(config: Config): Promise<void> {
	const log = createLog();
	for (const event of ["uncaughtException", "unhandledRejection"]) {
		process.on(event, (error: unknown) => {
			log.error({ error }, "a defect ended the process");
			log.flush();
			process.exit(1);
		});
	}
	const masterKeys = openDataFolder(config);
	const clock = createClock();
	const random = createRandom();
	const inbox = createInbox(clock);
	const meters = createMeters();
	const keyPairs = createKeyPairs({ stock: keyPairStock });
	const exponentiation = createExponentiation();
	const bcrypt = createBcrypt();
	const { closeMessengers, ...messengers } = await openMessengers(config, inbox);
	const functions = createFunctions({
		folder: config.functionsDir,
		workersMax: config.functionsWorkers,
		lambdaEndpoint: config.lambdaEndpoint,
		ownEndpoint: () => ownEndpoint(config),
		credentials: config.functionsKey,
		clock,
		random,
		log,
	});
	const upstream = createAmazonCognito();
	const keyService = config.kmsEndpoint === undefined ? undefined : createKmsApi(config.kmsEndpoint);
	const tokenService = config.stsEndpoint === undefined ? undefined : createStsApi(config.stsEndpoint);
	const ports: Ports = {
		clock,
		patience: createPatience(),
		random,
		keyPairs,
		exponentiation,
		bcrypt,
		...messengers,
		functions,
		upstream,
		...(keyService && { keyService }),
		...(tokenService && { tokenService }),
		outbound: createOutbound(),
		operatorOutbound: createOutbound({ mayConnect: () => true }),
		log,
		meters,
	};

	const store = await openStore(config.database, { clock, random });
	const vault = await createVault(store, masterKeys, random, clock);
	for (const name of ["statements", "batches", "commits", "retries"] as const) {
		meters.gauge(`store_${name}`, `The store's ${name} since the process started`, () => store.counts[name]);
	}
	const sweep = createSweep(store, clock, [() => sweepDeletedGroup(store), (now) => sweepImportData(store, now)]);
	const accessUpstreams = openAccessUpstreams(config);
	let stopping = false;
	const app = createApp({
		config,
		ports,
		store,
		vault,
		metrics: meters,
		isStopping: () => stopping,
		accessUpstreams,
		...(config.mode === "development" && {
			development: {
				inbox: inbox.list,
				advanceClock: clock.advance,
				forget() {
					inbox.clear();
					clock.reset();
				},
			},
		}),
	});
	const imports = createTicker(app.imports.step, (error) => log.warn({ error: error.message }, "an import waits"));
	const outbox = createTicker(app.outbox.step, (error) => log.warn({ error: error.message }, "the outbox waits"));
	const lastUses = createTicker(app.lastUses.step, (error) => log.warn({ error: error.message }, "last uses wait"));
	const resealer = createResealer(store, vault, { clock, random, log });
	const resealing = createTicker(resealer.step, (error) => log.warn({ error: error.message }, "the resealing waits"));
	const certificates = await openCertificates(config, log);
	const listening = await listen({ config, fetch: app.fetch, log, accessProxy: app.accessProxy, ...(certificates && { certificates }) });

	const stop = async (signal: string) => {
		if (stopping) return;
		stopping = true;
		log.info({ signal }, "stopping");
		setTimeout(() => {
			log.error({}, "something did not close in time");
			log.flush();
			process.exit(1);
		}, stopMilliseconds).unref();
		// A function that runs may call this server.
		await functions.settled();
		await listening.close();
		accessUpstreams?.close();
		await outbox.stop();
		await messagesSettled(ports);
		await functions.close();
		upstream.close();
		keyService?.close();
		tokenService?.close();
		certificates?.close();
		closeMessengers();
		keyPairs.close();
		await Promise.all([exponentiation.close(), bcrypt.close()]);
		await imports.stop();
		await app.imports.release();
		await resealing.stop();
		await resealer.release();
		await lastUses.stop();
		await app.lastUses.writeAll().catch((error: Error) => log.warn({ error: error.message }, "last uses could not be written"));
		await sweep.stop();
		await store.close();
		log.flush();
		process.exit(0);
	};
	for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void stop(signal));

	log.info({ mode: config.mode, database: store.engine, publicUrl: config.publicUrl, node: process.version, version: version() }, "ready");
	process.stdout.write(`gatehouse ready at ${config.publicUrl}\n`);
	sweep.start(log);
	imports.start();
	outbox.start();
	resealing.start();
	lastUses.start();
	// What the first sign-in and the first pool would wait for is made behind.
	keyPairs.warm();
	exponentiation.ready.catch((error: unknown) => {
		if (!stopping) log.error({ error }, "exponentiation is not available; no one can sign in by password");
	});
}

/** The data folder, where one is needed, and the master keys: the configured ones, or development's own. */
function openDataFolder(config: Config): readonly Uint8Array[] {
	const ownKey = config.mode === "development" && config.masterKeys.length === 0;
	if (ownKey || config.database.engine === "sqlite" || config.tls?.source === "dev") {
		const { openToOthers } = prepareDataFolder(config.dataDir);
		if (openToOthers) banner(`other users of this machine can list the data folder; close it with: chmod 700 ${config.dataDir}`);
	}
	if (config.developmentForced) banner("GATEHOUSE_DEVELOPMENT=1: whoever reaches this server is its administrator, with any access key.");
	if (!ownKey) return config.masterKeys;
	const { key } = developmentMasterKey(config.dataDir);
	banner(`development: the master key is in ${config.dataDir}; a copy of that folder is a copy of every secret in it.`);
	return [key];
}

/** Where messages go: what is configured, else development's inbox, else nowhere. */
async function openMessengers(
	config: Config,
	inbox: Inbox,
): Promise<Pick<Ports, "mail" | "sms" | "ses" | "sns"> & { closeMessengers(): void }> {
	const inDevelopment = config.mode === "development";
	// The SMTP library is large: who has no server for it starts without.
	const sender =
		config.smtpUrl === undefined
			? undefined
			: (await import("./adapters/mail.ts")).createMailSender({ url: config.smtpUrl, from: config.mailFrom });
	// The operator's own URL may point anywhere, a private network above all.
	const webhook =
		config.smsUrl === undefined ? undefined : createSmsSender({ url: config.smsUrl, outbound: createOutbound({ mayConnect: () => true }) });
	const ses = config.sesEndpoint === undefined ? undefined : createSes(config.sesEndpoint);
	const sns = config.snsEndpoint === undefined ? undefined : createSns(config.snsEndpoint);
	return {
		mail: sender ?? (inDevelopment ? inbox.mail : createUnavailable("GATEHOUSE_SMTP_URL")),
		sms: webhook ?? (inDevelopment ? inbox.sms : createUnavailable("GATEHOUSE_SMS_URL")),
		...(ses && { ses }),
		...(sns && { sns }),
		closeMessengers() {
			sender?.close();
			ses?.close();
			sns?.close();
		},
	};
}

/** What is behind the access proxy; undefined where nothing is. */
function openAccessUpstreams({ access }: Config) {
	if (access === undefined) return undefined;
	const s3 = access.s3 && createAccessUpstream({ ...access.s3, service: "s3" });
	const dynamodb = access.dynamodb && createAccessUpstream({ ...access.dynamodb, service: "dynamodb" });
	return {
		...(s3 && { s3 }),
		...(dynamodb && { dynamodb }),
		close() {
			s3?.close();
			dynamodb?.close();
		},
	};
}

/** Where functions reach this server without a proxy or a name in between: on the loopback address if it listens there. */
function ownEndpoint({ hosts, port }: Config): string {
	const loopback = hosts.find((host) => ["127.0.0.1", "0.0.0.0", "::"].includes(host)) ? "127.0.0.1" : undefined;
	const host = loopback ?? hosts[0] ?? "127.0.0.1";
	return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

async function openCertificates(config: Config, log: ClosableLog): Promise<Certificates | undefined> {
	if (config.tls === undefined) return undefined;
	if (config.tls.source === "dev") {
		return createRenewedCertificates(() => developmentCertificate(config), { log, lookMilliseconds: certificateLookMilliseconds });
	}
	return createFolderCertificates(config.tls.source.folder, { host: new URL(config.publicUrl).hostname, log });
}

function banner(text: string): void {
	process.stderr.write(`gatehouse: ${text}\n`);
}

function version(): string {
	const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
	return version;
}

/** One line that says why, and exit code 1; only what nobody foresaw also gets its stack. */
function fail(error: unknown): never {
	const message = error instanceof Error ? error.message : String(error);
	banner(message.split("\n")[0] ?? "");
	if (!(error instanceof ConfigError) && !(error instanceof ListenError) && !(error instanceof DataRefusal)) {
		const log = createLog();
		log.error({ error }, "it could not be done");
		log.flush();
	}
	process.exit(1);
}
