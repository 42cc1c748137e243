// Generated from cognito-identity.json by scripts/generate.ts: change the model and run `npm run generate`.
// Timestamps are milliseconds since the epoch.

export interface CognitoIdentity {
	CreateIdentityPool: { input: CreateIdentityPoolInput; output: IdentityPool };
	DeleteIdentities: { input: DeleteIdentitiesInput; output: DeleteIdentitiesResponse };
	DeleteIdentityPool: { input: DeleteIdentityPoolInput; output: void };
	DescribeIdentity: { input: DescribeIdentityInput; output: IdentityDescription };
	DescribeIdentityPool: { input: DescribeIdentityPoolInput; output: IdentityPool };
	GetCredentialsForIdentity: { input: GetCredentialsForIdentityInput; output: GetCredentialsForIdentityResponse };
	GetId: { input: GetIdInput; output: GetIdResponse };
	GetIdentityPoolRoles: { input: GetIdentityPoolRolesInput; output: GetIdentityPoolRolesResponse };
	GetOpenIdToken: { input: GetOpenIdTokenInput; output: GetOpenIdTokenResponse };
	GetOpenIdTokenForDeveloperIdentity: { input: GetOpenIdTokenForDeveloperIdentityInput; output: GetOpenIdTokenForDeveloperIdentityResponse };
	GetPrincipalTagAttributeMap: { input: GetPrincipalTagAttributeMapInput; output: GetPrincipalTagAttributeMapResponse };
	ListIdentities: { input: ListIdentitiesInput; output: ListIdentitiesResponse };
	ListIdentityPools: { input: ListIdentityPoolsInput; output: ListIdentityPoolsResponse };
	ListTagsForResource: { input: ListTagsForResourceInput; output: ListTagsForResourceResponse };
	LookupDeveloperIdentity: { input: LookupDeveloperIdentityInput; output: LookupDeveloperIdentityResponse };
	MergeDeveloperIdentities: { input: MergeDeveloperIdentitiesInput; output: MergeDeveloperIdentitiesResponse };
	SetIdentityPoolRoles: { input: SetIdentityPoolRolesInput; output: void };
	SetPrincipalTagAttributeMap: { input: SetPrincipalTagAttributeMapInput; output: SetPrincipalTagAttributeMapResponse };
	TagResource: { input: TagResourceInput; output: TagResourceResponse };
	UnlinkDeveloperIdentity: { input: UnlinkDeveloperIdentityInput; output: void };
	UnlinkIdentity: { input: UnlinkIdentityInput; output: void };
	UntagResource: { input: UntagResourceInput; output: UntagResourceResponse };
	UpdateIdentityPool: { input: IdentityPool; output: IdentityPool };
}

