// Generated from cognito-sync.json by scripts/generate.ts: change the model and run `npm run generate`.
// Timestamps are milliseconds since the epoch.

export interface CognitoSync {
	BulkPublish: { input: BulkPublishRequest; output: BulkPublishResponse };
	DeleteDataset: { input: DeleteDatasetRequest; output: DeleteDatasetResponse };
	DescribeDataset: { input: DescribeDatasetRequest; output: DescribeDatasetResponse };
	DescribeIdentityPoolUsage: { input: DescribeIdentityPoolUsageRequest; output: DescribeIdentityPoolUsageResponse };
	DescribeIdentityUsage: { input: DescribeIdentityUsageRequest; output: DescribeIdentityUsageResponse };
	GetBulkPublishDetails: { input: GetBulkPublishDetailsRequest; output: GetBulkPublishDetailsResponse };
	GetCognitoEvents: { input: GetCognitoEventsRequest; output: GetCognitoEventsResponse };
	GetIdentityPoolConfiguration: { input: GetIdentityPoolConfigurationRequest; output: GetIdentityPoolConfigurationResponse };
	ListDatasets: { input: ListDatasetsRequest; output: ListDatasetsResponse };
	ListIdentityPoolUsage: { input: ListIdentityPoolUsageRequest; output: ListIdentityPoolUsageResponse };
	ListRecords: { input: ListRecordsRequest; output: ListRecordsResponse };
	RegisterDevice: { input: RegisterDeviceRequest; output: RegisterDeviceResponse };
	SetCognitoEvents: { input: SetCognitoEventsRequest; output: void };
	SetIdentityPoolConfiguration: { input: SetIdentityPoolConfigurationRequest; output: SetIdentityPoolConfigurationResponse };
	SubscribeToDataset: { input: SubscribeToDatasetRequest; output: SubscribeToDatasetResponse };
	UnsubscribeFromDataset: { input: UnsubscribeFromDatasetRequest; output: UnsubscribeFromDatasetResponse };
	UpdateRecords: { input: UpdateRecordsRequest; output: UpdateRecordsResponse };
}

