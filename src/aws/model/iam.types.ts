// Generated from iam.json by scripts/generate.ts: change the model and run `npm run generate`.
// Timestamps are milliseconds since the epoch.

export interface Iam {
	AddClientIDToOpenIDConnectProvider: { input: AddClientIDToOpenIDConnectProviderRequest; output: void };
	AddUserToGroup: { input: AddUserToGroupRequest; output: void };
	AttachGroupPolicy: { input: AttachGroupPolicyRequest; output: void };
	AttachRolePolicy: { input: AttachRolePolicyRequest; output: void };
	AttachUserPolicy: { input: AttachUserPolicyRequest; output: void };
	CreateAccessKey: { input: CreateAccessKeyRequest; output: CreateAccessKeyResponse };
	CreateGroup: { input: CreateGroupRequest; output: CreateGroupResponse };
	CreateOpenIDConnectProvider: { input: CreateOpenIDConnectProviderRequest; output: CreateOpenIDConnectProviderResponse };
	CreatePolicy: { input: CreatePolicyRequest; output: CreatePolicyResponse };
	CreatePolicyVersion: { input: CreatePolicyVersionRequest; output: CreatePolicyVersionResponse };
	CreateRole: { input: CreateRoleRequest; output: CreateRoleResponse };
	CreateSAMLProvider: { input: CreateSAMLProviderRequest; output: CreateSAMLProviderResponse };
	CreateUser: { input: CreateUserRequest; output: CreateUserResponse };
	DeleteAccessKey: { input: DeleteAccessKeyRequest; output: void };
	DeleteGroup: { input: DeleteGroupRequest; output: void };
	DeleteGroupPolicy: { input: DeleteGroupPolicyRequest; output: void };
	DeleteLoginProfile: { input: DeleteLoginProfileRequest; output: void };
	DeleteOpenIDConnectProvider: { input: DeleteOpenIDConnectProviderRequest; output: void };
	DeletePolicy: { input: DeletePolicyRequest; output: void };
	DeletePolicyVersion: { input: DeletePolicyVersionRequest; output: void };
	DeleteRole: { input: DeleteRoleRequest; output: void };
	DeleteRolePermissionsBoundary: { input: DeleteRolePermissionsBoundaryRequest; output: void };
	DeleteRolePolicy: { input: DeleteRolePolicyRequest; output: void };
	DeleteSAMLProvider: { input: DeleteSAMLProviderRequest; output: void };
	DeleteUser: { input: DeleteUserRequest; output: void };
	DeleteUserPermissionsBoundary: { input: DeleteUserPermissionsBoundaryRequest; output: void };
	DeleteUserPolicy: { input: DeleteUserPolicyRequest; output: void };
	DetachGroupPolicy: { input: DetachGroupPolicyRequest; output: void };
	DetachRolePolicy: { input: DetachRolePolicyRequest; output: void };
	DetachUserPolicy: { input: DetachUserPolicyRequest; output: void };
	GetAccessKeyLastUsed: { input: GetAccessKeyLastUsedRequest; output: GetAccessKeyLastUsedResponse };
	GetAccountAuthorizationDetails: { input: GetAccountAuthorizationDetailsRequest; output: GetAccountAuthorizationDetailsResponse };
	GetGroup: { input: GetGroupRequest; output: GetGroupResponse };
	GetGroupPolicy: { input: GetGroupPolicyRequest; output: GetGroupPolicyResponse };
	GetLoginProfile: { input: GetLoginProfileRequest; output: GetLoginProfileResponse };
	GetOpenIDConnectProvider: { input: GetOpenIDConnectProviderRequest; output: GetOpenIDConnectProviderResponse };
	GetPolicy: { input: GetPolicyRequest; output: GetPolicyResponse };
	GetPolicyVersion: { input: GetPolicyVersionRequest; output: GetPolicyVersionResponse };
	GetRole: { input: GetRoleRequest; output: GetRoleResponse };
	GetRolePolicy: { input: GetRolePolicyRequest; output: GetRolePolicyResponse };
	GetSAMLProvider: { input: GetSAMLProviderRequest; output: GetSAMLProviderResponse };
	GetUser: { input: GetUserRequest; output: GetUserResponse };
	GetUserPolicy: { input: GetUserPolicyRequest; output: GetUserPolicyResponse };
	ListAccessKeys: { input: ListAccessKeysRequest; output: ListAccessKeysResponse };
	ListAttachedGroupPolicies: { input: ListAttachedGroupPoliciesRequest; output: ListAttachedGroupPoliciesResponse };
	ListAttachedRolePolicies: { input: ListAttachedRolePoliciesRequest; output: ListAttachedRolePoliciesResponse };
	ListAttachedUserPolicies: { input: ListAttachedUserPoliciesRequest; output: ListAttachedUserPoliciesResponse };
	ListEntitiesForPolicy: { input: ListEntitiesForPolicyRequest; output: ListEntitiesForPolicyResponse };
	ListGroupPolicies: { input: ListGroupPoliciesRequest; output: ListGroupPoliciesResponse };
	ListGroups: { input: ListGroupsRequest; output: ListGroupsResponse };
	ListGroupsForUser: { input: ListGroupsForUserRequest; output: ListGroupsForUserResponse };
	ListInstanceProfilesForRole: { input: ListInstanceProfilesForRoleRequest; output: ListInstanceProfilesForRoleResponse };
	ListMFADevices: { input: ListMFADevicesRequest; output: ListMFADevicesResponse };
	ListOpenIDConnectProviderTags: { input: ListOpenIDConnectProviderTagsRequest; output: ListOpenIDConnectProviderTagsResponse };
	ListOpenIDConnectProviders: { input: ListOpenIDConnectProvidersRequest; output: ListOpenIDConnectProvidersResponse };
	ListPolicies: { input: ListPoliciesRequest; output: ListPoliciesResponse };
	ListPolicyTags: { input: ListPolicyTagsRequest; output: ListPolicyTagsResponse };
	ListPolicyVersions: { input: ListPolicyVersionsRequest; output: ListPolicyVersionsResponse };
	ListRolePolicies: { input: ListRolePoliciesRequest; output: ListRolePoliciesResponse };
	ListRoleTags: { input: ListRoleTagsRequest; output: ListRoleTagsResponse };
	ListRoles: { input: ListRolesRequest; output: ListRolesResponse };
	ListSAMLProviderTags: { input: ListSAMLProviderTagsRequest; output: ListSAMLProviderTagsResponse };
	ListSAMLProviders: { input: ListSAMLProvidersRequest; output: ListSAMLProvidersResponse };
	ListSSHPublicKeys: { input: ListSSHPublicKeysRequest; output: ListSSHPublicKeysResponse };
	ListServiceSpecificCredentials: { input: ListServiceSpecificCredentialsRequest; output: ListServiceSpecificCredentialsResponse };
	ListSigningCertificates: { input: ListSigningCertificatesRequest; output: ListSigningCertificatesResponse };
	ListUserPolicies: { input: ListUserPoliciesRequest; output: ListUserPoliciesResponse };
	ListUserTags: { input: ListUserTagsRequest; output: ListUserTagsResponse };
	ListUsers: { input: ListUsersRequest; output: ListUsersResponse };
	ListVirtualMFADevices: { input: ListVirtualMFADevicesRequest; output: ListVirtualMFADevicesResponse };
	PutGroupPolicy: { input: PutGroupPolicyRequest; output: void };
	PutRolePermissionsBoundary: { input: PutRolePermissionsBoundaryRequest; output: void };
	PutRolePolicy: { input: PutRolePolicyRequest; output: void };
	PutUserPermissionsBoundary: { input: PutUserPermissionsBoundaryRequest; output: void };
	PutUserPolicy: { input: PutUserPolicyRequest; output: void };
	RemoveClientIDFromOpenIDConnectProvider: { input: RemoveClientIDFromOpenIDConnectProviderRequest; output: void };
	RemoveUserFromGroup: { input: RemoveUserFromGroupRequest; output: void };
	SetDefaultPolicyVersion: { input: SetDefaultPolicyVersionRequest; output: void };
	SimulateCustomPolicy: { input: SimulateCustomPolicyRequest; output: SimulatePolicyResponse };
	SimulatePrincipalPolicy: { input: SimulatePrincipalPolicyRequest; output: SimulatePolicyResponse };
	TagOpenIDConnectProvider: { input: TagOpenIDConnectProviderRequest; output: void };
	TagPolicy: { input: TagPolicyRequest; output: void };
	TagRole: { input: TagRoleRequest; output: void };
	TagSAMLProvider: { input: TagSAMLProviderRequest; output: void };
	TagUser: { input: TagUserRequest; output: void };
	UntagOpenIDConnectProvider: { input: UntagOpenIDConnectProviderRequest; output: void };
	UntagPolicy: { input: UntagPolicyRequest; output: void };
	UntagRole: { input: UntagRoleRequest; output: void };
	UntagSAMLProvider: { input: UntagSAMLProviderRequest; output: void };
	UntagUser: { input: UntagUserRequest; output: void };
	UpdateAccessKey: { input: UpdateAccessKeyRequest; output: void };
	UpdateAssumeRolePolicy: { input: UpdateAssumeRolePolicyRequest; output: void };
	UpdateGroup: { input: UpdateGroupRequest; output: void };
	UpdateOpenIDConnectProviderThumbprint: { input: UpdateOpenIDConnectProviderThumbprintRequest; output: void };
	UpdateRole: { input: UpdateRoleRequest; output: UpdateRoleResponse };
	UpdateRoleDescription: { input: UpdateRoleDescriptionRequest; output: UpdateRoleDescriptionResponse };
	UpdateSAMLProvider: { input: UpdateSAMLProviderRequest; output: UpdateSAMLProviderResponse };
	UpdateUser: { input: UpdateUserRequest; output: void };
}