export type AmbiguousRoleResolutionType = "AuthenticatedRole" | "Deny";
export interface CognitoIdentityProvider {
	readonly ClientId?: string | undefined;
	readonly ProviderName?: string | undefined;
	readonly ServerSideTokenCheck?: boolean | undefined;
}
export type CognitoIdentityProviderList = readonly CognitoIdentityProvider[];
export interface ConcurrentModificationException {
	readonly message?: string | undefined;
}
export interface CreateIdentityPoolInput {
	readonly AllowClassicFlow?: boolean | undefined;
	readonly AllowUnauthenticatedIdentities: boolean;
	readonly CognitoIdentityProviders?: CognitoIdentityProviderList | undefined;
	readonly DeveloperProviderName?: string | undefined;
	readonly IdentityPoolName: string;
	readonly IdentityPoolTags?: IdentityPoolTagsType | undefined;
	readonly OpenIdConnectProviderARNs?: OIDCProviderList | undefined;
	readonly SamlProviderARNs?: SAMLProviderList | undefined;
	readonly SupportedLoginProviders?: IdentityProviders | undefined;
}
export interface Credentials {
	readonly AccessKeyId?: string | undefined;
	readonly Expiration?: number | undefined;
	readonly SecretKey?: string | undefined;
	readonly SessionToken?: string | undefined;
}
export interface DeleteIdentitiesInput {
	readonly IdentityIdsToDelete: IdentityIdList;
}
export interface DeleteIdentitiesResponse {
	readonly UnprocessedIdentityIds?: UnprocessedIdentityIdList | undefined;
}
export interface DeleteIdentityPoolInput {
	readonly IdentityPoolId: string;
}
export interface DescribeIdentityInput {
	readonly IdentityId: string;
}
export interface DescribeIdentityPoolInput {
	readonly IdentityPoolId: string;
}
export interface DeveloperUserAlreadyRegisteredException {
	readonly message?: string | undefined;
}
export type DeveloperUserIdentifierList = readonly string[];
export type ErrorCode = "AccessDenied" | "InternalServerError";
export interface ExternalServiceException {
	readonly message?: string | undefined;
}
export interface GetCredentialsForIdentityInput {
	readonly CustomRoleArn?: string | undefined;
	readonly IdentityId: string;
	readonly Logins?: LoginsMap | undefined;
}
export interface GetCredentialsForIdentityResponse {
	readonly Credentials?: Credentials | undefined;
	readonly IdentityId?: string | undefined;
}
export interface GetIdInput {
	readonly AccountId?: string | undefined;
	readonly IdentityPoolId: string;
	readonly Logins?: LoginsMap | undefined;
}
export interface GetIdResponse {
	readonly IdentityId?: string | undefined;
}
export interface GetIdentityPoolRolesInput {
	readonly IdentityPoolId: string;
}
export interface GetIdentityPoolRolesResponse {
	readonly IdentityPoolId?: string | undefined;
	readonly RoleMappings?: RoleMappingMap | undefined;
	readonly Roles?: RolesMap | undefined;
}
export interface GetOpenIdTokenForDeveloperIdentityInput {
	readonly IdentityId?: string | undefined;
	readonly IdentityPoolId: string;
	readonly Logins: LoginsMap;
	readonly PrincipalTags?: PrincipalTags | undefined;
	readonly TokenDuration?: number | undefined;
}
export interface GetOpenIdTokenForDeveloperIdentityResponse {
	readonly IdentityId?: string | undefined;
	readonly Token?: string | undefined;
}
export interface GetOpenIdTokenInput {
	readonly IdentityId: string;
	readonly Logins?: LoginsMap | undefined;
}
export interface GetOpenIdTokenResponse {
	readonly IdentityId?: string | undefined;
	readonly Token?: string | undefined;
}
export interface GetPrincipalTagAttributeMapInput {
	readonly IdentityPoolId: string;
	readonly IdentityProviderName: string;
}
export interface GetPrincipalTagAttributeMapResponse {
	readonly IdentityPoolId?: string | undefined;
	readonly IdentityProviderName?: string | undefined;
	readonly PrincipalTags?: PrincipalTags | undefined;
	readonly UseDefaults?: boolean | undefined;
}
export type IdentitiesList = readonly IdentityDescription[];
export interface IdentityDescription {
	readonly CreationDate?: number | undefined;
	readonly IdentityId?: string | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly Logins?: LoginsList | undefined;
}
export type IdentityIdList = readonly string[];
export interface IdentityPool {
	readonly AllowClassicFlow?: boolean | undefined;
	readonly AllowUnauthenticatedIdentities: boolean;
	readonly CognitoIdentityProviders?: CognitoIdentityProviderList | undefined;
	readonly DeveloperProviderName?: string | undefined;
	readonly IdentityPoolId: string;
	readonly IdentityPoolName: string;
	readonly IdentityPoolTags?: IdentityPoolTagsType | undefined;
	readonly OpenIdConnectProviderARNs?: OIDCProviderList | undefined;
	readonly SamlProviderARNs?: SAMLProviderList | undefined;
	readonly SupportedLoginProviders?: IdentityProviders | undefined;
}
export interface IdentityPoolShortDescription {
	readonly IdentityPoolId?: string | undefined;
	readonly IdentityPoolName?: string | undefined;
}
export type IdentityPoolTagsListType = readonly string[];
export type IdentityPoolTagsType = { readonly [key: string]: string };
export type IdentityPoolsList = readonly IdentityPoolShortDescription[];
export type IdentityProviders = { readonly [key: string]: string };
export interface InternalErrorException {
	readonly message?: string | undefined;
}
export interface InvalidIdentityPoolConfigurationException {
	readonly message?: string | undefined;
}
export interface InvalidParameterException {
	readonly message?: string | undefined;
}
export interface LimitExceededException {
	readonly message?: string | undefined;
}
export interface ListIdentitiesInput {
	readonly HideDisabled?: boolean | undefined;
	readonly IdentityPoolId: string;
	readonly MaxResults: number;
	readonly NextToken?: string | undefined;
}
export interface ListIdentitiesResponse {
	readonly Identities?: IdentitiesList | undefined;
	readonly IdentityPoolId?: string | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListIdentityPoolsInput {
	readonly MaxResults: number;
	readonly NextToken?: string | undefined;
}
export interface ListIdentityPoolsResponse {
	readonly IdentityPools?: IdentityPoolsList | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListTagsForResourceInput {
	readonly ResourceArn: string;
}
export interface ListTagsForResourceResponse {
	readonly Tags?: IdentityPoolTagsType | undefined;
}
export type LoginsList = readonly string[];
export type LoginsMap = { readonly [key: string]: string };
export interface LookupDeveloperIdentityInput {
	readonly DeveloperUserIdentifier?: string | undefined;
	readonly IdentityId?: string | undefined;
	readonly IdentityPoolId: string;
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
}
export interface LookupDeveloperIdentityResponse {
	readonly DeveloperUserIdentifierList?: DeveloperUserIdentifierList | undefined;
	readonly IdentityId?: string | undefined;
	readonly NextToken?: string | undefined;
}
export interface MappingRule {
	readonly Claim: string;
	readonly MatchType: MappingRuleMatchType;
	readonly RoleARN: string;
	readonly Value: string;
}
export type MappingRuleMatchType = "Equals" | "Contains" | "StartsWith" | "NotEqual";
export type MappingRulesList = readonly MappingRule[];
export interface MergeDeveloperIdentitiesInput {
	readonly DestinationUserIdentifier: string;
	readonly DeveloperProviderName: string;
	readonly IdentityPoolId: string;
	readonly SourceUserIdentifier: string;
}
export interface MergeDeveloperIdentitiesResponse {
	readonly IdentityId?: string | undefined;
}
export interface NotAuthorizedException {
	readonly message?: string | undefined;
}
export type OIDCProviderList = readonly string[];
export type PrincipalTags = { readonly [key: string]: string };
export interface ResourceConflictException {
	readonly message?: string | undefined;
}
export interface ResourceNotFoundException {
	readonly message?: string | undefined;
}
export interface RoleMapping {
	readonly AmbiguousRoleResolution?: AmbiguousRoleResolutionType | undefined;
	readonly RulesConfiguration?: RulesConfigurationType | undefined;
	readonly Type: RoleMappingType;
}
export type RoleMappingMap = { readonly [key: string]: RoleMapping };
export type RoleMappingType = "Token" | "Rules";
export type RolesMap = { readonly [key: string]: string };
export interface RulesConfigurationType {
	readonly Rules: MappingRulesList;
}
export type SAMLProviderList = readonly string[];
export interface SetIdentityPoolRolesInput {
	readonly IdentityPoolId: string;
	readonly RoleMappings?: RoleMappingMap | undefined;
	readonly Roles: RolesMap;
}
export interface SetPrincipalTagAttributeMapInput {
	readonly IdentityPoolId: string;
	readonly IdentityProviderName: string;
	readonly PrincipalTags?: PrincipalTags | undefined;
	readonly UseDefaults?: boolean | undefined;
}
export interface SetPrincipalTagAttributeMapResponse {
	readonly IdentityPoolId?: string | undefined;
	readonly IdentityProviderName?: string | undefined;
	readonly PrincipalTags?: PrincipalTags | undefined;
	readonly UseDefaults?: boolean | undefined;
}
export interface TagResourceInput {
	readonly ResourceArn: string;
	readonly Tags: IdentityPoolTagsType;
}
export type TagResourceResponse = { readonly [member: string]: never };
export interface TooManyRequestsException {
	readonly message?: string | undefined;
}
export interface UnlinkDeveloperIdentityInput {
	readonly DeveloperProviderName: string;
	readonly DeveloperUserIdentifier: string;
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
}
export interface UnlinkIdentityInput {
	readonly IdentityId: string;
	readonly Logins: LoginsMap;
	readonly LoginsToRemove: LoginsList;
}
export interface UnprocessedIdentityId {
	readonly ErrorCode?: ErrorCode | undefined;
	readonly IdentityId?: string | undefined;
}
export type UnprocessedIdentityIdList = readonly UnprocessedIdentityId[];
export interface UntagResourceInput {
	readonly ResourceArn: string;
	readonly TagKeys: IdentityPoolTagsListType;
}
export type UntagResourceResponse = { readonly [member: string]: never };
