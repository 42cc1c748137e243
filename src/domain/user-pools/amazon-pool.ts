/**
 * A user pool like one of Amazon's: its settings, app clients with their ids and secrets, resource servers, groups and, where asked for,
 * its users. Passwords, authenticator apps, passkeys and devices never leave Amazon; users are theirs without them.
 */
import type {
	CreateUserPoolClientRequest,
	CreateUserPoolRequest,
	GetUserPoolMfaConfigResponse,
	GroupType,
	ResourceServerType,
	SchemaAttributeType,
	UserPoolClientType,
	UserPoolType,
	UserType,
} from "../../aws/model/cognito-idp.types.ts";
import { present } from "../../kernel/assert.ts";
import type { UpstreamUser } from "../../kernel/ports.ts";
import type { Call } from "../call.ts";
import { createAppClient } from "./app-clients.ts";
import { addUserToGroup } from "./group-members.ts";
import { createGroup } from "./groups.ts";
import { setMfaConfig } from "./mfa-config.ts";
import { attemptPoolChange, countUser, createUserPool, getUserPool, type UserPool } from "./pools.ts";
import { createResourceServer } from "./resource-servers.ts";
import { movedFactors, type UpstreamPool } from "./upstream-pool.ts";
import { findUser, insertUser, newUser, type UserOutcome, type UserStatus } from "./users.ts";

/** A pool of Amazon's as it is read: in the shapes of the model, each list to its end. */
export interface ReadableUserPool {
	pool(): Promise<UserPoolType>;
	mfa(): Promise<GetUserPoolMfaConfigResponse>;
	/** With their secrets. */
	clients(): AsyncIterable<UserPoolClientType>;
	resourceServers(): AsyncIterable<ResourceServerType>;
	groups(): AsyncIterable<GroupType>;
	/** Names of providers. */
	identityProviders(): AsyncIterable<string>;
	users(): AsyncIterable<readonly UserType[]>;
	/** The second factors that a user has on. */
	factors(username: string): Promise<UpstreamUser["mfa"]>;
	/** Usernames of a group's members. */
	members(group: string): AsyncIterable<readonly string[]>;
}

export interface LikePoolOptions {
	/** Where the source is. */
	readonly upstream: UpstreamPool;
	/** Whether the new pool gets the id of the source. */
	readonly keepId: boolean;
	readonly withUsers: boolean;
}

export interface LikePool {
	readonly id: string;
	readonly clients: number;
	readonly resourceServers: number;
	readonly groups: number;
	readonly users: number;
	/** What the operator has to know of what is not as it was, a sentence each. */
	readonly notes: readonly string[];
}

/**
 * Makes a pool like `source` in the call's region.
 * @throws what the operations throw that make its parts
 */
export async function createPoolLike(call: Call, source: ReadableUserPool, options: LikePoolOptions): Promise<LikePool> {
	const described = await source.pool();
	const notes: string[] = [];
	const made = await createUserPool(call, poolInput(described), options.keepId ? options.upstream.UserPoolId : undefined);
	const id = present(made.Id, "a new pool has an id");
	await setMfa(call, id, await source.mfa());
	await attemptPoolChange(call, id, (settings) => ({ ...settings, UpstreamPool: options.upstream }));
	const pool = await getUserPool(call, id);

	let resourceServers = 0;
	for await (const { Identifier = "", Name = "", Scopes } of source.resourceServers()) {
		await createResourceServer(call, pool, { UserPoolId: id, Identifier, Name, Scopes });
		resourceServers++;
	}
	let clients = 0;
	for await (const client of source.clients()) {
		await createAppClient(call, pool, clientInput(pool, client), client.ClientId);
		clients++;
	}
	let groups = 0;
	for await (const { GroupName = "", Description, Precedence, RoleArn } of source.groups()) {
		await createGroup(call, pool, { UserPoolId: id, GroupName, Description, Precedence, RoleArn });
		groups++;
	}
	const users = options.withUsers ? await createUsers(call, pool, source, notes) : 0;
	if (users > 0 && groups > 0) await createMemberships(call, pool, source);

	notes.push(...(await whatIsNotTakenOver(described, source)));
	return { id, clients, resourceServers, groups, users, notes };
}

/** What DescribeUserPool answers, as CreateUserPool takes it. MFA is set once its factors are. */
function poolInput(described: UserPoolType): CreateUserPoolRequest {
	const { Name = "pool", SchemaAttributes: schema = [], UserPoolTags: tags = {}, MfaConfiguration: _mfa, ...settings } = described;
	return {
		...settings,
		PoolName: Name,
		Schema: schema.map(schemaEntry),
		// Those of AWS's own services, such as CloudFormation's, nobody else may set.
		UserPoolTags: Object.fromEntries(Object.entries(tags).filter(([key]) => !key.toLowerCase().startsWith("aws:"))),
	};
}

