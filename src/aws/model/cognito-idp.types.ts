// Generated from cognito-idp.json by scripts/generate.ts: change the model and run `npm run generate`.
// Timestamps are milliseconds since the epoch.

export interface CognitoIdp {
	AddCustomAttributes: { input: AddCustomAttributesRequest; output: AddCustomAttributesResponse };
	AddUserPoolClientSecret: { input: AddUserPoolClientSecretRequest; output: AddUserPoolClientSecretResponse };
	AdminAddUserToGroup: { input: AdminAddUserToGroupRequest; output: void };
	AdminConfirmSignUp: { input: AdminConfirmSignUpRequest; output: AdminConfirmSignUpResponse };
	AdminCreateUser: { input: AdminCreateUserRequest; output: AdminCreateUserResponse };
	AdminDeleteSoftwareToken: { input: AdminDeleteSoftwareTokenRequest; output: AdminDeleteSoftwareTokenResponse };
	AdminDeleteUser: { input: AdminDeleteUserRequest; output: void };
	AdminDeleteUserAttributes: { input: AdminDeleteUserAttributesRequest; output: AdminDeleteUserAttributesResponse };
	AdminDisableProviderForUser: { input: AdminDisableProviderForUserRequest; output: AdminDisableProviderForUserResponse };
	AdminDisableUser: { input: AdminDisableUserRequest; output: AdminDisableUserResponse };
	AdminEnableUser: { input: AdminEnableUserRequest; output: AdminEnableUserResponse };
	AdminForgetDevice: { input: AdminForgetDeviceRequest; output: void };
	AdminGetDevice: { input: AdminGetDeviceRequest; output: AdminGetDeviceResponse };
	AdminGetUser: { input: AdminGetUserRequest; output: AdminGetUserResponse };
	AdminGetUserAuthFactors: { input: AdminGetUserAuthFactorsRequest; output: AdminGetUserAuthFactorsResponse };
	AdminInitiateAuth: { input: AdminInitiateAuthRequest; output: AdminInitiateAuthResponse };
	AdminLinkProviderForUser: { input: AdminLinkProviderForUserRequest; output: AdminLinkProviderForUserResponse };
	AdminListDevices: { input: AdminListDevicesRequest; output: AdminListDevicesResponse };
	AdminListGroupsForUser: { input: AdminListGroupsForUserRequest; output: AdminListGroupsForUserResponse };
	AdminListUserAuthEvents: { input: AdminListUserAuthEventsRequest; output: AdminListUserAuthEventsResponse };
	AdminListUserSessions: { input: AdminListUserSessionsRequest; output: AdminListUserSessionsResponse };
	AdminRemoveUserFromGroup: { input: AdminRemoveUserFromGroupRequest; output: void };
	AdminResetUserPassword: { input: AdminResetUserPasswordRequest; output: AdminResetUserPasswordResponse };
	AdminRespondToAuthChallenge: { input: AdminRespondToAuthChallengeRequest; output: AdminRespondToAuthChallengeResponse };
	AdminRevokeUserSession: { input: AdminRevokeUserSessionRequest; output: AdminRevokeUserSessionResponse };
	AdminSetUserMFAPreference: { input: AdminSetUserMFAPreferenceRequest; output: AdminSetUserMFAPreferenceResponse };
	AdminSetUserPassword: { input: AdminSetUserPasswordRequest; output: AdminSetUserPasswordResponse };
	AdminSetUserSettings: { input: AdminSetUserSettingsRequest; output: AdminSetUserSettingsResponse };
	AdminUpdateAuthEventFeedback: { input: AdminUpdateAuthEventFeedbackRequest; output: AdminUpdateAuthEventFeedbackResponse };
	AdminUpdateDeviceStatus: { input: AdminUpdateDeviceStatusRequest; output: AdminUpdateDeviceStatusResponse };
	AdminUpdateUserAttributes: { input: AdminUpdateUserAttributesRequest; output: AdminUpdateUserAttributesResponse };
	AdminUserGlobalSignOut: { input: AdminUserGlobalSignOutRequest; output: AdminUserGlobalSignOutResponse };
	AssociateSoftwareToken: { input: AssociateSoftwareTokenRequest; output: AssociateSoftwareTokenResponse };
	ChangePassword: { input: ChangePasswordRequest; output: ChangePasswordResponse };
	CompleteWebAuthnRegistration: { input: CompleteWebAuthnRegistrationRequest; output: CompleteWebAuthnRegistrationResponse };
	ConfirmDevice: { input: ConfirmDeviceRequest; output: ConfirmDeviceResponse };
	ConfirmForgotPassword: { input: ConfirmForgotPasswordRequest; output: ConfirmForgotPasswordResponse };
	ConfirmSignUp: { input: ConfirmSignUpRequest; output: ConfirmSignUpResponse };
	CreateGroup: { input: CreateGroupRequest; output: CreateGroupResponse };
	CreateIdentityProvider: { input: CreateIdentityProviderRequest; output: CreateIdentityProviderResponse };
	CreateManagedLoginBranding: { input: CreateManagedLoginBrandingRequest; output: CreateManagedLoginBrandingResponse };
	CreateResourceServer: { input: CreateResourceServerRequest; output: CreateResourceServerResponse };
	CreateTerms: { input: CreateTermsRequest; output: CreateTermsResponse };
	CreateUserImportJob: { input: CreateUserImportJobRequest; output: CreateUserImportJobResponse };
	CreateUserPool: { input: CreateUserPoolRequest; output: CreateUserPoolResponse };
	CreateUserPoolClient: { input: CreateUserPoolClientRequest; output: CreateUserPoolClientResponse };
	CreateUserPoolDomain: { input: CreateUserPoolDomainRequest; output: CreateUserPoolDomainResponse };
	CreateUserPoolReplica: { input: CreateUserPoolReplicaRequest; output: CreateUserPoolReplicaResponse };
	DeleteGroup: { input: DeleteGroupRequest; output: void };
	DeleteIdentityProvider: { input: DeleteIdentityProviderRequest; output: void };
	DeleteManagedLoginBranding: { input: DeleteManagedLoginBrandingRequest; output: void };
	DeleteResourceServer: { input: DeleteResourceServerRequest; output: void };
	DeleteTerms: { input: DeleteTermsRequest; output: void };
	DeleteUser: { input: DeleteUserRequest; output: void };
	DeleteUserAttributes: { input: DeleteUserAttributesRequest; output: DeleteUserAttributesResponse };
	DeleteUserPool: { input: DeleteUserPoolRequest; output: void };
	DeleteUserPoolClient: { input: DeleteUserPoolClientRequest; output: void };
	DeleteUserPoolClientSecret: { input: DeleteUserPoolClientSecretRequest; output: DeleteUserPoolClientSecretResponse };
	DeleteUserPoolDomain: { input: DeleteUserPoolDomainRequest; output: DeleteUserPoolDomainResponse };
	DeleteUserPoolReplica: { input: DeleteUserPoolReplicaRequest; output: DeleteUserPoolReplicaResponse };
	DeleteWebAuthnCredential: { input: DeleteWebAuthnCredentialRequest; output: DeleteWebAuthnCredentialResponse };
	DescribeIdentityProvider: { input: DescribeIdentityProviderRequest; output: DescribeIdentityProviderResponse };
	DescribeManagedLoginBranding: { input: DescribeManagedLoginBrandingRequest; output: DescribeManagedLoginBrandingResponse };
	DescribeManagedLoginBrandingByClient: { input: DescribeManagedLoginBrandingByClientRequest; output: DescribeManagedLoginBrandingByClientResponse };
	DescribeResourceServer: { input: DescribeResourceServerRequest; output: DescribeResourceServerResponse };
	DescribeRiskConfiguration: { input: DescribeRiskConfigurationRequest; output: DescribeRiskConfigurationResponse };
	DescribeTerms: { input: DescribeTermsRequest; output: DescribeTermsResponse };
	DescribeTermsByClient: { input: DescribeTermsByClientRequest; output: DescribeTermsByClientResponse };
	DescribeUserImportJob: { input: DescribeUserImportJobRequest; output: DescribeUserImportJobResponse };
	DescribeUserPool: { input: DescribeUserPoolRequest; output: DescribeUserPoolResponse };
	DescribeUserPoolClient: { input: DescribeUserPoolClientRequest; output: DescribeUserPoolClientResponse };
	DescribeUserPoolDomain: { input: DescribeUserPoolDomainRequest; output: DescribeUserPoolDomainResponse };
	ForgetDevice: { input: ForgetDeviceRequest; output: void };
	ForgotPassword: { input: ForgotPasswordRequest; output: ForgotPasswordResponse };
	GetCSVHeader: { input: GetCSVHeaderRequest; output: GetCSVHeaderResponse };
	GetClientToken: { input: GetClientTokenRequest; output: GetClientTokenResponse };
	GetDevice: { input: GetDeviceRequest; output: GetDeviceResponse };
	GetGroup: { input: GetGroupRequest; output: GetGroupResponse };
	GetIdentityProviderByIdentifier: { input: GetIdentityProviderByIdentifierRequest; output: GetIdentityProviderByIdentifierResponse };
	GetLogDeliveryConfiguration: { input: GetLogDeliveryConfigurationRequest; output: GetLogDeliveryConfigurationResponse };
	GetProvisionedLimit: { input: GetProvisionedLimitRequest; output: GetProvisionedLimitResponse };
	GetSigningCertificate: { input: GetSigningCertificateRequest; output: GetSigningCertificateResponse };
	GetTokensFromRefreshToken: { input: GetTokensFromRefreshTokenRequest; output: GetTokensFromRefreshTokenResponse };
	GetUICustomization: { input: GetUICustomizationRequest; output: GetUICustomizationResponse };
	GetUser: { input: GetUserRequest; output: GetUserResponse };
	GetUserAttributeVerificationCode: { input: GetUserAttributeVerificationCodeRequest; output: GetUserAttributeVerificationCodeResponse };
	GetUserAuthFactors: { input: GetUserAuthFactorsRequest; output: GetUserAuthFactorsResponse };
	GetUserPoolClientSessionConfiguration: { input: GetUserPoolClientSessionConfigurationRequest; output: GetUserPoolClientSessionConfigurationResponse };
	GetUserPoolMfaConfig: { input: GetUserPoolMfaConfigRequest; output: GetUserPoolMfaConfigResponse };
	GetUserPoolSessionConfiguration: { input: GetUserPoolSessionConfigurationRequest; output: GetUserPoolSessionConfigurationResponse };
	GlobalSignOut: { input: GlobalSignOutRequest; output: GlobalSignOutResponse };
	InitiateAuth: { input: InitiateAuthRequest; output: InitiateAuthResponse };
	ListDevices: { input: ListDevicesRequest; output: ListDevicesResponse };
	ListGroups: { input: ListGroupsRequest; output: ListGroupsResponse };
	ListIdentityProviders: { input: ListIdentityProvidersRequest; output: ListIdentityProvidersResponse };
	ListResourceServers: { input: ListResourceServersRequest; output: ListResourceServersResponse };
	ListTagsForResource: { input: ListTagsForResourceRequest; output: ListTagsForResourceResponse };
	ListTerms: { input: ListTermsRequest; output: ListTermsResponse };
	ListUserImportJobs: { input: ListUserImportJobsRequest; output: ListUserImportJobsResponse };
	ListUserPoolClientSecrets: { input: ListUserPoolClientSecretsRequest; output: ListUserPoolClientSecretsResponse };
	ListUserPoolClients: { input: ListUserPoolClientsRequest; output: ListUserPoolClientsResponse };
	ListUserPoolReplicas: { input: ListUserPoolReplicasRequest; output: ListUserPoolReplicasResponse };
	ListUserPools: { input: ListUserPoolsRequest; output: ListUserPoolsResponse };
	ListUserSessions: { input: ListUserSessionsRequest; output: ListUserSessionsResponse };
	ListUsers: { input: ListUsersRequest; output: ListUsersResponse };
	ListUsersInGroup: { input: ListUsersInGroupRequest; output: ListUsersInGroupResponse };
	ListWebAuthnCredentials: { input: ListWebAuthnCredentialsRequest; output: ListWebAuthnCredentialsResponse };
	ResendConfirmationCode: { input: ResendConfirmationCodeRequest; output: ResendConfirmationCodeResponse };
	RespondToAuthChallenge: { input: RespondToAuthChallengeRequest; output: RespondToAuthChallengeResponse };
	RevokeToken: { input: RevokeTokenRequest; output: RevokeTokenResponse };
	RevokeUserSession: { input: RevokeUserSessionRequest; output: RevokeUserSessionResponse };
	SetLogDeliveryConfiguration: { input: SetLogDeliveryConfigurationRequest; output: SetLogDeliveryConfigurationResponse };
	SetRiskConfiguration: { input: SetRiskConfigurationRequest; output: SetRiskConfigurationResponse };
	SetUICustomization: { input: SetUICustomizationRequest; output: SetUICustomizationResponse };
	SetUserMFAPreference: { input: SetUserMFAPreferenceRequest; output: SetUserMFAPreferenceResponse };
	SetUserPoolClientSessionConfiguration: { input: SetUserPoolClientSessionConfigurationRequest; output: SetUserPoolClientSessionConfigurationResponse };
	SetUserPoolMfaConfig: { input: SetUserPoolMfaConfigRequest; output: SetUserPoolMfaConfigResponse };
	SetUserPoolSessionConfiguration: { input: SetUserPoolSessionConfigurationRequest; output: SetUserPoolSessionConfigurationResponse };
	SetUserSettings: { input: SetUserSettingsRequest; output: SetUserSettingsResponse };
	SignUp: { input: SignUpRequest; output: SignUpResponse };
	StartUserImportJob: { input: StartUserImportJobRequest; output: StartUserImportJobResponse };
	StartWebAuthnRegistration: { input: StartWebAuthnRegistrationRequest; output: StartWebAuthnRegistrationResponse };
	StopUserImportJob: { input: StopUserImportJobRequest; output: StopUserImportJobResponse };
	TagResource: { input: TagResourceRequest; output: TagResourceResponse };
	UntagResource: { input: UntagResourceRequest; output: UntagResourceResponse };
	UpdateAuthEventFeedback: { input: UpdateAuthEventFeedbackRequest; output: UpdateAuthEventFeedbackResponse };
	UpdateDeviceStatus: { input: UpdateDeviceStatusRequest; output: UpdateDeviceStatusResponse };
	UpdateGroup: { input: UpdateGroupRequest; output: UpdateGroupResponse };
	UpdateIdentityProvider: { input: UpdateIdentityProviderRequest; output: UpdateIdentityProviderResponse };
	UpdateManagedLoginBranding: { input: UpdateManagedLoginBrandingRequest; output: UpdateManagedLoginBrandingResponse };
	UpdateProvisionedLimit: { input: UpdateProvisionedLimitRequest; output: UpdateProvisionedLimitResponse };
	UpdateResourceServer: { input: UpdateResourceServerRequest; output: UpdateResourceServerResponse };
	UpdateTerms: { input: UpdateTermsRequest; output: UpdateTermsResponse };
	UpdateUserAttributes: { input: UpdateUserAttributesRequest; output: UpdateUserAttributesResponse };
	UpdateUserPool: { input: UpdateUserPoolRequest; output: UpdateUserPoolResponse };
	UpdateUserPoolClient: { input: UpdateUserPoolClientRequest; output: UpdateUserPoolClientResponse };
	UpdateUserPoolDomain: { input: UpdateUserPoolDomainRequest; output: UpdateUserPoolDomainResponse };
	UpdateUserPoolReplica: { input: UpdateUserPoolReplicaRequest; output: UpdateUserPoolReplicaResponse };
	VerifySoftwareToken: { input: VerifySoftwareTokenRequest; output: VerifySoftwareTokenResponse };
	VerifyUserAttribute: { input: VerifyUserAttributeRequest; output: VerifyUserAttributeResponse };
}