export interface AccessKey {
	readonly AccessKeyId: string;
	readonly CreateDate?: number | undefined;
	readonly SecretAccessKey: string;
	readonly Status: statusType;
	readonly UserName: string;
}
export interface AccessKeyLastUsed {
	readonly LastUsedDate?: number | undefined;
	readonly Region: string;
	readonly ServiceName: string;
}
export interface AccessKeyMetadata {
	readonly AccessKeyId?: string | undefined;
	readonly CreateDate?: number | undefined;
	readonly Status?: statusType | undefined;
	readonly UserName?: string | undefined;
}
export type ActionNameListType = readonly string[];
export interface AddClientIDToOpenIDConnectProviderRequest {
	readonly ClientID: string;
	readonly OpenIDConnectProviderArn: string;
}
export interface AddUserToGroupRequest {
	readonly GroupName: string;
	readonly UserName: string;
}
export interface AttachGroupPolicyRequest {
	readonly GroupName: string;
	readonly PolicyArn: string;
}
export interface AttachRolePolicyRequest {
	readonly PolicyArn: string;
	readonly RoleName: string;
}
export interface AttachUserPolicyRequest {
	readonly PolicyArn: string;
	readonly UserName: string;
}
export interface AttachedPermissionsBoundary {
	readonly PermissionsBoundaryArn?: string | undefined;
	readonly PermissionsBoundaryType?: PermissionsBoundaryAttachmentType | undefined;
}
export interface AttachedPolicy {
	readonly PolicyArn?: string | undefined;
	readonly PolicyName?: string | undefined;
}
export type AttachmentType = "user" | "group" | "role";
export interface ConcurrentModificationException {
	readonly message?: string | undefined;
}
export interface ContextEntry {
	readonly ContextKeyName?: string | undefined;
	readonly ContextKeyType?: ContextKeyTypeEnum | undefined;
	readonly ContextKeyValues?: ContextKeyValueListType | undefined;
}
export type ContextEntryListType = readonly ContextEntry[];
export type ContextKeyNamesResultListType = readonly string[];
export type ContextKeyTypeEnum = "string" | "stringList" | "numeric" | "numericList" | "boolean" | "booleanList" | "ip" | "ipList" | "binary" | "binaryList" | "date" | "dateList";
export type ContextKeyValueListType = readonly string[];
export interface CreateAccessKeyRequest {
	readonly UserName?: string | undefined;
}
export interface CreateAccessKeyResponse {
	readonly AccessKey: AccessKey;
}
export interface CreateGroupRequest {
	readonly GroupName: string;
	readonly Path?: string | undefined;
}
export interface CreateGroupResponse {
	readonly Group: Group;
}
export interface CreateOpenIDConnectProviderRequest {
	readonly ClientIDList?: clientIDListType | undefined;
	readonly Tags?: tagListType | undefined;
	readonly ThumbprintList?: thumbprintListType | undefined;
	readonly Url: string;
}
export interface CreateOpenIDConnectProviderResponse {
	readonly OpenIDConnectProviderArn?: string | undefined;
	readonly Tags?: tagListType | undefined;
}
export interface CreatePolicyRequest {
	readonly Description?: string | undefined;
	readonly Path?: string | undefined;
	readonly PolicyDocument: string;
	readonly PolicyName: string;
	readonly Tags?: tagListType | undefined;
}
export interface CreatePolicyResponse {
	readonly Policy?: Policy | undefined;
}
export interface CreatePolicyVersionRequest {
	readonly PolicyArn: string;
	readonly PolicyDocument: string;
	readonly SetAsDefault?: boolean | undefined;
}
export interface CreatePolicyVersionResponse {
	readonly PolicyVersion?: PolicyVersion | undefined;
}
export interface CreateRoleRequest {
	readonly AssumeRolePolicyDocument: string;
	readonly Description?: string | undefined;
	readonly MaxSessionDuration?: number | undefined;
	readonly Path?: string | undefined;
	readonly PermissionsBoundary?: string | undefined;
	readonly RoleName: string;
	readonly Tags?: tagListType | undefined;
}
export interface CreateRoleResponse {
	readonly Role: Role;
}
export interface CreateSAMLProviderRequest {
	readonly AddPrivateKey?: string | undefined;
	readonly AssertionEncryptionMode?: assertionEncryptionModeType | undefined;
	readonly Name: string;
	readonly SAMLMetadataDocument: string;
	readonly Tags?: tagListType | undefined;
}
export interface CreateSAMLProviderResponse {
	readonly SAMLProviderArn?: string | undefined;
	readonly Tags?: tagListType | undefined;
}
export interface CreateUserRequest {
	readonly Path?: string | undefined;
	readonly PermissionsBoundary?: string | undefined;
	readonly Tags?: tagListType | undefined;
	readonly UserName: string;
}
export interface CreateUserResponse {
	readonly User?: User | undefined;
}
export interface DeleteAccessKeyRequest {
	readonly AccessKeyId: string;
	readonly UserName?: string | undefined;
}
export interface DeleteConflictException {
	readonly message?: string | undefined;
}
export interface DeleteGroupPolicyRequest {
	readonly GroupName: string;
	readonly PolicyName: string;
}
export interface DeleteGroupRequest {
	readonly GroupName: string;
}
export interface DeleteLoginProfileRequest {
	readonly UserName?: string | undefined;
}
export interface DeleteOpenIDConnectProviderRequest {
	readonly OpenIDConnectProviderArn: string;
}
export interface DeletePolicyRequest {
	readonly PolicyArn: string;
}
export interface DeletePolicyVersionRequest {
	readonly PolicyArn: string;
	readonly VersionId: string;
}
export interface DeleteRolePermissionsBoundaryRequest {
	readonly RoleName: string;
}
export interface DeleteRolePolicyRequest {
	readonly PolicyName: string;
	readonly RoleName: string;
}
export interface DeleteRoleRequest {
	readonly RoleName: string;
}
export interface DeleteSAMLProviderRequest {
	readonly SAMLProviderArn: string;
}
export interface DeleteUserPermissionsBoundaryRequest {
	readonly UserName: string;
}
export interface DeleteUserPolicyRequest {
	readonly PolicyName: string;
	readonly UserName: string;
}
export interface DeleteUserRequest {
	readonly UserName: string;
}
export interface DetachGroupPolicyRequest {
	readonly GroupName: string;
	readonly PolicyArn: string;
}
export interface DetachRolePolicyRequest {
	readonly PolicyArn: string;
	readonly RoleName: string;
}
export interface DetachUserPolicyRequest {
	readonly PolicyArn: string;
	readonly UserName: string;
}
export interface EntityAlreadyExistsException {
	readonly message?: string | undefined;
}
export interface EntityTemporarilyUnmodifiableException {
	readonly message?: string | undefined;
}
export type EntityType = "User" | "Role" | "Group" | "LocalManagedPolicy" | "AWSManagedPolicy";
export type EvalDecisionDetailsType = { readonly [key: string]: PolicyEvaluationDecisionType };
export interface EvaluationResult {
	readonly EvalActionName: string;
	readonly EvalDecision: PolicyEvaluationDecisionType;
	readonly EvalDecisionDetails?: EvalDecisionDetailsType | undefined;
	readonly EvalResourceName?: string | undefined;
	readonly MatchedStatements?: StatementListType | undefined;
	readonly MissingContextValues?: ContextKeyNamesResultListType | undefined;
	readonly OrganizationsDecisionDetail?: OrganizationsDecisionDetail | undefined;
	readonly PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined;
	readonly ResourceSpecificResults?: ResourceSpecificResultListType | undefined;
}
export type EvaluationResultsListType = readonly EvaluationResult[];
export interface GetAccessKeyLastUsedRequest {
	readonly AccessKeyId: string;
}
export interface GetAccessKeyLastUsedResponse {
	readonly AccessKeyLastUsed?: AccessKeyLastUsed | undefined;
	readonly UserName?: string | undefined;
}
export interface GetAccountAuthorizationDetailsRequest {
	readonly Filter?: entityListType | undefined;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
}
export interface GetAccountAuthorizationDetailsResponse {
	readonly GroupDetailList?: groupDetailListType | undefined;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Policies?: ManagedPolicyDetailListType | undefined;
	readonly RoleDetailList?: roleDetailListType | undefined;
	readonly UserDetailList?: userDetailListType | undefined;
}
export interface GetGroupPolicyRequest {
	readonly GroupName: string;
	readonly PolicyName: string;
}
export interface GetGroupPolicyResponse {
	readonly GroupName: string;
	readonly PolicyDocument: string;
	readonly PolicyName: string;
}
export interface GetGroupRequest {
	readonly GroupName: string;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
}
export interface GetGroupResponse {
	readonly Group: Group;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Users: userListType;
}
export interface GetLoginProfileRequest {
	readonly UserName?: string | undefined;
}
export interface GetLoginProfileResponse {
	readonly LoginProfile: LoginProfile;
}
export interface GetOpenIDConnectProviderRequest {
	readonly OpenIDConnectProviderArn: string;
}
export interface GetOpenIDConnectProviderResponse {
	readonly ClientIDList?: clientIDListType | undefined;
	readonly CreateDate?: number | undefined;
	readonly Tags?: tagListType | undefined;
	readonly ThumbprintList?: thumbprintListType | undefined;
	readonly Url?: string | undefined;
}
export interface GetPolicyRequest {
	readonly PolicyArn: string;
}
export interface GetPolicyResponse {
	readonly Policy?: Policy | undefined;
}
export interface GetPolicyVersionRequest {
	readonly PolicyArn: string;
	readonly VersionId: string;
}
export interface GetPolicyVersionResponse {
	readonly PolicyVersion?: PolicyVersion | undefined;
}
export interface GetRolePolicyRequest {
	readonly PolicyName: string;
	readonly RoleName: string;
}
export interface GetRolePolicyResponse {
	readonly PolicyDocument: string;
	readonly PolicyName: string;
	readonly RoleName: string;
}
export interface GetRoleRequest {
	readonly RoleName: string;
}
export interface GetRoleResponse {
	readonly Role: Role;
}
export interface GetSAMLProviderRequest {
	readonly SAMLProviderArn: string;
}
export interface GetSAMLProviderResponse {
	readonly AssertionEncryptionMode?: assertionEncryptionModeType | undefined;
	readonly CreateDate?: number | undefined;
	readonly PrivateKeyList?: privateKeyList | undefined;
	readonly SAMLMetadataDocument?: string | undefined;
	readonly SAMLProviderUUID?: string | undefined;
	readonly Tags?: tagListType | undefined;
	readonly ValidUntil?: number | undefined;
}
export interface GetUserPolicyRequest {
	readonly PolicyName: string;
	readonly UserName: string;
}
export interface GetUserPolicyResponse {
	readonly PolicyDocument: string;
	readonly PolicyName: string;
	readonly UserName: string;
}
export interface GetUserRequest {
	readonly UserName?: string | undefined;
}
export interface GetUserResponse {
	readonly User: User;
}
export interface Group {
	readonly Arn: string;
	readonly CreateDate: number;
	readonly GroupId: string;
	readonly GroupName: string;
	readonly Path: string;
}
export interface GroupDetail {
	readonly Arn?: string | undefined;
	readonly AttachedManagedPolicies?: attachedPoliciesListType | undefined;
	readonly CreateDate?: number | undefined;
	readonly GroupId?: string | undefined;
	readonly GroupName?: string | undefined;
	readonly GroupPolicyList?: policyDetailListType | undefined;
	readonly Path?: string | undefined;
}
export interface InlinePolicyIdentifierType {
	readonly AttachmentName: string;
	readonly AttachmentType: AttachmentType;
	readonly PolicyName: string;
}
export interface InstanceProfile {
	readonly Arn: string;
	readonly CreateDate: number;
	readonly InstanceProfileId: string;
	readonly InstanceProfileName: string;
	readonly Path: string;
	readonly Roles: roleListType;
	readonly Tags?: tagListType | undefined;
}
export interface InvalidInputException {
	readonly message?: string | undefined;
}
export interface LimitExceededException {
	readonly message?: string | undefined;
}
export interface ListAccessKeysRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly UserName?: string | undefined;
}
export interface ListAccessKeysResponse {
	readonly AccessKeyMetadata: accessKeyMetadataListType;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListAttachedGroupPoliciesRequest {
	readonly GroupName: string;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PathPrefix?: string | undefined;
}
export interface ListAttachedGroupPoliciesResponse {
	readonly AttachedPolicies?: attachedPoliciesListType | undefined;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListAttachedRolePoliciesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PathPrefix?: string | undefined;
	readonly RoleName: string;
}
export interface ListAttachedRolePoliciesResponse {
	readonly AttachedPolicies?: attachedPoliciesListType | undefined;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListAttachedUserPoliciesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PathPrefix?: string | undefined;
	readonly UserName: string;
}
export interface ListAttachedUserPoliciesResponse {
	readonly AttachedPolicies?: attachedPoliciesListType | undefined;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListEntitiesForPolicyRequest {
	readonly EntityFilter?: EntityType | undefined;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PathPrefix?: string | undefined;
	readonly PolicyArn: string;
	readonly PolicyUsageFilter?: PolicyUsageType | undefined;
}
export interface ListEntitiesForPolicyResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly PolicyGroups?: PolicyGroupListType | undefined;
	readonly PolicyRoles?: PolicyRoleListType | undefined;
	readonly PolicyUsers?: PolicyUserListType | undefined;
}
export interface ListGroupPoliciesRequest {
	readonly GroupName: string;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
}
export interface ListGroupPoliciesResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly PolicyNames: policyNameListType;
}
export interface ListGroupsForUserRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly UserName: string;
}
export interface ListGroupsForUserResponse {
	readonly Groups: groupListType;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListGroupsRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PathPrefix?: string | undefined;
}
export interface ListGroupsResponse {
	readonly Groups: groupListType;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListInstanceProfilesForRoleRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly RoleName: string;
}
export interface ListInstanceProfilesForRoleResponse {
	readonly InstanceProfiles: instanceProfileListType;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListMFADevicesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly UserName?: string | undefined;
}
export interface ListMFADevicesResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly MFADevices: mfaDeviceListType;
	readonly Marker?: string | undefined;
}
export interface ListOpenIDConnectProviderTagsRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly OpenIDConnectProviderArn: string;
}
export interface ListOpenIDConnectProviderTagsResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Tags: tagListType;
}
export type ListOpenIDConnectProvidersRequest = { readonly [member: string]: never };
export interface ListOpenIDConnectProvidersResponse {
	readonly OpenIDConnectProviderList?: OpenIDConnectProviderListType | undefined;
}
export interface ListPoliciesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly OnlyAttached?: boolean | undefined;
	readonly PathPrefix?: string | undefined;
	readonly PolicyUsageFilter?: PolicyUsageType | undefined;
	readonly Scope?: policyScopeType | undefined;
}
export interface ListPoliciesResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Policies?: policyListType | undefined;
}
export interface ListPolicyTagsRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PolicyArn: string;
}
export interface ListPolicyTagsResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Tags: tagListType;
}
export interface ListPolicyVersionsRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PolicyArn: string;
}
export interface ListPolicyVersionsResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Versions?: policyDocumentVersionListType | undefined;
}
export interface ListRolePoliciesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly RoleName: string;
}
export interface ListRolePoliciesResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly PolicyNames: policyNameListType;
}
export interface ListRoleTagsRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly RoleName: string;
}
export interface ListRoleTagsResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Tags: tagListType;
}
export interface ListRolesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PathPrefix?: string | undefined;
}
export interface ListRolesResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Roles: roleListType;
}
export interface ListSAMLProviderTagsRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly SAMLProviderArn: string;
}
export interface ListSAMLProviderTagsResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Tags: tagListType;
}
export type ListSAMLProvidersRequest = { readonly [member: string]: never };
export interface ListSAMLProvidersResponse {
	readonly SAMLProviderList?: SAMLProviderListType | undefined;
}
export interface ListSSHPublicKeysRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly UserName?: string | undefined;
}
export interface ListSSHPublicKeysResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly SSHPublicKeys?: SSHPublicKeyListType | undefined;
}
export interface ListServiceSpecificCredentialsRequest {
	readonly AllUsers?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly ServiceName?: string | undefined;
	readonly UserName?: string | undefined;
}
export interface ListServiceSpecificCredentialsResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly ServiceSpecificCredentials?: ServiceSpecificCredentialsListType | undefined;
}
export interface ListSigningCertificatesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly UserName?: string | undefined;
}
export interface ListSigningCertificatesResponse {
	readonly Certificates: certificateListType;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface ListUserPoliciesRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly UserName: string;
}
export interface ListUserPoliciesResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly PolicyNames: policyNameListType;
}
export interface ListUserTagsRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly UserName: string;
}
export interface ListUserTagsResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Tags: tagListType;
}
export interface ListUsersRequest {
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PathPrefix?: string | undefined;
}
export interface ListUsersResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly Users: userListType;
}
export interface ListVirtualMFADevicesRequest {
	readonly AssignmentStatus?: assignmentStatusType | undefined;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
}
export interface ListVirtualMFADevicesResponse {
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
	readonly VirtualMFADevices: virtualMFADeviceListType;
}
export interface LoginProfile {
	readonly CreateDate: number;
	readonly PasswordResetRequired?: boolean | undefined;
	readonly UserName: string;
}
export interface MFADevice {
	readonly EnableDate: number;
	readonly SerialNumber: string;
	readonly UserName: string;
}
export interface MalformedPolicyDocumentException {
	readonly message?: string | undefined;
}
export interface ManagedPolicyDetail {
	readonly Arn?: string | undefined;
	readonly AttachmentCount?: number | undefined;
	readonly CreateDate?: number | undefined;
	readonly DefaultVersionId?: string | undefined;
	readonly Description?: string | undefined;
	readonly IsAttachable?: boolean | undefined;
	readonly Path?: string | undefined;
	readonly PermissionsBoundaryUsageCount?: number | undefined;
	readonly PolicyId?: string | undefined;
	readonly PolicyName?: string | undefined;
	readonly PolicyVersionList?: policyDocumentVersionListType | undefined;
	readonly UpdateDate?: number | undefined;
}
export type ManagedPolicyDetailListType = readonly ManagedPolicyDetail[];
export interface NoSuchEntityException {
	readonly message?: string | undefined;
}
export interface OpenIDConnectProviderListEntry {
	readonly Arn?: string | undefined;
}
export type OpenIDConnectProviderListType = readonly OpenIDConnectProviderListEntry[];
export interface OpenIdIdpCommunicationErrorException {
	readonly message?: string | undefined;
}
export interface OrderedOrganizationPolicyType {
	readonly ServiceControlPolicyInputList?: SimulationPolicyListType | undefined;
}
export type OrganizationPolicyListType = readonly OrderedOrganizationPolicyType[];
export interface OrganizationsDecisionDetail {
	readonly AllowedByOrganizations?: boolean | undefined;
}
export type PermissionsBoundaryAttachmentType = "PermissionsBoundaryPolicy";
export interface PermissionsBoundaryDecisionDetail {
	readonly AllowedByPermissionsBoundary?: boolean | undefined;
}
export interface Policy {
	readonly Arn?: string | undefined;
	readonly AttachmentCount?: number | undefined;
	readonly CreateDate?: number | undefined;
	readonly DefaultVersionId?: string | undefined;
	readonly Description?: string | undefined;
	readonly IsAttachable?: boolean | undefined;
	readonly Path?: string | undefined;
	readonly PermissionsBoundaryUsageCount?: number | undefined;
	readonly PolicyId?: string | undefined;
	readonly PolicyName?: string | undefined;
	readonly Tags?: tagListType | undefined;
	readonly UpdateDate?: number | undefined;
}
export interface PolicyDetail {
	readonly PolicyDocument?: string | undefined;
	readonly PolicyName?: string | undefined;
}
export type PolicyEvaluationDecisionType = "allowed" | "explicitDeny" | "implicitDeny";
export interface PolicyEvaluationException {
	readonly message?: string | undefined;
}
export type PolicyExclusionsListType = readonly PolicyIdentifier[];
export interface PolicyGroup {
	readonly GroupId?: string | undefined;
	readonly GroupName?: string | undefined;
}
export type PolicyGroupListType = readonly PolicyGroup[];
export interface PolicyIdentifier {
	readonly InlinePolicyIdentifier?: InlinePolicyIdentifierType | undefined;
	readonly PolicyArn?: string | undefined;
	readonly PolicyType?: PolicyIdentifierPolicyType | undefined;
}
export type PolicyIdentifierPolicyType = "inline" | "aws-managed" | "user-managed" | "permission-boundary" | "scp" | "rcp";
export interface PolicyNotAttachableException {
	readonly message?: string | undefined;
}
export interface PolicyRole {
	readonly RoleId?: string | undefined;
	readonly RoleName?: string | undefined;
}
export type PolicyRoleListType = readonly PolicyRole[];
export type PolicySourceType = "user" | "group" | "role" | "aws-managed" | "user-managed" | "resource" | "none";
export type PolicyUsageType = "PermissionsPolicy" | "PermissionsBoundary";
export interface PolicyUser {
	readonly UserId?: string | undefined;
	readonly UserName?: string | undefined;
}
export type PolicyUserListType = readonly PolicyUser[];
export interface PolicyVersion {
	readonly CreateDate?: number | undefined;
	readonly Document?: string | undefined;
	readonly IsDefaultVersion?: boolean | undefined;
	readonly VersionId?: string | undefined;
}
export interface Position {
	readonly Column?: number | undefined;
	readonly Line?: number | undefined;
}
export interface PutGroupPolicyRequest {
	readonly GroupName: string;
	readonly PolicyDocument: string;
	readonly PolicyName: string;
}
export interface PutRolePermissionsBoundaryRequest {
	readonly PermissionsBoundary: string;
	readonly RoleName: string;
}
export interface PutRolePolicyRequest {
	readonly PolicyDocument: string;
	readonly PolicyName: string;
	readonly RoleName: string;
}
export interface PutUserPermissionsBoundaryRequest {
	readonly PermissionsBoundary: string;
	readonly UserName: string;
}
export interface PutUserPolicyRequest {
	readonly PolicyDocument: string;
	readonly PolicyName: string;
	readonly UserName: string;
}
export interface RemoveClientIDFromOpenIDConnectProviderRequest {
	readonly ClientID: string;
	readonly OpenIDConnectProviderArn: string;
}
export interface RemoveUserFromGroupRequest {
	readonly GroupName: string;
	readonly UserName: string;
}
export type ResourceNameListType = readonly string[];
export interface ResourceSpecificResult {
	readonly EvalDecisionDetails?: EvalDecisionDetailsType | undefined;
	readonly EvalResourceDecision: PolicyEvaluationDecisionType;
	readonly EvalResourceName: string;
	readonly MatchedStatements?: StatementListType | undefined;
	readonly MissingContextValues?: ContextKeyNamesResultListType | undefined;
	readonly PermissionsBoundaryDecisionDetail?: PermissionsBoundaryDecisionDetail | undefined;
}
export type ResourceSpecificResultListType = readonly ResourceSpecificResult[];
export interface Role {
	readonly Arn: string;
	readonly AssumeRolePolicyDocument?: string | undefined;
	readonly CreateDate: number;
	readonly Description?: string | undefined;
	readonly MaxSessionDuration?: number | undefined;
	readonly Path: string;
	readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
	readonly RoleId: string;
	readonly RoleLastUsed?: RoleLastUsed | undefined;
	readonly RoleName: string;
	readonly Tags?: tagListType | undefined;
}
export interface RoleDetail {
	readonly Arn?: string | undefined;
	readonly AssumeRolePolicyDocument?: string | undefined;
	readonly AttachedManagedPolicies?: attachedPoliciesListType | undefined;
	readonly CreateDate?: number | undefined;
	readonly InstanceProfileList?: instanceProfileListType | undefined;
	readonly Path?: string | undefined;
	readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
	readonly RoleId?: string | undefined;
	readonly RoleLastUsed?: RoleLastUsed | undefined;
	readonly RoleName?: string | undefined;
	readonly RolePolicyList?: policyDetailListType | undefined;
	readonly Tags?: tagListType | undefined;
}
export interface RoleLastUsed {
	readonly LastUsedDate?: number | undefined;
	readonly Region?: string | undefined;
}
export interface SAMLPrivateKey {
	readonly KeyId?: string | undefined;
	readonly Timestamp?: number | undefined;
}
export interface SAMLProviderListEntry {
	readonly Arn?: string | undefined;
	readonly CreateDate?: number | undefined;
	readonly ValidUntil?: number | undefined;
}
export type SAMLProviderListType = readonly SAMLProviderListEntry[];
export type SSHPublicKeyListType = readonly SSHPublicKeyMetadata[];
export interface SSHPublicKeyMetadata {
	readonly SSHPublicKeyId: string;
	readonly Status: statusType;
	readonly UploadDate: number;
	readonly UserName: string;
}
export interface ServiceFailureException {
	readonly message?: string | undefined;
}
export interface ServiceNotSupportedException {
	readonly message?: string | undefined;
}
export interface ServiceSpecificCredentialMetadata {
	readonly CreateDate: number;
	readonly ExpirationDate?: number | undefined;
	readonly ServiceCredentialAlias?: string | undefined;
	readonly ServiceName: string;
	readonly ServiceSpecificCredentialId: string;
	readonly ServiceUserName?: string | undefined;
	readonly Status: statusType;
	readonly UserName: string;
}
export type ServiceSpecificCredentialsListType = readonly ServiceSpecificCredentialMetadata[];
export interface SetDefaultPolicyVersionRequest {
	readonly PolicyArn: string;
	readonly VersionId: string;
}
export interface SigningCertificate {
	readonly CertificateBody: string;
	readonly CertificateId: string;
	readonly Status: statusType;
	readonly UploadDate?: number | undefined;
	readonly UserName: string;
}
export interface SimulateCustomPolicyRequest {
	readonly ActionNames: ActionNameListType;
	readonly CallerArn?: string | undefined;
	readonly ContextEntries?: ContextEntryListType | undefined;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly OrderedOrganizationPolicyInputList?: OrganizationPolicyListType | undefined;
	readonly PermissionsBoundaryPolicyInputList?: SimulationPolicyListType | undefined;
	readonly PolicyInputList: SimulationPolicyListType;
	readonly ResourceArns?: ResourceNameListType | undefined;
	readonly ResourceHandlingOption?: string | undefined;
	readonly ResourceOwner?: string | undefined;
	readonly ResourcePolicy?: string | undefined;
}
export interface SimulatePolicyResponse {
	readonly EvaluationResults?: EvaluationResultsListType | undefined;
	readonly IsTruncated?: boolean | undefined;
	readonly Marker?: string | undefined;
}
export interface SimulatePrincipalPolicyRequest {
	readonly ActionNames: ActionNameListType;
	readonly CallerArn?: string | undefined;
	readonly ContextEntries?: ContextEntryListType | undefined;
	readonly Marker?: string | undefined;
	readonly MaxItems?: number | undefined;
	readonly PermissionsBoundaryPolicyInputList?: SimulationPolicyListType | undefined;
	readonly PolicyExclusionList?: PolicyExclusionsListType | undefined;
	readonly PolicyInputList?: SimulationPolicyListType | undefined;
	readonly PolicySourceArn: string;
	readonly ResourceArns?: ResourceNameListType | undefined;
	readonly ResourceHandlingOption?: string | undefined;
	readonly ResourceOwner?: string | undefined;
	readonly ResourcePolicy?: string | undefined;
}
export type SimulationPolicyListType = readonly string[];
export interface Statement {
	readonly EndPosition?: Position | undefined;
	readonly SourcePolicyId?: string | undefined;
	readonly SourcePolicyType?: PolicySourceType | undefined;
	readonly StartPosition?: Position | undefined;
}
export type StatementListType = readonly Statement[];
export interface Tag {
	readonly Key: string;
	readonly Value: string;
}
export interface TagOpenIDConnectProviderRequest {
	readonly OpenIDConnectProviderArn: string;
	readonly Tags: tagListType;
}
export interface TagPolicyRequest {
	readonly PolicyArn: string;
	readonly Tags: tagListType;
}
export interface TagRoleRequest {
	readonly RoleName: string;
	readonly Tags: tagListType;
}
export interface TagSAMLProviderRequest {
	readonly SAMLProviderArn: string;
	readonly Tags: tagListType;
}
export interface TagUserRequest {
	readonly Tags: tagListType;
	readonly UserName: string;
}
export interface UnmodifiableEntityException {
	readonly message?: string | undefined;
}
export interface UntagOpenIDConnectProviderRequest {
	readonly OpenIDConnectProviderArn: string;
	readonly TagKeys: tagKeyListType;
}
export interface UntagPolicyRequest {
	readonly PolicyArn: string;
	readonly TagKeys: tagKeyListType;
}
export interface UntagRoleRequest {
	readonly RoleName: string;
	readonly TagKeys: tagKeyListType;
}
export interface UntagSAMLProviderRequest {
	readonly SAMLProviderArn: string;
	readonly TagKeys: tagKeyListType;
}
export interface UntagUserRequest {
	readonly TagKeys: tagKeyListType;
	readonly UserName: string;
}
export interface UpdateAccessKeyRequest {
	readonly AccessKeyId: string;
	readonly Status: statusType;
	readonly UserName?: string | undefined;
}
export interface UpdateAssumeRolePolicyRequest {
	readonly PolicyDocument: string;
	readonly RoleName: string;
}
export interface UpdateGroupRequest {
	readonly GroupName: string;
	readonly NewGroupName?: string | undefined;
	readonly NewPath?: string | undefined;
}
export interface UpdateOpenIDConnectProviderThumbprintRequest {
	readonly OpenIDConnectProviderArn: string;
	readonly ThumbprintList: thumbprintListType;
}
export interface UpdateRoleDescriptionRequest {
	readonly Description: string;
	readonly RoleName: string;
}
export interface UpdateRoleDescriptionResponse {
	readonly Role?: Role | undefined;
}
export interface UpdateRoleRequest {
	readonly Description?: string | undefined;
	readonly MaxSessionDuration?: number | undefined;
	readonly RoleName: string;
}
export type UpdateRoleResponse = { readonly [member: string]: never };
export interface UpdateSAMLProviderRequest {
	readonly AddPrivateKey?: string | undefined;
	readonly AssertionEncryptionMode?: assertionEncryptionModeType | undefined;
	readonly RemovePrivateKey?: string | undefined;
	readonly SAMLMetadataDocument?: string | undefined;
	readonly SAMLProviderArn: string;
}
export interface UpdateSAMLProviderResponse {
	readonly SAMLProviderArn?: string | undefined;
}
export interface UpdateUserRequest {
	readonly NewPath?: string | undefined;
	readonly NewUserName?: string | undefined;
	readonly UserName: string;
}
export interface User {
	readonly Arn: string;
	readonly CreateDate: number;
	readonly PasswordLastUsed?: number | undefined;
	readonly Path: string;
	readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
	readonly Tags?: tagListType | undefined;
	readonly UserId: string;
	readonly UserName: string;
}
export interface UserDetail {
	readonly Arn?: string | undefined;
	readonly AttachedManagedPolicies?: attachedPoliciesListType | undefined;
	readonly CreateDate?: number | undefined;
	readonly GroupList?: groupNameListType | undefined;
	readonly Path?: string | undefined;
	readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
	readonly Tags?: tagListType | undefined;
	readonly UserId?: string | undefined;
	readonly UserName?: string | undefined;
	readonly UserPolicyList?: policyDetailListType | undefined;
}
export interface VirtualMFADevice {
	readonly Base32StringSeed?: Uint8Array | undefined;
	readonly EnableDate?: number | undefined;
	readonly QRCodePNG?: Uint8Array | undefined;
	readonly SerialNumber: string;
	readonly Tags?: tagListType | undefined;
	readonly User?: User | undefined;
}
export type accessKeyMetadataListType = readonly AccessKeyMetadata[];
export type assertionEncryptionModeType = "Required" | "Allowed";
export type assignmentStatusType = "Assigned" | "Unassigned" | "Any";
export type attachedPoliciesListType = readonly AttachedPolicy[];
export type certificateListType = readonly SigningCertificate[];
export type clientIDListType = readonly string[];
export type entityListType = readonly EntityType[];
export type groupDetailListType = readonly GroupDetail[];
export type groupListType = readonly Group[];
export type groupNameListType = readonly string[];
export type instanceProfileListType = readonly InstanceProfile[];
export type mfaDeviceListType = readonly MFADevice[];
export type policyDetailListType = readonly PolicyDetail[];
export type policyDocumentVersionListType = readonly PolicyVersion[];
export type policyListType = readonly Policy[];
export type policyNameListType = readonly string[];
export type policyScopeType = "All" | "AWS" | "Local";
export type privateKeyList = readonly SAMLPrivateKey[];
export type roleDetailListType = readonly RoleDetail[];
export type roleListType = readonly Role[];
export type statusType = "Active" | "Inactive" | "Expired";
export type tagKeyListType = readonly string[];
export type tagListType = readonly Tag[];
export type thumbprintListType = readonly string[];
export type userDetailListType = readonly UserDetail[];
export type userListType = readonly User[];
export type virtualMFADeviceListType = readonly VirtualMFADevice[];