/** An attribute by the name that it was made with: its prefix follows from what it is. */
function schemaEntry(attribute: SchemaAttributeType): SchemaAttributeType {
	const { Name: name } = attribute;
	return { ...attribute, Name: name?.replace(/^(?:dev:)?custom:/, "") };
}

async function setMfa(call: Call, UserPoolId: string, mfa: GetUserPoolMfaConfigResponse): Promise<void> {
	const { WebAuthnConfiguration } = mfa;
	// With MFA off AWS shows what is left of its factors, and takes none of them.
	const input = mfa.MfaConfiguration === "OFF" || mfa.MfaConfiguration === undefined ? { WebAuthnConfiguration } : mfa;
	await setMfaConfig(call, { UserPoolId, ...input });
}

function clientInput(pool: UserPool, client: UserPoolClientType): CreateUserPoolClientRequest {
	const { ClientId: _id, ClientName = "client", SupportedIdentityProviders: providers, ...settings } = client;
	return {
		...settings,
		UserPoolId: pool.id,
		ClientName,
		SupportedIdentityProviders: providers?.filter((provider) => provider === "COGNITO"),
	};
}

async function whatIsNotTakenOver(described: UserPoolType, source: ReadableUserPool): Promise<string[]> {
	const notes: string[] = [];
	const triggers = Object.keys(described.LambdaConfig ?? {}).filter((name) => name !== "KMSKeyID");
	if (triggers.length > 0)
		notes.push(`its functions are where they were: ${triggers.join(", ")}; see GATEHOUSE_FUNCTIONS_DIR and GATEHOUSE_LAMBDA_ENDPOINT`);
	const key = described.LambdaConfig?.KMSKeyID;
	if (key !== undefined) notes.push(`codes for its custom senders are encrypted under ${key}: GATEHOUSE_KMS_ENDPOINT must lead to it`);
	const providers: string[] = [];
	for await (const name of source.identityProviders()) providers.push(name);
	if (providers.length > 0) notes.push(`its identity providers are not taken over: ${providers.join(", ")}`);
	const domains = [described.Domain, described.CustomDomain].filter((domain) => domain !== undefined);
	if (domains.length > 0) notes.push(`its domains are not taken over: ${domains.join(", ")}`);
	return notes;
}

/** Takes over the users, page by page. Answers how many. */
async function createUsers(call: Call, pool: UserPool, source: ReadableUserPool, notes: string[]): Promise<number> {
	const counts = { made: 0, resetRequired: 0, federated: 0, withApp: 0, clashing: 0 };
	const hasMfa = pool.settings.MfaConfiguration !== "OFF";

	async function create(user: UserType): Promise<void> {
		const { Username: username = "", UserStatus: was } = user;
		if (was === "EXTERNAL_PROVIDER") {
			counts.federated++;
			return;
		}
		const mfa = hasMfa ? await source.factors(username) : undefined;
		if (mfa?.enabled.includes("SOFTWARE_TOKEN_MFA")) counts.withApp++;
		const { sub, ...attributes } = Object.fromEntries((user.Attributes ?? []).map(({ Name, Value = "" }) => [Name, Value]));
		const known = Object.fromEntries(Object.entries(attributes).filter(([name]) => pool.schema.has(name)));
		// Nobody has a password here: who was never confirmed can't have been more than that.
		const status: UserStatus = was === "UNCONFIRMED" ? "UNCONFIRMED" : "RESET_REQUIRED";
		const made = newUser(call, pool, { id: present(sub, "a user has a sub"), username, status, attributes: known });
		const outcome = await call.store.write<UserOutcome>([
			...insertUser(pool, {
				...made,
				enabled: user.Enabled ?? true,
				createdAt: user.UserCreateDate ?? call.now,
				modifiedAt: user.UserLastModifiedDate ?? call.now,
				factors: mfa === undefined ? made.factors : movedFactors(made.factors, mfa, known),
			}),
			countUser(pool, call.ports.random, 1),
		]);
		if (outcome !== "done") {
			counts.clashing++;
			return;
		}
		counts.made++;
		if (status === "RESET_REQUIRED") counts.resetRequired++;
	}

	for await (const page of source.users()) await Promise.all(page.map(create));
	const { resetRequired, federated, withApp, clashing } = counts;
	if (resetRequired > 0) notes.push(`${resetRequired} users came without their password and are RESET_REQUIRED`);
	if (withApp > 0) notes.push(`${withApp} users must register their authenticator app anew`);
	if (federated > 0) notes.push(`${federated} users of identity providers are not taken over`);
	if (clashing > 0) notes.push(`${clashing} users are not taken over, since others have a name of theirs`);
	return counts.made;
}

async function createMemberships(call: Call, pool: UserPool, source: ReadableUserPool): Promise<void> {
	for await (const { GroupName = "" } of source.groups()) {
		for await (const members of source.members(GroupName)) {
			await Promise.all(
				members.map(async (username) => {
					// Users of identity providers are not here.
					if ((await findUser(call, pool, username)) !== undefined) await addUserToGroup(call, pool, username, GroupName);
				}),
			);
		}
	}
}