export interface AlreadyStreamedException {
	readonly message: string;
}
export type ApplicationArnList = readonly string[];
export interface BulkPublishRequest {
	readonly IdentityPoolId: string;
}
export interface BulkPublishResponse {
	readonly IdentityPoolId?: string | undefined;
}
export type BulkPublishStatus = "NOT_STARTED" | "IN_PROGRESS" | "FAILED" | "SUCCEEDED";
export interface CognitoStreams {
	readonly RoleArn?: string | undefined;
	readonly StreamName?: string | undefined;
	readonly StreamingStatus?: StreamingStatus | undefined;
}
export interface ConcurrentModificationException {
	readonly message: string;
}
export interface Dataset {
	readonly CreationDate?: number | undefined;
	readonly DataStorage?: number | undefined;
	readonly DatasetName?: string | undefined;
	readonly IdentityId?: string | undefined;
	readonly LastModifiedBy?: string | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly NumRecords?: number | undefined;
}
export type DatasetList = readonly Dataset[];
export interface DeleteDatasetRequest {
	readonly DatasetName: string;
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
}
export interface DeleteDatasetResponse {
	readonly Dataset?: Dataset | undefined;
}
export interface DescribeDatasetRequest {
	readonly DatasetName: string;
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
}
export interface DescribeDatasetResponse {
	readonly Dataset?: Dataset | undefined;
}
export interface DescribeIdentityPoolUsageRequest {
	readonly IdentityPoolId: string;
}
export interface DescribeIdentityPoolUsageResponse {
	readonly IdentityPoolUsage?: IdentityPoolUsage | undefined;
}
export interface DescribeIdentityUsageRequest {
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
}
export interface DescribeIdentityUsageResponse {
	readonly IdentityUsage?: IdentityUsage | undefined;
}
export interface DuplicateRequestException {
	readonly message: string;
}
export type Events = { readonly [key: string]: string };
export interface GetBulkPublishDetailsRequest {
	readonly IdentityPoolId: string;
}
export interface GetBulkPublishDetailsResponse {
	readonly BulkPublishCompleteTime?: number | undefined;
	readonly BulkPublishStartTime?: number | undefined;
	readonly BulkPublishStatus?: BulkPublishStatus | undefined;
	readonly FailureMessage?: string | undefined;
	readonly IdentityPoolId?: string | undefined;
}
export interface GetCognitoEventsRequest {
	readonly IdentityPoolId: string;
}
export interface GetCognitoEventsResponse {
	readonly Events?: Events | undefined;
}
export interface GetIdentityPoolConfigurationRequest {
	readonly IdentityPoolId: string;
}
export interface GetIdentityPoolConfigurationResponse {
	readonly CognitoStreams?: CognitoStreams | undefined;
	readonly IdentityPoolId?: string | undefined;
	readonly PushSync?: PushSync | undefined;
}
export interface IdentityPoolUsage {
	readonly DataStorage?: number | undefined;
	readonly IdentityPoolId?: string | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly SyncSessionsCount?: number | undefined;
}
export type IdentityPoolUsageList = readonly IdentityPoolUsage[];
export interface IdentityUsage {
	readonly DataStorage?: number | undefined;
	readonly DatasetCount?: number | undefined;
	readonly IdentityId?: string | undefined;
	readonly IdentityPoolId?: string | undefined;
	readonly LastModifiedDate?: number | undefined;
}
export interface InternalErrorException {
	readonly message: string;
}
export interface InvalidConfigurationException {
	readonly message: string;
}
export interface InvalidLambdaFunctionOutputException {
	readonly message: string;
}
export interface InvalidParameterException {
	readonly message: string;
}
export interface LambdaThrottledException {
	readonly message: string;
}
export interface LimitExceededException {
	readonly message: string;
}
export interface ListDatasetsRequest {
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListDatasetsResponse {
	readonly Count?: number | undefined;
	readonly Datasets?: DatasetList | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListIdentityPoolUsageRequest {
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListIdentityPoolUsageResponse {
	readonly Count?: number | undefined;
	readonly IdentityPoolUsages?: IdentityPoolUsageList | undefined;
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
}
export interface ListRecordsRequest {
	readonly DatasetName: string;
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
	readonly LastSyncCount?: number | undefined;
	readonly MaxResults?: number | undefined;
	readonly NextToken?: string | undefined;
	readonly SyncSessionToken?: string | undefined;
}
export interface ListRecordsResponse {
	readonly Count?: number | undefined;
	readonly DatasetDeletedAfterRequestedSyncCount?: boolean | undefined;
	readonly DatasetExists?: boolean | undefined;
	readonly DatasetSyncCount?: number | undefined;
	readonly LastModifiedBy?: string | undefined;
	readonly MergedDatasetNames?: MergedDatasetNameList | undefined;
	readonly NextToken?: string | undefined;
	readonly Records?: RecordList | undefined;
	readonly SyncSessionToken?: string | undefined;
}
export type MergedDatasetNameList = readonly string[];
export interface NotAuthorizedException {
	readonly message: string;
}
export type Operation = "replace" | "remove";
export type Platform = "APNS" | "APNS_SANDBOX" | "GCM" | "ADM";
export interface PushSync {
	readonly ApplicationArns?: ApplicationArnList | undefined;
	readonly RoleArn?: string | undefined;
}
export interface Record {
	readonly DeviceLastModifiedDate?: number | undefined;
	readonly Key?: string | undefined;
	readonly LastModifiedBy?: string | undefined;
	readonly LastModifiedDate?: number | undefined;
	readonly SyncCount?: number | undefined;
	readonly Value?: string | undefined;
}
export type RecordList = readonly Record[];
export interface RecordPatch {
	readonly DeviceLastModifiedDate?: number | undefined;
	readonly Key: string;
	readonly Op: Operation;
	readonly SyncCount: number;
	readonly Value?: string | undefined;
}
export type RecordPatchList = readonly RecordPatch[];
export interface RegisterDeviceRequest {
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
	readonly Platform: Platform;
	readonly Token: string;
}
export interface RegisterDeviceResponse {
	readonly DeviceId?: string | undefined;
}
export interface ResourceConflictException {
	readonly message: string;
}
export interface ResourceNotFoundException {
	readonly message: string;
}
export interface SetCognitoEventsRequest {
	readonly Events: Events;
	readonly IdentityPoolId: string;
}
export interface SetIdentityPoolConfigurationRequest {
	readonly CognitoStreams?: CognitoStreams | undefined;
	readonly IdentityPoolId: string;
	readonly PushSync?: PushSync | undefined;
}
export interface SetIdentityPoolConfigurationResponse {
	readonly CognitoStreams?: CognitoStreams | undefined;
	readonly IdentityPoolId?: string | undefined;
	readonly PushSync?: PushSync | undefined;
}
export type StreamingStatus = "ENABLED" | "DISABLED";
export interface SubscribeToDatasetRequest {
	readonly DatasetName: string;
	readonly DeviceId: string;
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
}
export type SubscribeToDatasetResponse = { readonly [member: string]: never };
export interface TooManyRequestsException {
	readonly message: string;
}
export interface UnsubscribeFromDatasetRequest {
	readonly DatasetName: string;
	readonly DeviceId: string;
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
}
export type UnsubscribeFromDatasetResponse = { readonly [member: string]: never };
export interface UpdateRecordsRequest {
	readonly ClientContext?: string | undefined;
	readonly DatasetName: string;
	readonly DeviceId?: string | undefined;
	readonly IdentityId: string;
	readonly IdentityPoolId: string;
	readonly RecordPatches?: RecordPatchList | undefined;
	readonly SyncSessionToken: string;
}
export interface UpdateRecordsResponse {
	readonly Records?: RecordList | undefined;
}
