// Generated from sts.json by scripts/generate.ts: change the model and run `npm run generate`.
// Timestamps are milliseconds since the epoch.

export interface Sts {
	AssumeRole: { input: AssumeRoleRequest; output: AssumeRoleResponse };
	AssumeRoleWithSAML: { input: AssumeRoleWithSAMLRequest; output: AssumeRoleWithSAMLResponse };
	AssumeRoleWithWebIdentity: { input: AssumeRoleWithWebIdentityRequest; output: AssumeRoleWithWebIdentityResponse };
	AssumeRoot: { input: AssumeRootRequest; output: AssumeRootResponse };
	DecodeAuthorizationMessage: { input: DecodeAuthorizationMessageRequest; output: DecodeAuthorizationMessageResponse };
	GetAccessKeyInfo: { input: GetAccessKeyInfoRequest; output: GetAccessKeyInfoResponse };
	GetCallerIdentity: { input: GetCallerIdentityRequest; output: GetCallerIdentityResponse };
	GetDelegatedAccessToken: { input: GetDelegatedAccessTokenRequest; output: GetDelegatedAccessTokenResponse };
	GetFederationToken: { input: GetFederationTokenRequest; output: GetFederationTokenResponse };
	GetSessionToken: { input: GetSessionTokenRequest; output: GetSessionTokenResponse };
	GetWebIdentityToken: { input: GetWebIdentityTokenRequest; output: GetWebIdentityTokenResponse };
}