export interface AccessDeniedException {
	readonly message?: string | undefined;
}
export interface AccountRecoverySettingType {
	readonly RecoveryMechanisms?: RecoveryMechanismsType | undefined;
}
export interface AccountTakeoverActionType {
	readonly EventAction: AccountTakeoverEventActionType;
	readonly Notify: boolean;
}
export interface AccountTakeoverActionsType {
	readonly HighAction?: AccountTakeoverActionType | undefined;
	readonly LowAction?: AccountTakeoverActionType | undefined;
	readonly MediumAction?: AccountTakeoverActionType | undefined;
}
export type AccountTakeoverEventActionType = "BLOCK" | "MFA_IF_CONFIGURED" | "MFA_REQUIRED" | "NO_ACTION";
export interface AccountTakeoverRiskConfigurationType {
	readonly Actions: AccountTakeoverActionsType;
	readonly NotifyConfiguration?: NotifyConfigurationType | undefined;
}
export type AcrConfigurationType = { readonly [key: string]: AcrLevelConfigType };
export interface AcrLevelConfigType {
	readonly AcrValue: string;
}
export type AcrMappingType = { readonly [key: string]: string };
export interface AddCustomAttributesRequest {
	readonly CustomAttributes: CustomAttributesListType;
	readonly UserPoolId: string;
}
export type AddCustomAttributesResponse = { readonly [member: string]: never };
export interface AddUserPoolClientSecretRequest {
	readonly ClientId: string;
	readonly ClientSecret?: string | undefined;
	readonly UserPoolId: string;
}
export interface AddUserPoolClientSecretResponse {
	readonly ClientSecretDescriptor?: ClientSecretDescriptorType | undefined;
}
export interface AdminAddUserToGroupRequest {
	readonly GroupName: string;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminConfirmSignUpRequest {
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminConfirmSignUpResponse = { readonly [member: string]: never };
export interface AdminCreateUserConfigType {
	readonly AllowAdminCreateUserOnly?: boolean | undefined;
	readonly InviteMessageTemplate?: MessageTemplateType | undefined;
	readonly UnusedAccountValidityDays?: number | undefined;
}
export interface AdminCreateUserRequest {
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly DesiredDeliveryMediums?: DeliveryMediumListType | undefined;
	readonly ForceAliasCreation?: boolean | undefined;
	readonly MessageAction?: MessageActionType | undefined;
	readonly TemporaryPassword?: string | undefined;
	readonly UserAttributes?: AttributeListType | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
	readonly ValidationData?: AttributeListType | undefined;
}
export interface AdminCreateUserResponse {
	readonly User?: UserType | undefined;
}
export interface AdminDeleteSoftwareTokenRequest {
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminDeleteSoftwareTokenResponse = { readonly [member: string]: never };
export interface AdminDeleteUserAttributesRequest {
	readonly UserAttributeNames: AttributeNameListType;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminDeleteUserAttributesResponse = { readonly [member: string]: never };
export interface AdminDeleteUserRequest {
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminDisableProviderForUserRequest {
	readonly User: ProviderUserIdentifierType;
	readonly UserPoolId: string;
}
export type AdminDisableProviderForUserResponse = { readonly [member: string]: never };
export interface AdminDisableUserRequest {
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminDisableUserResponse = { readonly [member: string]: never };
export interface AdminEnableUserRequest {
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminEnableUserResponse = { readonly [member: string]: never };
export interface AdminForgetDeviceRequest {
	readonly DeviceKey: string;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminGetDeviceRequest {
	readonly DeviceKey: string;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminGetDeviceResponse {
	readonly Device: DeviceType;
}
export interface AdminGetUserAuthFactorsRequest {
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminGetUserAuthFactorsResponse {
	readonly ConfiguredUserAuthFactors?: ConfiguredUserAuthFactorsListType | undefined;
	readonly PreferredMfaSetting?: string | undefined;
	readonly UserMFASettingList?: UserMFASettingListType | undefined;
	readonly Username: string;
}
export interface AdminGetUserRequest {
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminGetUserResponse {
	readonly Enabled?: boolean | undefined;
	readonly MFAOptions?: MFAOptionListType | undefined;
	readonly PreferredMfaSetting?: string | undefined;
	readonly UserAttributes?: AttributeListType | undefined;
	readonly UserCreateDate?: number | undefined;
	readonly UserLastModifiedDate?: number | undefined;
	readonly UserMFASettingList?: UserMFASettingListType | undefined;
	readonly UserStatus?: UserStatusType | undefined;
	readonly Username: string;
}
export interface AdminInitiateAuthRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly AuthFlow: AuthFlowType;
	readonly AuthParameters?: AuthParametersType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly ContextData?: ContextDataType | undefined;
	readonly Session?: string | undefined;
	readonly UserPoolId: string;
}
export interface AdminInitiateAuthResponse {
	readonly AuthenticationResult?: AuthenticationResultType | undefined;
	readonly AvailableChallenges?: AvailableChallengeListType | undefined;
	readonly ChallengeName?: ChallengeNameType | undefined;
	readonly ChallengeParameters?: ChallengeParametersType | undefined;
	readonly Session?: string | undefined;
}
export interface AdminLinkProviderForUserRequest {
	readonly DestinationUser: ProviderUserIdentifierType;
	readonly SourceUser: ProviderUserIdentifierType;
	readonly UserPoolId: string;
}
export type AdminLinkProviderForUserResponse = { readonly [member: string]: never };
export interface AdminListDevicesRequest {
	readonly Limit?: number | undefined;
	readonly PaginationToken?: string | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminListDevicesResponse {
	readonly Devices?: DeviceListType | undefined;
	readonly PaginationToken?: string | undefined;
}
export interface AdminListGroupsForUserRequest {
	readonly Limit?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminListGroupsForUserResponse {
	readonly Groups?: GroupListType | undefined;
	readonly NextToken?: string | undefined;
}
export interface AdminListUserAuthEventsRequest {
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminListUserAuthEventsResponse {
	readonly AuthEvents?: AuthEventsType | undefined;
	readonly NextToken?: string | undefined;
}
export interface AdminListUserSessionsRequest {
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminListUserSessionsResponse {
	readonly NextToken?: string | undefined;
	readonly Sessions?: SessionsListType | undefined;
}
export interface AdminRemoveUserFromGroupRequest {
	readonly GroupName: string;
	readonly UserPoolId: string;
	readonly Username: string;
}
export interface AdminResetUserPasswordRequest {
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminResetUserPasswordResponse = { readonly [member: string]: never };
export interface AdminRespondToAuthChallengeRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly ChallengeName: ChallengeNameType;
	readonly ChallengeResponses?: ChallengeResponsesType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly ContextData?: ContextDataType | undefined;
	readonly Session?: string | undefined;
	readonly UserPoolId: string;
}
export interface AdminRespondToAuthChallengeResponse {
	readonly AuthenticationResult?: AuthenticationResultType | undefined;
	readonly AvailableChallenges?: AvailableChallengeListType | undefined;
	readonly ChallengeName?: ChallengeNameType | undefined;
	readonly ChallengeParameters?: ChallengeParametersType | undefined;
	readonly Session?: string | undefined;
}
export interface AdminRevokeUserSessionRequest {
	readonly RevokeAssociatedSessions?: RevokeAssociatedSessionsType | undefined;
	readonly SessionId: string;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminRevokeUserSessionResponse = { readonly [member: string]: never };
export interface AdminSetUserMFAPreferenceRequest {
	readonly EmailMfaSettings?: EmailMfaSettingsType | undefined;
	readonly SMSMfaSettings?: SMSMfaSettingsType | undefined;
	readonly SoftwareTokenMfaSettings?: SoftwareTokenMfaSettingsType | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
	readonly WebAuthnMfaSettings?: WebAuthnMfaSettingsType | undefined;
}
export type AdminSetUserMFAPreferenceResponse = { readonly [member: string]: never };
export interface AdminSetUserPasswordRequest {
	readonly Password: string;
	readonly Permanent?: boolean | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminSetUserPasswordResponse = { readonly [member: string]: never };
export interface AdminSetUserSettingsRequest {
	readonly MFAOptions: MFAOptionListType;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminSetUserSettingsResponse = { readonly [member: string]: never };
export interface AdminUpdateAuthEventFeedbackRequest {
	readonly EventId: string;
	readonly FeedbackValue: FeedbackValueType;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminUpdateAuthEventFeedbackResponse = { readonly [member: string]: never };
export interface AdminUpdateDeviceStatusRequest {
	readonly DeviceKey: string;
	readonly DeviceRememberedStatus?: DeviceRememberedStatusType | undefined;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminUpdateDeviceStatusResponse = { readonly [member: string]: never };
export interface AdminUpdateUserAttributesRequest {
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly UserAttributes: AttributeListType;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminUpdateUserAttributesResponse = { readonly [member: string]: never };
export interface AdminUserGlobalSignOutRequest {
	readonly UserPoolId: string;
	readonly Username: string;
}
export type AdminUserGlobalSignOutResponse = { readonly [member: string]: never };
export interface AdvancedSecurityAdditionalFlowsType {
	readonly CustomAuthMode?: AdvancedSecurityEnabledModeType | undefined;
}
export type AdvancedSecurityEnabledModeType = "AUDIT" | "ENFORCED";
export type AdvancedSecurityModeType = "OFF" | "AUDIT" | "ENFORCED";
export type AliasAttributeType = "phone_number" | "email" | "preferred_username";
export type AliasAttributesListType = readonly AliasAttributeType[];
export interface AliasExistsException {
	readonly message?: string | undefined;
}
export type AllowedFirstAuthFactorsListType = readonly AuthFactorType[];
export interface AnalyticsConfigurationType {
	readonly ApplicationArn?: string | undefined;
	readonly ApplicationId?: string | undefined;
	readonly ExternalId?: string | undefined;
	readonly RoleArn?: string | undefined;
	readonly UserDataShared?: boolean | undefined;
}
export interface AnalyticsMetadataType {
	readonly AnalyticsEndpointId?: string | undefined;
}
export type AssetCategoryType = "FAVICON_ICO" | "FAVICON_SVG" | "EMAIL_GRAPHIC" | "SMS_GRAPHIC" | "AUTH_APP_GRAPHIC" | "PASSWORD_GRAPHIC" | "PASSKEY_GRAPHIC" | "PAGE_HEADER_LOGO" | "PAGE_HEADER_BACKGROUND" | "PAGE_FOOTER_LOGO" | "PAGE_FOOTER_BACKGROUND" | "PAGE_BACKGROUND" | "FORM_BACKGROUND" | "FORM_LOGO" | "IDP_BUTTON_ICON";
export type AssetExtensionType = "ICO" | "JPEG" | "PNG" | "SVG" | "WEBP";
export type AssetListType = readonly AssetType[];
export interface AssetType {
	readonly Bytes?: Uint8Array | undefined;
	readonly Category: AssetCategoryType;
	readonly ColorMode: ColorSchemeModeType;
	readonly Extension: AssetExtensionType;
	readonly ResourceId?: string | undefined;
}
export interface AssociateSoftwareTokenRequest {
	readonly AccessToken?: string | undefined;
	readonly Session?: string | undefined;
}
export interface AssociateSoftwareTokenResponse {
	readonly SecretCode?: string | undefined;
	readonly Session?: string | undefined;
}
export type AttributeDataType = "String" | "Number" | "DateTime" | "Boolean";
export type AttributeListType = readonly AttributeType[];
export type AttributeMappingType = { readonly [key: string]: string };
export type AttributeNameListType = readonly string[];
export interface AttributeType {
	readonly Name: string;
	readonly Value?: string | undefined;
}
export type AttributesRequireVerificationBeforeUpdateType = readonly VerifiedAttributeType[];
export interface AuthEventType {
	readonly ChallengeResponses?: ChallengeResponseListType | undefined;
	readonly CreationDate?: number | undefined;
	readonly EventContextData?: EventContextDataType | undefined;
	readonly EventFeedback?: EventFeedbackType | undefined;
	readonly EventId?: string | undefined;
	readonly EventResponse?: EventResponseType | undefined;
	readonly EventRisk?: EventRiskType | undefined;
	readonly EventType?: EventType | undefined;
}
export type AuthEventsType = readonly AuthEventType[];
export type AuthFactorType = "PASSWORD" | "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN" | "SOFTWARE_TOKEN";
export type AuthFlowType = "USER_SRP_AUTH" | "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" | "CUSTOM_AUTH" | "ADMIN_NO_SRP_AUTH" | "USER_PASSWORD_AUTH" | "ADMIN_USER_PASSWORD_AUTH" | "USER_AUTH";
export type AuthParametersType = { readonly [key: string]: string };
export interface AuthenticationResultType {
	readonly AccessToken?: string | undefined;
	readonly ExpiresIn?: number | undefined;
	readonly IdToken?: string | undefined;
	readonly NewDeviceMetadata?: NewDeviceMetadataType | undefined;
	readonly RefreshToken?: string | undefined;
	readonly TokenType?: string | undefined;
}
export type AvailableChallengeListType = readonly ChallengeNameType[];
export type BlockedIPRangeListType = readonly string[];
export type CallbackURLsListType = readonly string[];
export type ChallengeName = "Password" | "Mfa";
export type ChallengeNameType = "SMS_MFA" | "EMAIL_OTP" | "SOFTWARE_TOKEN_MFA" | "SELECT_MFA_TYPE" | "MFA_SETUP" | "PASSWORD_VERIFIER" | "CUSTOM_CHALLENGE" | "SELECT_CHALLENGE" | "DEVICE_SRP_AUTH" | "DEVICE_PASSWORD_VERIFIER" | "ADMIN_NO_SRP_AUTH" | "NEW_PASSWORD_REQUIRED" | "SMS_OTP" | "PASSWORD" | "WEB_AUTHN" | "PASSWORD_SRP";
export type ChallengeParametersType = { readonly [key: string]: string };
export type ChallengeResponse = "Success" | "Failure";
export type ChallengeResponseListType = readonly ChallengeResponseType[];
export interface ChallengeResponseType {
	readonly ChallengeName?: ChallengeName | undefined;
	readonly ChallengeResponse?: ChallengeResponse | undefined;
}
export type ChallengeResponsesType = { readonly [key: string]: string };
export interface ChangePasswordRequest {
	readonly AccessToken: string;
	readonly PreviousPassword?: string | undefined;
	readonly ProposedPassword: string;
}
export type ChangePasswordResponse = { readonly [member: string]: never };
export interface ClientAuthenticationResultType {
	readonly AccessToken?: string | undefined;
	readonly ExpiresIn?: number | undefined;
	readonly TokenType?: string | undefined;
}
export type ClientMetadataType = { readonly [key: string]: string };
export type ClientPermissionListType = readonly string[];
export interface ClientSSOSessionConfigType {
	readonly MaxValidityMinutes: number;
}
export type ClientSecretDescriptorListType = readonly ClientSecretDescriptorType[];
export interface ClientSecretDescriptorType {
	readonly ClientSecretCreateDate?: number | undefined;
	readonly ClientSecretId?: string | undefined;
	readonly ClientSecretValue?: string | undefined;
}
export type ClientTypeType = "REGULAR" | "DCR";
export interface CloudWatchLogsConfigurationType {
	readonly LogGroupArn?: string | undefined;
}
export type CodeDeliveryDetailsListType = readonly CodeDeliveryDetailsType[];
export interface CodeDeliveryDetailsType {
	readonly AttributeName?: string | undefined;
	readonly DeliveryMedium?: DeliveryMediumType | undefined;
	readonly Destination?: string | undefined;
}
export interface CodeDeliveryFailureException {
	readonly message?: string | undefined;
}
export interface CodeMismatchException {
	readonly message?: string | undefined;
}
export type ColorSchemeModeType = "LIGHT" | "DARK" | "DYNAMIC";
export interface CompleteWebAuthnRegistrationRequest {
	readonly AccessToken: string;
	readonly Credential: unknown;
}
export type CompleteWebAuthnRegistrationResponse = { readonly [member: string]: never };
export interface CompromisedCredentialsActionsType {
	readonly EventAction: CompromisedCredentialsEventActionType;
}
export type CompromisedCredentialsEventActionType = "BLOCK" | "NO_ACTION";
export interface CompromisedCredentialsRiskConfigurationType {
	readonly Actions: CompromisedCredentialsActionsType;
	readonly EventFilter?: EventFiltersType | undefined;
}
export interface ConcurrentModificationException {
	readonly message?: string | undefined;
}
export type ConfiguredUserAuthFactorsListType = readonly AuthFactorType[];
export interface ConfirmDeviceRequest {
	readonly AccessToken: string;
	readonly DeviceKey: string;
	readonly DeviceName?: string | undefined;
	readonly DeviceSecretVerifierConfig?: DeviceSecretVerifierConfigType | undefined;
}
export interface ConfirmDeviceResponse {
	readonly UserConfirmationNecessary?: boolean | undefined;
}
export interface ConfirmForgotPasswordRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly ConfirmationCode: string;
	readonly Password: string;
	readonly SecretHash?: string | undefined;
	readonly UserContextData?: UserContextDataType | undefined;
	readonly Username: string;
}
export type ConfirmForgotPasswordResponse = { readonly [member: string]: never };
export interface ConfirmSignUpRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly ConfirmationCode: string;
	readonly ForceAliasCreation?: boolean | undefined;
	readonly SecretHash?: string | undefined;
	readonly Session?: string | undefined;
	readonly UserContextData?: UserContextDataType | undefined;
	readonly Username: string;
}
export interface ConfirmSignUpResponse {
	readonly Session?: string | undefined;
}
export interface ContextDataType {
	readonly EncodedData?: string | undefined;
	readonly HttpHeaders: HttpHeaderList;
	readonly IpAddress: string;
	readonly ServerName: string;
	readonly ServerPath: string;
}
export interface CreateGroupRequest {
	readonly Description?: string | undefined;
	readonly GroupName: string;
	readonly Precedence?: number | undefined;
	readonly RoleArn?: string | undefined;
	readonly UserPoolId: string;
}
export interface CreateGroupResponse {
	readonly Group?: GroupType | undefined;
}
export interface CreateIdentityProviderRequest {
	readonly AcrMapping?: AcrMappingType | undefined;
	readonly AttributeMapping?: AttributeMappingType | undefined;
	readonly IdpIdentifiers?: IdpIdentifiersListType | undefined;
	readonly ProviderDetails: ProviderDetailsType;
	readonly ProviderName: string;
	readonly ProviderType: IdentityProviderTypeType;
	readonly UserPoolId: string;
}
export interface CreateIdentityProviderResponse {
	readonly IdentityProvider: IdentityProviderType;
}
export interface CreateManagedLoginBrandingRequest {
	readonly Assets?: AssetListType | undefined;
	readonly ClientId: string;
	readonly Settings?: unknown | undefined;
	readonly UseCognitoProvidedValues?: boolean | undefined;
	readonly UserPoolId: string;
}
export interface CreateManagedLoginBrandingResponse {
	readonly ManagedLoginBranding?: ManagedLoginBrandingType | undefined;
}
export interface CreateResourceServerRequest {
	readonly Identifier: string;
	readonly Name: string;
	readonly Scopes?: ResourceServerScopeListType | undefined;
	readonly UserPoolId: string;
}
export interface CreateResourceServerResponse {
	readonly ResourceServer: ResourceServerType;
}
export interface CreateTermsRequest {
	readonly ClientId: string;
	readonly Enforcement: TermsEnforcementType;
	readonly Links?: LinksType | undefined;
	readonly TermsName: string;
	readonly TermsSource: TermsSourceType;
	readonly UserPoolId: string;
}
export interface CreateTermsResponse {
	readonly Terms?: TermsType | undefined;
}
export interface CreateUserImportJobRequest {
	readonly CloudWatchLogsRoleArn: string;
	readonly JobName: string;
	readonly PasswordHashingAlgorithm?: PasswordHashingAlgorithmType | undefined;
	readonly UserPoolId: string;
}
export interface CreateUserImportJobResponse {
	readonly UserImportJob?: UserImportJobType | undefined;
}
export interface CreateUserPoolClientRequest {
	readonly AccessTokenValidity?: number | undefined;
	readonly AllowedOAuthFlows?: OAuthFlowsType | undefined;
	readonly AllowedOAuthFlowsUserPoolClient?: boolean | undefined;
	readonly AllowedOAuthScopes?: ScopeListType | undefined;
	readonly AnalyticsConfiguration?: AnalyticsConfigurationType | undefined;
	readonly AuthSessionValidity?: number | undefined;
	readonly CallbackURLs?: CallbackURLsListType | undefined;
	readonly ClientName: string;
	readonly ClientSecret?: string | undefined;
	readonly DefaultRedirectURI?: string | undefined;
	readonly EnablePropagateAdditionalUserContextData?: boolean | undefined;
	readonly EnableTokenRevocation?: boolean | undefined;
	readonly ExplicitAuthFlows?: ExplicitAuthFlowsListType | undefined;
	readonly GenerateSecret?: boolean | undefined;
	readonly IdTokenValidity?: number | undefined;
	readonly LogoutURLs?: LogoutURLsListType | undefined;
	readonly PreventUserExistenceErrors?: PreventUserExistenceErrorTypes | undefined;
	readonly ReadAttributes?: ClientPermissionListType | undefined;
	readonly RefreshTokenRotation?: RefreshTokenRotationType | undefined;
	readonly RefreshTokenValidity?: number | undefined;
	readonly SupportedIdentityProviders?: SupportedIdentityProvidersListType | undefined;
	readonly TokenValidityUnits?: TokenValidityUnitsType | undefined;
	readonly UserPoolId: string;
	readonly WriteAttributes?: ClientPermissionListType | undefined;
}
export interface CreateUserPoolClientResponse {
	readonly UserPoolClient?: UserPoolClientType | undefined;
}
export interface CreateUserPoolDomainRequest {
	readonly CustomDomainConfig?: CustomDomainConfigType | undefined;
	readonly Domain: string;
	readonly ManagedLoginVersion?: number | undefined;
	readonly Routing?: RoutingType | undefined;
	readonly UserPoolId: string;
}
export interface CreateUserPoolDomainResponse {
	readonly CloudFrontDomain?: string | undefined;
	readonly ManagedLoginVersion?: number | undefined;
	readonly Routing?: RoutingType | undefined;
}
export interface CreateUserPoolReplicaRequest {
	readonly RegionName: string;
	readonly UserPoolId: string;
	readonly UserPoolTags?: UserPoolTagsType | undefined;
}
export interface CreateUserPoolReplicaResponse {
	readonly UserPoolReplica?: UserPoolReplicaType | undefined;
}
export interface CreateUserPoolRequest {
	readonly AccountRecoverySetting?: AccountRecoverySettingType | undefined;
	readonly AcrConfiguration?: AcrConfigurationType | undefined;
	readonly AdminCreateUserConfig?: AdminCreateUserConfigType | undefined;
	readonly AliasAttributes?: AliasAttributesListType | undefined;
	readonly AutoVerifiedAttributes?: VerifiedAttributesListType | undefined;
	readonly DcrConfiguration?: DcrConfigurationType | undefined;
	readonly DeletionProtection?: DeletionProtectionType | undefined;
	readonly DeviceConfiguration?: DeviceConfigurationType | undefined;
	readonly EmailConfiguration?: EmailConfigurationType | undefined;
	readonly EmailVerificationMessage?: string | undefined;
	readonly EmailVerificationSubject?: string | undefined;
	readonly IssuerConfiguration?: IssuerConfigurationType | undefined;
	readonly KeyConfiguration?: KeyConfigurationType | undefined;
	readonly LambdaConfig?: LambdaConfigType | undefined;
	readonly MfaConfiguration?: UserPoolMfaType | undefined;
	readonly Policies?: UserPoolPolicyType | undefined;
	readonly PoolName: string;
	readonly Schema?: SchemaAttributesListType | undefined;
	readonly SmsAuthenticationMessage?: string | undefined;
	readonly SmsConfiguration?: SmsConfigurationType | undefined;
	readonly SmsVerificationMessage?: string | undefined;
	readonly UserAttributeUpdateSettings?: UserAttributeUpdateSettingsType | undefined;
	readonly UserPoolAddOns?: UserPoolAddOnsType | undefined;
	readonly UserPoolTags?: UserPoolTagsType | undefined;
	readonly UserPoolTier?: UserPoolTierType | undefined;
	readonly UsernameAttributes?: UsernameAttributesListType | undefined;
	readonly UsernameConfiguration?: UsernameConfigurationType | undefined;
	readonly VerificationMessageTemplate?: VerificationMessageTemplateType | undefined;
}
export interface CreateUserPoolResponse {
	readonly UserPool?: UserPoolType | undefined;
}
export type CustomAttributesListType = readonly SchemaAttributeType[];
export interface CustomDomainConfigType {
	readonly CertificateArn: string;
	readonly SecurityPolicy?: SecurityPolicyType | undefined;
}
export interface CustomEmailLambdaVersionConfigType {
	readonly LambdaArn: string;
	readonly LambdaVersion: CustomEmailSenderLambdaVersionType;
}
export type CustomEmailSenderLambdaVersionType = "V1_0";
export interface CustomSMSLambdaVersionConfigType {
	readonly LambdaArn: string;
	readonly LambdaVersion: CustomSMSSenderLambdaVersionType;
}
export type CustomSMSSenderLambdaVersionType = "V1_0";
export interface DcrConfigurationType {
	readonly AllowedScopes?: ScopeListType | undefined;
	readonly AuthenticatedGrantTypes?: OAuthFlowsType | undefined;
	readonly EnableStatus?: StatusType | undefined;
	readonly OpenDcrEnabled?: boolean | undefined;
	readonly OpenDcrGrantTypes?: OAuthFlowsType | undefined;
}
export type DefaultEmailOptionType = "CONFIRM_WITH_LINK" | "CONFIRM_WITH_CODE";
export interface DeleteGroupRequest {
	readonly GroupName: string;
	readonly UserPoolId: string;
}
export interface DeleteIdentityProviderRequest {
	readonly ProviderName: string;
	readonly UserPoolId: string;
}
export interface DeleteManagedLoginBrandingRequest {
	readonly ManagedLoginBrandingId: string;
	readonly UserPoolId: string;
}
export interface DeleteResourceServerRequest {
	readonly Identifier: string;
	readonly UserPoolId: string;
}
export interface DeleteTermsRequest {
	readonly TermsId: string;
	readonly UserPoolId: string;
}
export interface DeleteUserAttributesRequest {
	readonly AccessToken: string;
	readonly UserAttributeNames: AttributeNameListType;
}
export type DeleteUserAttributesResponse = { readonly [member: string]: never };
export interface DeleteUserPoolClientRequest {
	readonly ClientId: string;
	readonly UserPoolId: string;
}
export interface DeleteUserPoolClientSecretRequest {
	readonly ClientId: string;
	readonly ClientSecretId: string;
	readonly UserPoolId: string;
}
export type DeleteUserPoolClientSecretResponse = { readonly [member: string]: never };
export interface DeleteUserPoolDomainRequest {
	readonly Domain: string;
	readonly UserPoolId: string;
}
export type DeleteUserPoolDomainResponse = { readonly [member: string]: never };
export interface DeleteUserPoolReplicaRequest {
	readonly RegionName: string;
	readonly UserPoolId: string;
}
export interface DeleteUserPoolReplicaResponse {
	readonly UserPoolReplica?: UserPoolReplicaType | undefined;
}
export interface DeleteUserPoolRequest {
	readonly UserPoolId: string;
}
export interface DeleteUserRequest {
	readonly AccessToken: string;
}
export interface DeleteWebAuthnCredentialRequest {
	readonly AccessToken: string;
	readonly CredentialId: string;
}
export type DeleteWebAuthnCredentialResponse = { readonly [member: string]: never };
export type DeletionProtectionType = "ACTIVE" | "INACTIVE";
export type DeliveryMediumListType = readonly DeliveryMediumType[];
export type DeliveryMediumType = "SMS" | "EMAIL";
export interface DescribeIdentityProviderRequest {
	readonly ProviderName: string;
	readonly UserPoolId: string;
}
export interface DescribeIdentityProviderResponse {
	readonly IdentityProvider: IdentityProviderType;
}
export interface DescribeManagedLoginBrandingByClientRequest {
	readonly ClientId: string;
	readonly ReturnMergedResources?: boolean | undefined;
	readonly UserPoolId: string;
}
export interface DescribeManagedLoginBrandingByClientResponse {
	readonly ManagedLoginBranding?: ManagedLoginBrandingType | undefined;
}
export interface DescribeManagedLoginBrandingRequest {
	readonly ManagedLoginBrandingId: string;
	readonly ReturnMergedResources?: boolean | undefined;
	readonly UserPoolId: string;
}
export interface DescribeManagedLoginBrandingResponse {
	readonly ManagedLoginBranding?: ManagedLoginBrandingType | undefined;
}
export interface DescribeResourceServerRequest {
	readonly Identifier: string;
	readonly UserPoolId: string;
}
export interface DescribeResourceServerResponse {
	readonly ResourceServer: ResourceServerType;
}
export interface DescribeRiskConfigurationRequest {
	readonly ClientId?: string | undefined;
	readonly UserPoolId: string;
}
export interface DescribeRiskConfigurationResponse {
	readonly RiskConfiguration: RiskConfigurationType;
}
export interface DescribeTermsByClientRequest {
	readonly ClientId: string;
	readonly TermsName: string;
	readonly UserPoolId: string;
}
export interface DescribeTermsByClientResponse {
	readonly Terms?: TermsType | undefined;
}
export interface DescribeTermsRequest {
	readonly TermsId: string;
	readonly UserPoolId: string;
}
export interface DescribeTermsResponse {
	readonly Terms?: TermsType | undefined;
}
export interface DescribeUserImportJobRequest {
	readonly JobId: string;
	readonly UserPoolId: string;
}
export interface DescribeUserImportJobResponse {
	readonly UserImportJob?: UserImportJobType | undefined;
}
export interface DescribeUserPoolClientRequest {
	readonly ClientId: string;
	readonly UserPoolId: string;
}
export interface DescribeUserPoolClientResponse {
	readonly UserPoolClient?: UserPoolClientType | undefined;
}
export interface DescribeUserPoolDomainRequest {
	readonly Domain: string;
}
export interface DescribeUserPoolDomainResponse {
	readonly DomainDescription?: DomainDescriptionType | undefined;
}
export interface DescribeUserPoolRequest {
	readonly UserPoolId: string;
}
export interface DescribeUserPoolResponse {
	readonly UserPool?: UserPoolType | undefined;
}
export interface DeviceConfigurationType {
	readonly ChallengeRequiredOnNewDevice?: boolean | undefined;
	readonly DeviceOnlyRememberedOnUserPrompt?: boolean | undefined;
}
export interface DeviceKeyExistsException {
	readonly message?: string | undefined;
}
export type DeviceListType = readonly DeviceType[];
export type DeviceRememberedStatusType = "remembered" | "not_remembered";
export interface DeviceSecretVerifierConfigType {
	readonly PasswordVerifier?: string | undefined;
	readonly Salt?: string | undefined;
}
export interface DeviceType {
	readonly DeviceAttributes?: AttributeListType | undefined;
	readonly DeviceCreateDate?: number | undefined;
	readonly DeviceKey?: string | undefined;
	readonly DeviceLastAuthenticatedDate?: number | undefined;
	readonly DeviceLastModifiedDate?: number | undefined;
}
export interface DomainDescriptionType {
	readonly AWSAccountId?: string | undefined;
	readonly CloudFrontDistribution?: string | undefined;
	readonly CustomDomainConfig?: CustomDomainConfigType | undefined;
	readonly Domain?: string | undefined;
	readonly ManagedLoginVersion?: number | undefined;
	readonly Routing?: RoutingType | undefined;
	readonly S3Bucket?: string | undefined;
	readonly Status?: DomainStatusType | undefined;
	readonly UserPoolId?: string | undefined;
	readonly Version?: string | undefined;
}
export type DomainStatusType = "CREATING" | "DELETING" | "UPDATING" | "ACTIVE" | "FAILED";
export interface DuplicateProviderException {
	readonly message?: string | undefined;
}
export interface EmailConfigurationType {
	readonly ConfigurationSet?: string | undefined;
	readonly EmailSendingAccount?: EmailSendingAccountType | undefined;
	readonly From?: string | undefined;
	readonly ReplyToEmailAddress?: string | undefined;
	readonly SourceArn?: string | undefined;
}
export interface EmailMfaConfigType {
	readonly Message?: string | undefined;
	readonly Subject?: string | undefined;
}
export interface EmailMfaSettingsType {
	readonly Enabled?: boolean | undefined;
	readonly PreferredMfa?: boolean | undefined;
}
export type EmailSendingAccountType = "COGNITO_DEFAULT" | "DEVELOPER";
export interface EnableSoftwareTokenMFAException {
	readonly message?: string | undefined;
}
export type EncryptionKeyType = "AWS_OWNED_KEY" | "CUSTOMER_MANAGED_KEY";
export interface EumsSmsConfigurationType {
	readonly CallerArn: string;
	readonly ConfigurationSetName?: string | undefined;
	readonly ExternalId?: string | undefined;
	readonly InEntityId?: string | undefined;
	readonly InTemplateId?: string | undefined;
	readonly OriginationIdentity?: string | undefined;
	readonly Region?: string | undefined;
}
export interface EventContextDataType {
	readonly City?: string | undefined;
	readonly Country?: string | undefined;
	readonly DeviceName?: string | undefined;
	readonly IpAddress?: string | undefined;
	readonly Timezone?: string | undefined;
}
export interface EventFeedbackType {
	readonly FeedbackDate?: number | undefined;
	readonly FeedbackValue: FeedbackValueType;
	readonly Provider: string;
}
export type EventFilterType = "SIGN_IN" | "PASSWORD_CHANGE" | "SIGN_UP";
export type EventFiltersType = readonly EventFilterType[];
export type EventResponseType = "Pass" | "Fail" | "InProgress";
export interface EventRiskType {
	readonly CompromisedCredentialsDetected?: boolean | undefined;
	readonly RiskDecision?: RiskDecisionType | undefined;
	readonly RiskLevel?: RiskLevelType | undefined;
}
export type EventSourceName = "userNotification" | "userAuthEvents";
export type EventType = "SignIn" | "SignUp" | "ForgotPassword" | "PasswordChange" | "ResendCode";
export interface ExpiredCodeException {
	readonly message?: string | undefined;
}
export type ExplicitAuthFlowsListType = readonly ExplicitAuthFlowsType[];
export type ExplicitAuthFlowsType = "ADMIN_NO_SRP_AUTH" | "CUSTOM_AUTH_FLOW_ONLY" | "USER_PASSWORD_AUTH" | "ALLOW_ADMIN_USER_PASSWORD_AUTH" | "ALLOW_CUSTOM_AUTH" | "ALLOW_USER_PASSWORD_AUTH" | "ALLOW_USER_SRP_AUTH" | "ALLOW_REFRESH_TOKEN_AUTH" | "ALLOW_USER_AUTH" | "ALLOW_CLIENT_TOKEN_AUTH";
export interface FailoverType {
	readonly PrimaryRoute53HealthCheckId: string;
	readonly SecondaryRegion: string;
}
export type FeatureType = "ENABLED" | "DISABLED";
export interface FeatureUnavailableInTierException {
	readonly message?: string | undefined;
}
export type FeedbackValueType = "Valid" | "Invalid";
export interface FirehoseConfigurationType {
	readonly StreamArn?: string | undefined;
}
export interface ForbiddenException {
	readonly message?: string | undefined;
}
export interface ForgetDeviceRequest {
	readonly AccessToken?: string | undefined;
	readonly DeviceKey: string;
}
export interface ForgotPasswordRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly SecretHash?: string | undefined;
	readonly UserContextData?: UserContextDataType | undefined;
	readonly Username: string;
}
export interface ForgotPasswordResponse {
	readonly CodeDeliveryDetails?: CodeDeliveryDetailsType | undefined;
}
export interface GetCSVHeaderRequest {
	readonly UserPoolId: string;
}
export interface GetCSVHeaderResponse {
	readonly CSVHeader?: ListOfStringTypes | undefined;
	readonly UserPoolId?: string | undefined;
}
export interface GetClientTokenRequest {
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly Scopes?: ScopeListType | undefined;
	readonly Secret: string;
}
export interface GetClientTokenResponse {
	readonly ClientAuthenticationResult?: ClientAuthenticationResultType | undefined;
}
export interface GetDeviceRequest {
	readonly AccessToken?: string | undefined;
	readonly DeviceKey: string;
}
export interface GetDeviceResponse {
	readonly Device: DeviceType;
}
export interface GetGroupRequest {
	readonly GroupName: string;
	readonly UserPoolId: string;
}
export interface GetGroupResponse {
	readonly Group?: GroupType | undefined;
}
export interface GetIdentityProviderByIdentifierRequest {
	readonly IdpIdentifier: string;
	readonly UserPoolId: string;
}
export interface GetIdentityProviderByIdentifierResponse {
	readonly IdentityProvider: IdentityProviderType;
}
export interface GetLogDeliveryConfigurationRequest {
	readonly UserPoolId: string;
}
export interface GetLogDeliveryConfigurationResponse {
	readonly LogDeliveryConfiguration?: LogDeliveryConfigurationType | undefined;
}
export interface GetProvisionedLimitRequest {
	readonly LimitDefinition: LimitDefinitionType;
}
export interface GetProvisionedLimitResponse {
	readonly Limit: LimitType;
}
export interface GetSigningCertificateRequest {
	readonly UserPoolId: string;
}
export interface GetSigningCertificateResponse {
	readonly Certificate?: string | undefined;
}
export interface GetTokensFromRefreshTokenRequest {
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly ClientSecret?: string | undefined;
	readonly DeviceKey?: string | undefined;
	readonly RefreshToken: string;
}
export interface GetTokensFromRefreshTokenResponse {
	readonly AuthenticationResult?: AuthenticationResultType | undefined;
}
export interface GetUICustomizationRequest {
	readonly ClientId?: string | undefined;
	readonly UserPoolId: string;
}
export interface GetUICustomizationResponse {
	readonly UICustomization: UICustomizationType;
}
export interface GetUserAttributeVerificationCodeRequest {
	readonly AccessToken: string;
	readonly AttributeName: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
}
export interface GetUserAttributeVerificationCodeResponse {
	readonly CodeDeliveryDetails?: CodeDeliveryDetailsType | undefined;
}
export interface GetUserAuthFactorsRequest {
	readonly AccessToken: string;
}
export interface GetUserAuthFactorsResponse {
	readonly ConfiguredUserAuthFactors?: ConfiguredUserAuthFactorsListType | undefined;
	readonly PreferredMfaSetting?: string | undefined;
	readonly UserMFASettingList?: UserMFASettingListType | undefined;
	readonly Username: string;
}
export interface GetUserPoolClientSessionConfigurationRequest {
	readonly ClientId: string;
	readonly UserPoolId: string;
}
export interface GetUserPoolClientSessionConfigurationResponse {
	readonly ClientId?: string | undefined;
	readonly SSOSession?: ClientSSOSessionConfigType | undefined;
	readonly UserPoolId?: string | undefined;
}
export interface GetUserPoolMfaConfigRequest {
	readonly UserPoolId: string;
}
export interface GetUserPoolMfaConfigResponse {
	readonly EmailMfaConfiguration?: EmailMfaConfigType | undefined;
	readonly MfaConfiguration?: UserPoolMfaType | undefined;
	readonly SmsMfaConfiguration?: SmsMfaConfigType | undefined;
	readonly SoftwareTokenMfaConfiguration?: SoftwareTokenMfaConfigType | undefined;
	readonly WebAuthnConfiguration?: WebAuthnConfigurationType | undefined;
}
export interface GetUserPoolSessionConfigurationRequest {
	readonly UserPoolId: string;
}
export interface GetUserPoolSessionConfigurationResponse {
	readonly TokenSession?: UserPoolTokenSessionConfigType | undefined;
	readonly UserPoolId?: string | undefined;
	readonly UserSessionTracking?: UserSessionTrackingType | undefined;
}
export interface GetUserRequest {
	readonly AccessToken: string;
}
export interface GetUserResponse {
	readonly MFAOptions?: MFAOptionListType | undefined;
	readonly PreferredMfaSetting?: string | undefined;
	readonly UserAttributes: AttributeListType;
	readonly UserMFASettingList?: UserMFASettingListType | undefined;
	readonly Username: string;
}
export interface GlobalSignOutRequest {
	readonly AccessToken: string;
}
export type GlobalSignOutResponse = { readonly [member: string]: never };
export interface GroupExistsException {
	readonly message?: string | undefined;
}
export type GroupListType = readonly GroupType[];
export interface GroupType {
	readonly CreationDate?: number | undefined;
	readonly Description?: string | undefined;
	readonly GroupName?: string | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly Precedence?: number | undefined;
	readonly RoleArn?: string | undefined;
	readonly UserPoolId?: string | undefined;
}
export interface HttpHeader {
	readonly headerName?: string | undefined;
	readonly headerValue?: string | undefined;
}
export type HttpHeaderList = readonly HttpHeader[];
export interface IdentityProviderType {
	readonly AcrMapping?: AcrMappingType | undefined;
	readonly AttributeMapping?: AttributeMappingType | undefined;
	readonly CreationDate?: number | undefined;
	readonly IdpIdentifiers?: IdpIdentifiersListType | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly ProviderDetails?: ProviderDetailsType | undefined;
	readonly ProviderName?: string | undefined;
	readonly ProviderType?: IdentityProviderTypeType | undefined;
	readonly UserPoolId?: string | undefined;
}
export type IdentityProviderTypeType = "SAML" | "Facebook" | "Google" | "LoginWithAmazon" | "SignInWithApple" | "OIDC";
export type IdpIdentifiersListType = readonly string[];
export interface InboundFederationLambdaType {
	readonly LambdaArn: string;
	readonly LambdaVersion: InboundFederationLambdaVersionType;
}
export type InboundFederationLambdaVersionType = "V1_0";
export interface InitiateAuthRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly AuthFlow: AuthFlowType;
	readonly AuthParameters?: AuthParametersType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly Session?: string | undefined;
	readonly UserContextData?: UserContextDataType | undefined;
}
export interface InitiateAuthResponse {
	readonly AuthenticationResult?: AuthenticationResultType | undefined;
	readonly AvailableChallenges?: AvailableChallengeListType | undefined;
	readonly ChallengeName?: ChallengeNameType | undefined;
	readonly ChallengeParameters?: ChallengeParametersType | undefined;
	readonly Session?: string | undefined;
}
export interface InternalErrorException {
	readonly message?: string | undefined;
}
export interface InternalServerException {
	readonly message?: string | undefined;
}
export interface InvalidEmailRoleAccessPolicyException {
	readonly message?: string | undefined;
}
export interface InvalidLambdaResponseException {
	readonly message?: string | undefined;
}
export interface InvalidOAuthFlowException {
	readonly message?: string | undefined;
}
export interface InvalidParameterException {
	readonly message?: string | undefined;
	readonly reasonCode?: string | undefined;
}
export interface InvalidPasswordException {
	readonly message?: string | undefined;
}
export interface InvalidSmsRoleAccessPolicyException {
	readonly message?: string | undefined;
}
export interface InvalidSmsRoleTrustRelationshipException {
	readonly message?: string | undefined;
}
export interface InvalidUserPoolConfigurationException {
	readonly message?: string | undefined;
}
export interface IssuerConfigurationType {
	readonly Type?: IssuerType | undefined;
}
export type IssuerType = "ORIGINAL" | "UPDATED";
export interface KeyConfigurationType {
	readonly KeyType?: EncryptionKeyType | undefined;
	readonly KmsKeyArn?: string | undefined;
}
export interface LambdaConfigType {
	readonly CreateAuthChallenge?: string | undefined;
	readonly CustomEmailSender?: CustomEmailLambdaVersionConfigType | undefined;
	readonly CustomMessage?: string | undefined;
	readonly CustomSMSSender?: CustomSMSLambdaVersionConfigType | undefined;
	readonly DefineAuthChallenge?: string | undefined;
	readonly InboundFederation?: InboundFederationLambdaType | undefined;
	readonly KMSKeyID?: string | undefined;
	readonly PostAuthentication?: string | undefined;
	readonly PostConfirmation?: string | undefined;
	readonly PreAuthentication?: string | undefined;
	readonly PreSignUp?: string | undefined;
	readonly PreTokenGeneration?: string | undefined;
	readonly PreTokenGenerationConfig?: PreTokenGenerationVersionConfigType | undefined;
	readonly UserMigration?: string | undefined;
	readonly VerifyAuthChallengeResponse?: string | undefined;
}
export type LimitClass = "API_CATEGORY";
export interface LimitDefinitionType {
	readonly Attributes: StringToStringMapType;
	readonly LimitClass: LimitClass;
}
export interface LimitExceededException {
	readonly message?: string | undefined;
}
export interface LimitType {
	readonly FreeLimitValue: number;
	readonly LimitDefinition: LimitDefinitionType;
	readonly ProvisionedLimitValue: number;
}
export type LinksType = { readonly [key: string]: string };
export interface ListDevicesRequest {
	readonly AccessToken: string;
	readonly Limit?: number | undefined;
	readonly PaginationToken?: string | undefined;
}
export interface ListDevicesResponse {
	readonly Devices?: DeviceListType | undefined;
	readonly PaginationToken?: string | undefined;
}
export interface ListGroupsRequest {
	readonly Limit?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListGroupsResponse {
	readonly Groups?: GroupListType | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListIdentityProvidersRequest {
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListIdentityProvidersResponse {
	readonly NextToken?: string | undefined;
	readonly Providers: ProvidersListType;
}
export type ListOfStringTypes = readonly string[];
export interface ListResourceServersRequest {
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListResourceServersResponse {
	readonly NextToken?: string | undefined;
	readonly ResourceServers: ResourceServersListType;
}
export interface ListTagsForResourceRequest {
	readonly ResourceArn: string;
}
export interface ListTagsForResourceResponse {
	readonly Tags?: UserPoolTagsType | undefined;
}
export interface ListTermsRequest {
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListTermsResponse {
	readonly NextToken?: string | undefined;
	readonly Terms: TermsDescriptionListType;
}
export interface ListUserImportJobsRequest {
	readonly MaxResults: number;
	readonly PaginationToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListUserImportJobsResponse {
	readonly PaginationToken?: string | undefined;
	readonly UserImportJobs?: UserImportJobsListType | undefined;
}
export interface ListUserPoolClientSecretsRequest {
	readonly ClientId: string;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListUserPoolClientSecretsResponse {
	readonly ClientSecrets?: ClientSecretDescriptorListType | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListUserPoolClientsRequest {
	readonly ClientType?: ClientTypeType | undefined;
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListUserPoolClientsResponse {
	readonly NextToken?: string | undefined;
	readonly UserPoolClients?: UserPoolClientListType | undefined;
}
export interface ListUserPoolReplicasRequest {
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListUserPoolReplicasResponse {
	readonly NextToken?: string | undefined;
	readonly UserPoolReplicas?: UserPoolReplicaListType | undefined;
}
export interface ListUserPoolsRequest {
	readonly MaxResults: number;
	readonly NextToken?: string | undefined;
}
export interface ListUserPoolsResponse {
	readonly NextToken?: string | undefined;
	readonly UserPools?: UserPoolListType | undefined;
}
export interface ListUserSessionsRequest {
	readonly AccessToken: string;
	readonly NextToken?: string | undefined;
}
export interface ListUserSessionsResponse {
	readonly NextToken?: string | undefined;
	readonly Sessions?: SessionsListType | undefined;
}
export interface ListUsersInGroupRequest {
	readonly GroupName: string;
	readonly Limit?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListUsersInGroupResponse {
	readonly NextToken?: string | undefined;
	readonly Users?: UsersListType | undefined;
}
export interface ListUsersRequest {
	readonly AttributesToGet?: SearchedAttributeNamesListType | undefined;
	readonly Filter?: string | undefined;
	readonly Limit?: number | undefined;
	readonly PaginationToken?: string | undefined;
	readonly UserPoolId: string;
}
export interface ListUsersResponse {
	readonly PaginationToken?: string | undefined;
	readonly Users?: UsersListType | undefined;
}
export interface ListWebAuthnCredentialsRequest {
	readonly AccessToken: string;
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListWebAuthnCredentialsResponse {
	readonly Credentials: WebAuthnCredentialDescriptionListType;
	readonly NextToken?: string | undefined;
}
export type LogConfigurationListType = readonly LogConfigurationType[];
export interface LogConfigurationType {
	readonly CloudWatchLogsConfiguration?: CloudWatchLogsConfigurationType | undefined;
	readonly EventSource: EventSourceName;
	readonly FirehoseConfiguration?: FirehoseConfigurationType | undefined;
	readonly LogLevel: LogLevel;
	readonly S3Configuration?: S3ConfigurationType | undefined;
}
export interface LogDeliveryConfigurationType {
	readonly LogConfigurations: LogConfigurationListType;
	readonly UserPoolId: string;
}
export type LogLevel = "ERROR" | "INFO";
export type LogoutURLsListType = readonly string[];
export interface MFAMethodNotFoundException {
	readonly message?: string | undefined;
}
export type MFAOptionListType = readonly MFAOptionType[];
export interface MFAOptionType {
	readonly AttributeName?: string | undefined;
	readonly DeliveryMedium?: DeliveryMediumType | undefined;
}
export interface ManagedLoginBrandingExistsException {
	readonly message?: string | undefined;
}
export interface ManagedLoginBrandingType {
	readonly Assets?: AssetListType | undefined;
	readonly CreationDate?: number | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly ManagedLoginBrandingId?: string | undefined;
	readonly Settings?: unknown | undefined;
	readonly UseCognitoProvidedValues?: boolean | undefined;
	readonly UserPoolId?: string | undefined;
}
export type MessageActionType = "RESEND" | "SUPPRESS";
export interface MessageTemplateType {
	readonly EmailMessage?: string | undefined;
	readonly EmailSubject?: string | undefined;
	readonly SMSMessage?: string | undefined;
}
export interface NewDeviceMetadataType {
	readonly DeviceGroupKey?: string | undefined;
	readonly DeviceKey?: string | undefined;
}
export interface NotAuthorizedException {
	readonly message?: string | undefined;
}
export interface NotifyConfigurationType {
	readonly BlockEmail?: NotifyEmailType | undefined;
	readonly From?: string | undefined;
	readonly MfaEmail?: NotifyEmailType | undefined;
	readonly NoActionEmail?: NotifyEmailType | undefined;
	readonly ReplyTo?: string | undefined;
	readonly SourceArn: string;
}
export interface NotifyEmailType {
	readonly HtmlBody?: string | undefined;
	readonly Subject: string;
	readonly TextBody?: string | undefined;
}
export interface NumberAttributeConstraintsType {
	readonly MaxValue?: string | undefined;
	readonly MinValue?: string | undefined;
}
export type OAuthFlowType = "code" | "implicit" | "client_credentials";
export type OAuthFlowsType = readonly OAuthFlowType[];
export interface OperationNotEnabledException {
	readonly message?: string | undefined;
}
export type PasswordHashingAlgorithmType = "BCRYPT" | "SCRYPT" | "ARGON2ID" | "PBKDF2_SHA256";
export interface PasswordHistoryPolicyViolationException {
	readonly message?: string | undefined;
}
export interface PasswordPolicyType {
	readonly MinimumLength?: number | undefined;
	readonly PasswordHistorySize?: number | undefined;
	readonly RequireLowercase?: boolean | undefined;
	readonly RequireNumbers?: boolean | undefined;
	readonly RequireSymbols?: boolean | undefined;
	readonly RequireUppercase?: boolean | undefined;
	readonly TemporaryPasswordValidityDays?: number | undefined;
}
export interface PasswordResetRequiredException {
	readonly message?: string | undefined;
}
export type PreTokenGenerationLambdaVersionType = "V1_0" | "V2_0" | "V3_0";
export interface PreTokenGenerationVersionConfigType {
	readonly LambdaArn: string;
	readonly LambdaVersion: PreTokenGenerationLambdaVersionType;
}
export interface PreconditionNotMetException {
	readonly message?: string | undefined;
}
export type PreventUserExistenceErrorTypes = "LEGACY" | "ENABLED";
export interface ProviderDescription {
	readonly CreationDate?: number | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly ProviderName?: string | undefined;
	readonly ProviderType?: IdentityProviderTypeType | undefined;
}
export type ProviderDetailsType = { readonly [key: string]: string };
export interface ProviderUserIdentifierType {
	readonly ProviderAttributeName?: string | undefined;
	readonly ProviderAttributeValue?: string | undefined;
	readonly ProviderName?: string | undefined;
}
export type ProvidersListType = readonly ProviderDescription[];
export type RecoveryMechanismsType = readonly RecoveryOptionType[];
export type RecoveryOptionNameType = "verified_email" | "verified_phone_number" | "admin_only";
export interface RecoveryOptionType {
	readonly Name: RecoveryOptionNameType;
	readonly Priority: number;
}
export interface RefreshTokenReuseException {
	readonly message?: string | undefined;
}
export interface RefreshTokenRotationType {
	readonly Feature: FeatureType;
	readonly RetryGracePeriodSeconds?: number | undefined;
}
export type ReplicaRegionsType = readonly string[];
export type ReplicaRoleType = "PRIMARY" | "SECONDARY";
export type ReplicaStatusType = "CREATING" | "ACTIVE" | "INACTIVE" | "DELETING";
export interface ResendConfirmationCodeRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly SecretHash?: string | undefined;
	readonly UserContextData?: UserContextDataType | undefined;
	readonly Username: string;
}
export interface ResendConfirmationCodeResponse {
	readonly CodeDeliveryDetails?: CodeDeliveryDetailsType | undefined;
}
export interface ResourceNotFoundException {
	readonly message?: string | undefined;
}
export type ResourceServerManagedByType = "COGNITO";
export type ResourceServerScopeListType = readonly ResourceServerScopeType[];
export interface ResourceServerScopeType {
	readonly ScopeDescription: string;
	readonly ScopeName: string;
}
export interface ResourceServerType {
	readonly Identifier?: string | undefined;
	readonly ManagedBy?: ResourceServerManagedByType | undefined;
	readonly Name?: string | undefined;
	readonly Scopes?: ResourceServerScopeListType | undefined;
	readonly UserPoolId?: string | undefined;
}
export type ResourceServersListType = readonly ResourceServerType[];
export interface RespondToAuthChallengeRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly ChallengeName: ChallengeNameType;
	readonly ChallengeResponses?: ChallengeResponsesType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly Session?: string | undefined;
	readonly UserContextData?: UserContextDataType | undefined;
}
export interface RespondToAuthChallengeResponse {
	readonly AuthenticationResult?: AuthenticationResultType | undefined;
	readonly AvailableChallenges?: AvailableChallengeListType | undefined;
	readonly ChallengeName?: ChallengeNameType | undefined;
	readonly ChallengeParameters?: ChallengeParametersType | undefined;
	readonly Session?: string | undefined;
}
export type RevokeAssociatedSessionsType = "NONE" | "LINKED";
export interface RevokeTokenRequest {
	readonly ClientId: string;
	readonly ClientSecret?: string | undefined;
	readonly RevokeAssociatedSessions?: RevokeAssociatedSessionsType | undefined;
	readonly Token: string;
}
export type RevokeTokenResponse = { readonly [member: string]: never };
export interface RevokeUserSessionRequest {
	readonly AccessToken: string;
	readonly RevokeAssociatedSessions?: RevokeAssociatedSessionsType | undefined;
	readonly SessionId: string;
}
export type RevokeUserSessionResponse = { readonly [member: string]: never };
export interface RiskConfigurationType {
	readonly AccountTakeoverRiskConfiguration?: AccountTakeoverRiskConfigurationType | undefined;
	readonly ClientId?: string | undefined;
	readonly CompromisedCredentialsRiskConfiguration?: CompromisedCredentialsRiskConfigurationType | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly RiskExceptionConfiguration?: RiskExceptionConfigurationType | undefined;
	readonly UserPoolId?: string | undefined;
}
export type RiskDecisionType = "NoRisk" | "AccountTakeover" | "Block";
export interface RiskExceptionConfigurationType {
	readonly BlockedIPRangeList?: BlockedIPRangeListType | undefined;
	readonly SkippedIPRangeList?: SkippedIPRangeListType | undefined;
}
export type RiskLevelType = "Low" | "Medium" | "High";
export interface RoutingType {
	readonly Failover?: FailoverType | undefined;
}
export interface S3ConfigurationType {
	readonly BucketArn?: string | undefined;
}
export interface SMSMfaSettingsType {
	readonly Enabled?: boolean | undefined;
	readonly PreferredMfa?: boolean | undefined;
}
export interface SchemaAttributeType {
	readonly AttributeDataType?: AttributeDataType | undefined;
	readonly DeveloperOnlyAttribute?: boolean | undefined;
	readonly Mutable?: boolean | undefined;
	readonly Name?: string | undefined;
	readonly NumberAttributeConstraints?: NumberAttributeConstraintsType | undefined;
	readonly Required?: boolean | undefined;
	readonly StringAttributeConstraints?: StringAttributeConstraintsType | undefined;
}
export type SchemaAttributesListType = readonly SchemaAttributeType[];
export interface ScopeDoesNotExistException {
	readonly message?: string | undefined;
}
export type ScopeListType = readonly string[];
export type SearchedAttributeNamesListType = readonly string[];
export type SecurityPolicyType = "TLS_V1" | "TLS_V1_2_2021" | "TLS_V1_3_2025";
export interface ServiceQuotaExceededException {
	readonly message?: string | undefined;
}
export interface SessionDescriptionType {
	readonly ClientId?: string | undefined;
	readonly CreateDate?: number | undefined;
	readonly DeviceType?: string | undefined;
	readonly IsCurrentSession?: boolean | undefined;
	readonly LastActiveDate?: number | undefined;
	readonly LastIPAddress?: string | undefined;
	readonly LastLocation?: SessionLocationType | undefined;
	readonly OriginSessionId?: string | undefined;
	readonly SessionId?: string | undefined;
	readonly SessionType?: SessionTypeType | undefined;
}
export interface SessionLocationType {
	readonly City?: string | undefined;
	readonly Country?: string | undefined;
}
export type SessionTypeType = "TOKEN" | "SSO";
export type SessionsListType = readonly SessionDescriptionType[];
export interface SetLogDeliveryConfigurationRequest {
	readonly LogConfigurations: LogConfigurationListType;
	readonly UserPoolId: string;
}
export interface SetLogDeliveryConfigurationResponse {
	readonly LogDeliveryConfiguration?: LogDeliveryConfigurationType | undefined;
}
export interface SetRiskConfigurationRequest {
	readonly AccountTakeoverRiskConfiguration?: AccountTakeoverRiskConfigurationType | undefined;
	readonly ClientId?: string | undefined;
	readonly CompromisedCredentialsRiskConfiguration?: CompromisedCredentialsRiskConfigurationType | undefined;
	readonly RiskExceptionConfiguration?: RiskExceptionConfigurationType | undefined;
	readonly UserPoolId: string;
}
export interface SetRiskConfigurationResponse {
	readonly RiskConfiguration: RiskConfigurationType;
}
export interface SetUICustomizationRequest {
	readonly CSS?: string | undefined;
	readonly ClientId?: string | undefined;
	readonly ImageFile?: Uint8Array | undefined;
	readonly UserPoolId: string;
}
export interface SetUICustomizationResponse {
	readonly UICustomization: UICustomizationType;
}
export interface SetUserMFAPreferenceRequest {
	readonly AccessToken: string;
	readonly EmailMfaSettings?: EmailMfaSettingsType | undefined;
	readonly SMSMfaSettings?: SMSMfaSettingsType | undefined;
	readonly SoftwareTokenMfaSettings?: SoftwareTokenMfaSettingsType | undefined;
	readonly WebAuthnMfaSettings?: WebAuthnMfaSettingsType | undefined;
}
export type SetUserMFAPreferenceResponse = { readonly [member: string]: never };
export interface SetUserPoolClientSessionConfigurationRequest {
	readonly ClientId: string;
	readonly SSOSession: ClientSSOSessionConfigType;
	readonly UserPoolId: string;
}
export interface SetUserPoolClientSessionConfigurationResponse {
	readonly ClientId?: string | undefined;
	readonly SSOSession?: ClientSSOSessionConfigType | undefined;
	readonly UserPoolId?: string | undefined;
}
export interface SetUserPoolMfaConfigRequest {
	readonly EmailMfaConfiguration?: EmailMfaConfigType | undefined;
	readonly MfaConfiguration?: UserPoolMfaType | undefined;
	readonly SmsMfaConfiguration?: SmsMfaConfigType | undefined;
	readonly SoftwareTokenMfaConfiguration?: SoftwareTokenMfaConfigType | undefined;
	readonly UserPoolId: string;
	readonly WebAuthnConfiguration?: WebAuthnConfigurationType | undefined;
}
export interface SetUserPoolMfaConfigResponse {
	readonly EmailMfaConfiguration?: EmailMfaConfigType | undefined;
	readonly MfaConfiguration?: UserPoolMfaType | undefined;
	readonly SmsMfaConfiguration?: SmsMfaConfigType | undefined;
	readonly SoftwareTokenMfaConfiguration?: SoftwareTokenMfaConfigType | undefined;
	readonly WebAuthnConfiguration?: WebAuthnConfigurationType | undefined;
}
export interface SetUserPoolSessionConfigurationRequest {
	readonly TokenSession: UserPoolTokenSessionConfigType;
	readonly UserPoolId: string;
	readonly UserSessionTracking: UserSessionTrackingType;
}
export interface SetUserPoolSessionConfigurationResponse {
	readonly TokenSession?: UserPoolTokenSessionConfigType | undefined;
	readonly UserPoolId?: string | undefined;
	readonly UserSessionTracking?: UserSessionTrackingType | undefined;
}
export interface SetUserSettingsRequest {
	readonly AccessToken: string;
	readonly MFAOptions: MFAOptionListType;
}
export type SetUserSettingsResponse = { readonly [member: string]: never };
export interface SignInPolicyType {
	readonly AllowedFirstAuthFactors?: AllowedFirstAuthFactorsListType | undefined;
}
export interface SignUpRequest {
	readonly AnalyticsMetadata?: AnalyticsMetadataType | undefined;
	readonly ClientId: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly Password?: string | undefined;
	readonly SecretHash?: string | undefined;
	readonly UserAttributes?: AttributeListType | undefined;
	readonly UserContextData?: UserContextDataType | undefined;
	readonly Username: string;
	readonly ValidationData?: AttributeListType | undefined;
}
export interface SignUpResponse {
	readonly CodeDeliveryDetails?: CodeDeliveryDetailsType | undefined;
	readonly Session?: string | undefined;
	readonly UserConfirmed: boolean;
	readonly UserSub: string;
}
export type SkippedIPRangeListType = readonly string[];
export interface SmsConfigurationType {
	readonly EumsSms?: EumsSmsConfigurationType | undefined;
	readonly ExternalId?: string | undefined;
	readonly SnsCallerArn?: string | undefined;
	readonly SnsRegion?: string | undefined;
}
export interface SmsMfaConfigType {
	readonly SmsAuthenticationMessage?: string | undefined;
	readonly SmsConfiguration?: SmsConfigurationType | undefined;
}
export interface SoftwareTokenMFANotFoundException {
	readonly message?: string | undefined;
}
export interface SoftwareTokenMfaConfigType {
	readonly Enabled?: boolean | undefined;
}
export interface SoftwareTokenMfaSettingsType {
	readonly Enabled?: boolean | undefined;
	readonly PreferredMfa?: boolean | undefined;
}
export interface StartUserImportJobRequest {
	readonly JobId: string;
	readonly UserPoolId: string;
}
export interface StartUserImportJobResponse {
	readonly UserImportJob?: UserImportJobType | undefined;
}
export interface StartWebAuthnRegistrationRequest {
	readonly AccessToken: string;
}
export interface StartWebAuthnRegistrationResponse {
	readonly CredentialCreationOptions: unknown;
}
export type StatusType = "Enabled" | "Disabled";
export interface StopUserImportJobRequest {
	readonly JobId: string;
	readonly UserPoolId: string;
}
export interface StopUserImportJobResponse {
	readonly UserImportJob?: UserImportJobType | undefined;
}
export interface StringAttributeConstraintsType {
	readonly MaxLength?: string | undefined;
	readonly MinLength?: string | undefined;
}
export type StringToStringMapType = { readonly [key: string]: string };
export type SupportedIdentityProvidersListType = readonly string[];
export interface TagResourceRequest {
	readonly ResourceArn: string;
	readonly Tags: UserPoolTagsType;
}
export type TagResourceResponse = { readonly [member: string]: never };
export type TermsDescriptionListType = readonly TermsDescriptionType[];
export interface TermsDescriptionType {
	readonly CreationDate: number;
	readonly Enforcement: TermsEnforcementType;
	readonly LastModifiedDate: number;
	readonly TermsId: string;
	readonly TermsName: string;
}
export type TermsEnforcementType = "NONE";
export interface TermsExistsException {
	readonly message?: string | undefined;
}
export type TermsSourceType = "LINK";
export interface TermsType {
	readonly ClientId: string;
	readonly CreationDate: number;
	readonly Enforcement: TermsEnforcementType;
	readonly LastModifiedDate: number;
	readonly Links: LinksType;
	readonly TermsId: string;
	readonly TermsName: string;
	readonly TermsSource: TermsSourceType;
	readonly UserPoolId: string;
}
export interface TierChangeNotAllowedException {
	readonly message?: string | undefined;
}
export type TimeUnitsType = "seconds" | "minutes" | "hours" | "days";
export interface TokenValidityUnitsType {
	readonly AccessToken?: TimeUnitsType | undefined;
	readonly IdToken?: TimeUnitsType | undefined;
	readonly RefreshToken?: TimeUnitsType | undefined;
}
export interface TooManyFailedAttemptsException {
	readonly message?: string | undefined;
}
export interface TooManyRequestsException {
	readonly message?: string | undefined;
}
export interface UICustomizationType {
	readonly CSS?: string | undefined;
	readonly CSSVersion?: string | undefined;
	readonly ClientId?: string | undefined;
	readonly CreationDate?: number | undefined;
	readonly ImageUrl?: string | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly UserPoolId?: string | undefined;
}
export interface UnauthorizedException {
	readonly message?: string | undefined;
}
export interface UnexpectedLambdaException {
	readonly message?: string | undefined;
}
export interface UnsupportedIdentityProviderException {
	readonly message?: string | undefined;
}
export interface UnsupportedOperationException {
	readonly message?: string | undefined;
}
export interface UnsupportedTokenTypeException {
	readonly message?: string | undefined;
}
export interface UnsupportedUserStateException {
	readonly message?: string | undefined;
}
export interface UntagResourceRequest {
	readonly ResourceArn: string;
	readonly TagKeys: UserPoolTagsListType;
}
export type UntagResourceResponse = { readonly [member: string]: never };
export interface UpdateAuthEventFeedbackRequest {
	readonly EventId: string;
	readonly FeedbackToken: string;
	readonly FeedbackValue: FeedbackValueType;
	readonly UserPoolId: string;
	readonly Username: string;
}
export type UpdateAuthEventFeedbackResponse = { readonly [member: string]: never };
export interface UpdateDeviceStatusRequest {
	readonly AccessToken: string;
	readonly DeviceKey: string;
	readonly DeviceRememberedStatus?: DeviceRememberedStatusType | undefined;
}
export type UpdateDeviceStatusResponse = { readonly [member: string]: never };
export interface UpdateGroupRequest {
	readonly Description?: string | undefined;
	readonly GroupName: string;
	readonly Precedence?: number | undefined;
	readonly RoleArn?: string | undefined;
	readonly UserPoolId: string;
}
export interface UpdateGroupResponse {
	readonly Group?: GroupType | undefined;
}
export interface UpdateIdentityProviderRequest {
	readonly AcrMapping?: AcrMappingType | undefined;
	readonly AttributeMapping?: AttributeMappingType | undefined;
	readonly IdpIdentifiers?: IdpIdentifiersListType | undefined;
	readonly ProviderDetails?: ProviderDetailsType | undefined;
	readonly ProviderName: string;
	readonly UserPoolId: string;
}
export interface UpdateIdentityProviderResponse {
	readonly IdentityProvider: IdentityProviderType;
}
export interface UpdateManagedLoginBrandingRequest {
	readonly Assets?: AssetListType | undefined;
	readonly ManagedLoginBrandingId?: string | undefined;
	readonly Settings?: unknown | undefined;
	readonly UseCognitoProvidedValues?: boolean | undefined;
	readonly UserPoolId?: string | undefined;
}
export interface UpdateManagedLoginBrandingResponse {
	readonly ManagedLoginBranding?: ManagedLoginBrandingType | undefined;
}
export interface UpdateProvisionedLimitRequest {
	readonly LimitDefinition: LimitDefinitionType;
	readonly RequestedLimitValue: number;
}
export interface UpdateProvisionedLimitResponse {
	readonly Limit: LimitType;
}
export type UpdateReplicaStatusType = "ACTIVE" | "INACTIVE";
export interface UpdateResourceServerRequest {
	readonly Identifier: string;
	readonly Name: string;
	readonly Scopes?: ResourceServerScopeListType | undefined;
	readonly UserPoolId: string;
}
export interface UpdateResourceServerResponse {
	readonly ResourceServer: ResourceServerType;
}
export interface UpdateTermsRequest {
	readonly Enforcement?: TermsEnforcementType | undefined;
	readonly Links?: LinksType | undefined;
	readonly TermsId: string;
	readonly TermsName?: string | undefined;
	readonly TermsSource?: TermsSourceType | undefined;
	readonly UserPoolId: string;
}
export interface UpdateTermsResponse {
	readonly Terms?: TermsType | undefined;
}
export interface UpdateUserAttributesRequest {
	readonly AccessToken: string;
	readonly ClientMetadata?: ClientMetadataType | undefined;
	readonly UserAttributes: AttributeListType;
}
export interface UpdateUserAttributesResponse {
	readonly CodeDeliveryDetailsList?: CodeDeliveryDetailsListType | undefined;
}
export interface UpdateUserPoolClientRequest {
	readonly AccessTokenValidity?: number | undefined;
	readonly AllowedOAuthFlows?: OAuthFlowsType | undefined;
	readonly AllowedOAuthFlowsUserPoolClient?: boolean | undefined;
	readonly AllowedOAuthScopes?: ScopeListType | undefined;
	readonly AnalyticsConfiguration?: AnalyticsConfigurationType | undefined;
	readonly AuthSessionValidity?: number | undefined;
	readonly CallbackURLs?: CallbackURLsListType | undefined;
	readonly ClientId: string;
	readonly ClientName?: string | undefined;
	readonly DefaultRedirectURI?: string | undefined;
	readonly EnablePropagateAdditionalUserContextData?: boolean | undefined;
	readonly EnableTokenRevocation?: boolean | undefined;
	readonly ExplicitAuthFlows?: ExplicitAuthFlowsListType | undefined;
	readonly IdTokenValidity?: number | undefined;
	readonly LogoutURLs?: LogoutURLsListType | undefined;
	readonly PreventUserExistenceErrors?: PreventUserExistenceErrorTypes | undefined;
	readonly ReadAttributes?: ClientPermissionListType | undefined;
	readonly RefreshTokenRotation?: RefreshTokenRotationType | undefined;
	readonly RefreshTokenValidity?: number | undefined;
	readonly SupportedIdentityProviders?: SupportedIdentityProvidersListType | undefined;
	readonly TokenValidityUnits?: TokenValidityUnitsType | undefined;
	readonly UserPoolId: string;
	readonly WriteAttributes?: ClientPermissionListType | undefined;
}
export interface UpdateUserPoolClientResponse {
	readonly UserPoolClient?: UserPoolClientType | undefined;
}
export interface UpdateUserPoolDomainRequest {
	readonly CustomDomainConfig?: CustomDomainConfigType | undefined;
	readonly Domain: string;
	readonly ManagedLoginVersion?: number | undefined;
	readonly Routing?: RoutingType | undefined;
	readonly UserPoolId: string;
}
export interface UpdateUserPoolDomainResponse {
	readonly CloudFrontDomain?: string | undefined;
	readonly ManagedLoginVersion?: number | undefined;
	readonly Routing?: RoutingType | undefined;
}
export interface UpdateUserPoolReplicaRequest {
	readonly RegionName: string;
	readonly Status: UpdateReplicaStatusType;
	readonly UserPoolId: string;
}
export interface UpdateUserPoolReplicaResponse {
	readonly UserPoolReplica?: UserPoolReplicaType | undefined;
}
export interface UpdateUserPoolRequest {
	readonly AccountRecoverySetting?: AccountRecoverySettingType | undefined;
	readonly AcrConfiguration?: AcrConfigurationType | undefined;
	readonly AdminCreateUserConfig?: AdminCreateUserConfigType | undefined;
	readonly AutoVerifiedAttributes?: VerifiedAttributesListType | undefined;
	readonly DcrConfiguration?: DcrConfigurationType | undefined;
	readonly DeletionProtection?: DeletionProtectionType | undefined;
	readonly DeviceConfiguration?: DeviceConfigurationType | undefined;
	readonly EmailConfiguration?: EmailConfigurationType | undefined;
	readonly EmailVerificationMessage?: string | undefined;
	readonly EmailVerificationSubject?: string | undefined;
	readonly IssuerConfiguration?: IssuerConfigurationType | undefined;
	readonly KeyConfiguration?: KeyConfigurationType | undefined;
	readonly LambdaConfig?: LambdaConfigType | undefined;
	readonly MfaConfiguration?: UserPoolMfaType | undefined;
	readonly Policies?: UserPoolPolicyType | undefined;
	readonly PoolName?: string | undefined;
	readonly SmsAuthenticationMessage?: string | undefined;
	readonly SmsConfiguration?: SmsConfigurationType | undefined;
	readonly SmsVerificationMessage?: string | undefined;
	readonly UserAttributeUpdateSettings?: UserAttributeUpdateSettingsType | undefined;
	readonly UserPoolAddOns?: UserPoolAddOnsType | undefined;
	readonly UserPoolId: string;
	readonly UserPoolTags?: UserPoolTagsType | undefined;
	readonly UserPoolTier?: UserPoolTierType | undefined;
	readonly VerificationMessageTemplate?: VerificationMessageTemplateType | undefined;
}
export type UpdateUserPoolResponse = { readonly [member: string]: never };
export interface UserAttributeUpdateSettingsType {
	readonly AttributesRequireVerificationBeforeUpdate?: AttributesRequireVerificationBeforeUpdateType | undefined;
}
export interface UserContextDataType {
	readonly EncodedData?: string | undefined;
	readonly IpAddress?: string | undefined;
}
export interface UserImportInProgressException {
	readonly message?: string | undefined;
}
export type UserImportJobStatusType = "Created" | "Pending" | "InProgress" | "Stopping" | "Expired" | "Stopped" | "Failed" | "Succeeded";
export interface UserImportJobType {
	readonly CloudWatchLogsRoleArn?: string | undefined;
	readonly CompletionDate?: number | undefined;
	readonly CompletionMessage?: string | undefined;
	readonly CreationDate?: number | undefined;
	readonly FailedUsers?: number | undefined;
	readonly ImportedUsers?: number | undefined;
	readonly JobId?: string | undefined;
	readonly JobName?: string | undefined;
	readonly PasswordHashingAlgorithm?: PasswordHashingAlgorithmType | undefined;
	readonly PreSignedUrl?: string | undefined;
	readonly SkippedUsers?: number | undefined;
	readonly StartDate?: number | undefined;
	readonly Status?: UserImportJobStatusType | undefined;
	readonly UserPoolId?: string | undefined;
}
export type UserImportJobsListType = readonly UserImportJobType[];
export interface UserLambdaValidationException {
	readonly message?: string | undefined;
}
export type UserMFASettingListType = readonly string[];
export interface UserNotConfirmedException {
	readonly message?: string | undefined;
}
export interface UserNotFoundException {
	readonly message?: string | undefined;
}
export interface UserPoolAddOnNotEnabledException {
	readonly message?: string | undefined;
}
export interface UserPoolAddOnsType {
	readonly AdvancedSecurityAdditionalFlows?: AdvancedSecurityAdditionalFlowsType | undefined;
	readonly AdvancedSecurityMode: AdvancedSecurityModeType;
}
export interface UserPoolClientDescription {
	readonly ClientId?: string | undefined;
	readonly ClientName?: string | undefined;
	readonly UserPoolId?: string | undefined;
}
export type UserPoolClientListType = readonly UserPoolClientDescription[];
export interface UserPoolClientType {
	readonly AccessTokenValidity?: number | undefined;
	readonly AllowedOAuthFlows?: OAuthFlowsType | undefined;
	readonly AllowedOAuthFlowsUserPoolClient?: boolean | undefined;
	readonly AllowedOAuthScopes?: ScopeListType | undefined;
	readonly AnalyticsConfiguration?: AnalyticsConfigurationType | undefined;
	readonly AuthSessionValidity?: number | undefined;
	readonly CallbackURLs?: CallbackURLsListType | undefined;
	readonly ClientId?: string | undefined;
	readonly ClientName?: string | undefined;
	readonly ClientSecret?: string | undefined;
	readonly ClientType?: ClientTypeType | undefined;
	readonly CreationDate?: number | undefined;
	readonly DefaultRedirectURI?: string | undefined;
	readonly EnablePropagateAdditionalUserContextData?: boolean | undefined;
	readonly EnableTokenRevocation?: boolean | undefined;
	readonly ExplicitAuthFlows?: ExplicitAuthFlowsListType | undefined;
	readonly IdTokenValidity?: number | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly LogoutURLs?: LogoutURLsListType | undefined;
	readonly PreventUserExistenceErrors?: PreventUserExistenceErrorTypes | undefined;
	readonly ReadAttributes?: ClientPermissionListType | undefined;
	readonly RefreshTokenRotation?: RefreshTokenRotationType | undefined;
	readonly RefreshTokenValidity?: number | undefined;
	readonly SupportedIdentityProviders?: SupportedIdentityProvidersListType | undefined;
	readonly TokenValidityUnits?: TokenValidityUnitsType | undefined;
	readonly UserPoolId?: string | undefined;
	readonly WriteAttributes?: ClientPermissionListType | undefined;
}
export interface UserPoolDescriptionType {
	readonly CreationDate?: number | undefined;
	readonly Id?: string | undefined;
	readonly LambdaConfig?: LambdaConfigType | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly Name?: string | undefined;
	readonly ReplicaRegions?: ReplicaRegionsType | undefined;
	readonly Status?: StatusType | undefined;
}
export type UserPoolListType = readonly UserPoolDescriptionType[];
export type UserPoolMfaType = "OFF" | "ON" | "OPTIONAL";
export interface UserPoolPolicyType {
	readonly PasswordPolicy?: PasswordPolicyType | undefined;
	readonly SignInPolicy?: SignInPolicyType | undefined;
}
export type UserPoolReplicaListType = readonly UserPoolReplicaType[];
export interface UserPoolReplicaType {
	readonly RegionName?: string | undefined;
	readonly Role?: ReplicaRoleType | undefined;
	readonly Status?: ReplicaStatusType | undefined;
	readonly UserPoolArn?: string | undefined;
}
export interface UserPoolTaggingException {
	readonly message?: string | undefined;
}
export type UserPoolTagsListType = readonly string[];
export type UserPoolTagsType = { readonly [key: string]: string };
export type UserPoolTierType = "LITE" | "ESSENTIALS" | "PLUS";
export interface UserPoolTokenSessionConfigType {
	readonly MaxPerUser: number;
}
export interface UserPoolType {
	readonly AccountRecoverySetting?: AccountRecoverySettingType | undefined;
	readonly AcrConfiguration?: AcrConfigurationType | undefined;
	readonly AdminCreateUserConfig?: AdminCreateUserConfigType | undefined;
	readonly AliasAttributes?: AliasAttributesListType | undefined;
	readonly Arn?: string | undefined;
	readonly AutoVerifiedAttributes?: VerifiedAttributesListType | undefined;
	readonly CreationDate?: number | undefined;
	readonly CustomDomain?: string | undefined;
	readonly DcrConfiguration?: DcrConfigurationType | undefined;
	readonly DeletionProtection?: DeletionProtectionType | undefined;
	readonly DeviceConfiguration?: DeviceConfigurationType | undefined;
	readonly Domain?: string | undefined;
	readonly EmailConfiguration?: EmailConfigurationType | undefined;
	readonly EmailConfigurationFailure?: string | undefined;
	readonly EmailVerificationMessage?: string | undefined;
	readonly EmailVerificationSubject?: string | undefined;
	readonly EstimatedNumberOfUsers?: number | undefined;
	readonly Id?: string | undefined;
	readonly IssuerConfiguration?: IssuerConfigurationType | undefined;
	readonly KeyConfiguration?: KeyConfigurationType | undefined;
	readonly LambdaConfig?: LambdaConfigType | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly MfaConfiguration?: UserPoolMfaType | undefined;
	readonly Name?: string | undefined;
	readonly Policies?: UserPoolPolicyType | undefined;
	readonly SchemaAttributes?: SchemaAttributesListType | undefined;
	readonly SmsAuthenticationMessage?: string | undefined;
	readonly SmsConfiguration?: SmsConfigurationType | undefined;
	readonly SmsConfigurationFailure?: string | undefined;
	readonly SmsVerificationMessage?: string | undefined;
	readonly Status?: StatusType | undefined;
	readonly UserAttributeUpdateSettings?: UserAttributeUpdateSettingsType | undefined;
	readonly UserPoolAddOns?: UserPoolAddOnsType | undefined;
	readonly UserPoolTags?: UserPoolTagsType | undefined;
	readonly UserPoolTier?: UserPoolTierType | undefined;
	readonly UsernameAttributes?: UsernameAttributesListType | undefined;
	readonly UsernameConfiguration?: UsernameConfigurationType | undefined;
	readonly VerificationMessageTemplate?: VerificationMessageTemplateType | undefined;
}
export type UserSessionTrackingType = "ENABLED" | "DISABLED";
export type UserStatusType = "UNCONFIRMED" | "CONFIRMED" | "ARCHIVED" | "COMPROMISED" | "UNKNOWN" | "RESET_REQUIRED" | "FORCE_CHANGE_PASSWORD" | "EXTERNAL_PROVIDER";
export interface UserType {
	readonly Attributes?: AttributeListType | undefined;
	readonly Enabled?: boolean | undefined;
	readonly MFAOptions?: MFAOptionListType | undefined;
	readonly UserCreateDate?: number | undefined;
	readonly UserLastModifiedDate?: number | undefined;
	readonly UserStatus?: UserStatusType | undefined;
	readonly Username?: string | undefined;
}
export type UserVerificationType = "required" | "preferred";
export type UsernameAttributeType = "phone_number" | "email";
export type UsernameAttributesListType = readonly UsernameAttributeType[];
export interface UsernameConfigurationType {
	readonly CaseSensitive: boolean;
}
export interface UsernameExistsException {
	readonly message?: string | undefined;
}
export type UsersListType = readonly UserType[];
export interface VerificationMessageTemplateType {
	readonly DefaultEmailOption?: DefaultEmailOptionType | undefined;
	readonly EmailMessage?: string | undefined;
	readonly EmailMessageByLink?: string | undefined;
	readonly EmailSubject?: string | undefined;
	readonly EmailSubjectByLink?: string | undefined;
	readonly SmsMessage?: string | undefined;
}
export type VerifiedAttributeType = "phone_number" | "email";
export type VerifiedAttributesListType = readonly VerifiedAttributeType[];
export interface VerifySoftwareTokenRequest {
	readonly AccessToken?: string | undefined;
	readonly FriendlyDeviceName?: string | undefined;
	readonly Session?: string | undefined;
	readonly UserCode: string;
}
export interface VerifySoftwareTokenResponse {
	readonly Session?: string | undefined;
	readonly Status?: VerifySoftwareTokenResponseType | undefined;
}
export type VerifySoftwareTokenResponseType = "SUCCESS" | "ERROR";
export interface VerifyUserAttributeRequest {
	readonly AccessToken: string;
	readonly AttributeName: string;
	readonly Code: string;
}
export type VerifyUserAttributeResponse = { readonly [member: string]: never };
export type WebAuthnAuthenticatorTransportsList = readonly string[];
export interface WebAuthnChallengeNotFoundException {
	readonly message?: string | undefined;
}
export interface WebAuthnClientMismatchException {
	readonly message?: string | undefined;
}
export interface WebAuthnConfigurationMissingException {
	readonly message?: string | undefined;
}
export interface WebAuthnConfigurationType {
	readonly FactorConfiguration?: WebAuthnFactorConfigurationType | undefined;
	readonly RelyingPartyId?: string | undefined;
	readonly UserVerification?: UserVerificationType | undefined;
}
export interface WebAuthnCredentialDescription {
	readonly AuthenticatorAttachment?: string | undefined;
	readonly AuthenticatorTransports: WebAuthnAuthenticatorTransportsList;
	readonly CreatedAt: number;
	readonly CredentialId: string;
	readonly FriendlyCredentialName: string;
	readonly RelyingPartyId: string;
}
export type WebAuthnCredentialDescriptionListType = readonly WebAuthnCredentialDescription[];
export interface WebAuthnCredentialNotSupportedException {
	readonly message?: string | undefined;
}
export type WebAuthnFactorConfigurationType = "SINGLE_FACTOR" | "MULTI_FACTOR_WITH_USER_VERIFICATION";
export interface WebAuthnMfaSettingsType {
	readonly Enabled?: boolean | undefined;
}
export interface WebAuthnNotEnabledException {
	readonly message?: string | undefined;
}
export interface WebAuthnOriginNotAllowedException {
	readonly message?: string | undefined;
}
export interface WebAuthnRelyingPartyMismatchException {
	readonly message?: string | undefined;
}