export interface AssumeRoleRequest {
	readonly DurationSeconds?: number | undefined;
	readonly ExternalId?: string | undefined;
	readonly Policy?: string | undefined;
	readonly PolicyArns?: policyDescriptorListType | undefined;
	readonly ProvidedContexts?: ProvidedContextsListType | undefined;
	readonly RoleArn: string;
	readonly RoleSessionName: string;
	readonly SerialNumber?: string | undefined;
	readonly SourceIdentity?: string | undefined;
	readonly Tags?: tagListType | undefined;
	readonly TokenCode?: string | undefined;
	readonly TransitiveTagKeys?: tagKeyListType | undefined;
}
export interface AssumeRoleResponse {
	readonly AssumedRoleUser?: AssumedRoleUser | undefined;
	readonly Credentials?: Credentials | undefined;
	readonly PackedPolicySize?: number | undefined;
	readonly SourceIdentity?: string | undefined;
}
export interface AssumeRoleWithSAMLRequest {
	readonly DurationSeconds?: number | undefined;
	readonly Policy?: string | undefined;
	readonly PolicyArns?: policyDescriptorListType | undefined;
	readonly PrincipalArn: string;
	readonly RoleArn: string;
	readonly SAMLAssertion: string;
}
export interface AssumeRoleWithSAMLResponse {
	readonly AssumedRoleUser?: AssumedRoleUser | undefined;
	readonly Audience?: string | undefined;
	readonly Credentials?: Credentials | undefined;
	readonly Issuer?: string | undefined;
	readonly NameQualifier?: string | undefined;
	readonly PackedPolicySize?: number | undefined;
	readonly SourceIdentity?: string | undefined;
	readonly Subject?: string | undefined;
	readonly SubjectType?: string | undefined;
}
export interface AssumeRoleWithWebIdentityRequest {
	readonly DurationSeconds?: number | undefined;
	readonly Policy?: string | undefined;
	readonly PolicyArns?: policyDescriptorListType | undefined;
	readonly ProviderId?: string | undefined;
	readonly RoleArn: string;
	readonly RoleSessionName: string;
	readonly WebIdentityToken: string;
}
export interface AssumeRoleWithWebIdentityResponse {
	readonly AssumedRoleUser?: AssumedRoleUser | undefined;
	readonly Audience?: string | undefined;
	readonly Credentials?: Credentials | undefined;
	readonly PackedPolicySize?: number | undefined;
	readonly Provider?: string | undefined;
	readonly SourceIdentity?: string | undefined;
	readonly SubjectFromWebIdentityToken?: string | undefined;
}
export interface AssumeRootRequest {
	readonly DurationSeconds?: number | undefined;
	readonly TargetPrincipal: string;
	readonly TaskPolicyArn: PolicyDescriptorType;
}
export interface AssumeRootResponse {
	readonly Credentials?: Credentials | undefined;
	readonly SourceIdentity?: string | undefined;
}
export interface AssumedRoleUser {
	readonly Arn: string;
	readonly AssumedRoleId: string;
}
export interface Credentials {
	readonly AccessKeyId: string;
	readonly Expiration: number;
	readonly SecretAccessKey: string;
	readonly SessionToken: string;
}
export interface DecodeAuthorizationMessageRequest {
	readonly EncodedMessage: string;
}
export interface DecodeAuthorizationMessageResponse {
	readonly DecodedMessage?: string | undefined;
}
export interface ExpiredTokenException {
	readonly message?: string | undefined;
}
export interface ExpiredTradeInTokenException {
	readonly message?: string | undefined;
}
export interface FederatedUser {
	readonly Arn: string;
	readonly FederatedUserId: string;
}
export interface GetAccessKeyInfoRequest {
	readonly AccessKeyId: string;
}
export interface GetAccessKeyInfoResponse {
	readonly Account?: string | undefined;
}
export type GetCallerIdentityRequest = { readonly [member: string]: never };
export interface GetCallerIdentityResponse {
	readonly Account?: string | undefined;
	readonly Arn?: string | undefined;
	readonly UserId?: string | undefined;
}
export interface GetDelegatedAccessTokenRequest {
	readonly TradeInToken: string;
}
export interface GetDelegatedAccessTokenResponse {
	readonly AssumedPrincipal?: string | undefined;
	readonly Credentials?: Credentials | undefined;
	readonly PackedPolicySize?: number | undefined;
}
export interface GetFederationTokenRequest {
	readonly DurationSeconds?: number | undefined;
	readonly Name: string;
	readonly Policy?: string | undefined;
	readonly PolicyArns?: policyDescriptorListType | undefined;
	readonly Tags?: tagListType | undefined;
}
export interface GetFederationTokenResponse {
	readonly Credentials?: Credentials | undefined;
	readonly FederatedUser?: FederatedUser | undefined;
	readonly PackedPolicySize?: number | undefined;
}
export interface GetSessionTokenRequest {
	readonly DurationSeconds?: number | undefined;
	readonly SerialNumber?: string | undefined;
	readonly TokenCode?: string | undefined;
}
export interface GetSessionTokenResponse {
	readonly Credentials?: Credentials | undefined;
}
export interface GetWebIdentityTokenRequest {
	readonly Audience: webIdentityTokenAudienceListType;
	readonly DurationSeconds?: number | undefined;
	readonly SigningAlgorithm: string;
	readonly Tags?: tagListType | undefined;
}
export interface GetWebIdentityTokenResponse {
	readonly Expiration?: number | undefined;
	readonly WebIdentityToken?: string | undefined;
}
export interface IDPCommunicationErrorException {
	readonly message?: string | undefined;
}
export interface IDPRejectedClaimException {
	readonly message?: string | undefined;
}
export interface InvalidAuthorizationMessageException {
	readonly message?: string | undefined;
}
export interface InvalidIdentityTokenException {
	readonly message?: string | undefined;
}
export interface JWTPayloadSizeExceededException {
	readonly message?: string | undefined;
}
export interface MalformedPolicyDocumentException {
	readonly message?: string | undefined;
}
export interface OutboundWebIdentityFederationDisabledException {
	readonly message?: string | undefined;
}
export interface PackedPolicyTooLargeException {
	readonly message?: string | undefined;
}
export interface PolicyDescriptorType {
	readonly arn?: string | undefined;
}
export interface ProvidedContext {
	readonly ContextAssertion?: string | undefined;
	readonly ProviderArn?: string | undefined;
}
export type ProvidedContextsListType = readonly ProvidedContext[];
export interface RegionDisabledException {
	readonly message?: string | undefined;
}
export interface SessionDurationEscalationException {
	readonly message?: string | undefined;
}
export interface Tag {
	readonly Key: string;
	readonly Value: string;
}
export type policyDescriptorListType = readonly PolicyDescriptorType[];
export type tagKeyListType = readonly string[];
export type tagListType = readonly Tag[];
export type webIdentityTokenAudienceListType = readonly string[];
