/** What runs in the page: an application that keeps its users' photos in S3, as the AWS SDK's guide writes it, for people and for guests. */
import { CognitoIdentityProviderClient, InitiateAuthCommand } from "@aws-sdk/client-cognito-identity-provider";
import {
	CopyObjectCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
	type S3ClientConfig,
} from "@aws-sdk/client-s3";
import { fromCognitoIdentityPool } from "@aws-sdk/credential-providers";
import { type Outcome, outcomeOf } from "./outcome.ts";

const region = "us-east-1";

export interface PhotosPlace {
	readonly endpoint: string;
	/** Of the access proxy. */
	readonly storage: string;
	readonly clientId: string;
	/** What the user pool is called in `Logins`. */
	readonly provider: string;
	readonly identityPoolId: string;
}

/** One object of S3. */
interface At {
	readonly Bucket: string;
	readonly Key: string;
}

export interface Photos {
	/** Signs in at the user pool, or comes as a guest without a name; the answer is the identity. */
	enter(place: PhotosPlace, username?: string, password?: string): Promise<Outcome>;
	/** From here on with the credentials of this moment alone, or again with whichever are valid. */
	keepCredentials(isKept: boolean): Promise<Outcome>;
	/** Takes a photo of one color and uploads it; the answer is its ETag. */
	upload(at: At, color: string): Promise<Outcome>;
	/** Shows a photo: its type, width, and the color in its middle. */
	show(at: At): Promise<Outcome>;
	/** The keys there. */
	list(Bucket: string, Prefix: string): Promise<Outcome>;
	copy(from: At, to: At): Promise<Outcome>;
	remove(at: At): Promise<Outcome>;
}

declare global {
	var photos: Photos;
}

const [width, height] = [320, 200];
/** Tokens are refreshed when they have less than this left. */
const leftSeconds = 300;

let storage = "";
let provider: ReturnType<typeof fromCognitoIdentityPool>;
let s3: S3Client;

const use = (credentials: NonNullable<S3ClientConfig["credentials"]>) => {
	s3 = new S3Client({ endpoint: storage, region, forcePathStyle: true, maxAttempts: 1, credentials });
};

/** Signs in, and gives the ID token of each moment. */
async function signIn({ endpoint, clientId }: PhotosPlace, USERNAME: string, PASSWORD: string): Promise<() => Promise<string>> {
	const people = new CognitoIdentityProviderClient({ endpoint, region });
	const start = (AuthFlow: "USER_PASSWORD_AUTH" | "REFRESH_TOKEN_AUTH", AuthParameters: Record<string, string>) =>
		people.send(new InitiateAuthCommand({ AuthFlow, ClientId: clientId, AuthParameters }));
	const { AuthenticationResult: first } = await start("USER_PASSWORD_AUTH", { USERNAME, PASSWORD });
	let token = first?.IdToken ?? "";
	return async () => {
		const { exp } = JSON.parse(atob(token.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "")) as { exp: number };
		if (exp - Date.now() / 1000 < leftSeconds) {
			const { AuthenticationResult } = await start("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: first?.RefreshToken ?? "" });
			token = AuthenticationResult?.IdToken ?? "";
		}
		return token;
	};
}

/** A photo, as bytes: Blobs the SDK fails on in browsers, unless told to leave checksums out. https://github.com/aws/aws-sdk-js-v3/issues/6834 */
async function take(color: string): Promise<Uint8Array> {
	const canvas = Object.assign(document.createElement("canvas"), { width, height });
	const context = canvas.getContext("2d") as CanvasRenderingContext2D;
	context.fillStyle = color;
	context.fillRect(0, 0, width, height);
	const blob = await new Promise<Blob>((resolve) => canvas.toBlob((blob) => resolve(blob as Blob), "image/png"));
	return new Uint8Array(await blob.arrayBuffer());
}

globalThis.photos = {
	enter: (place, username, password = "") =>
		outcomeOf(async () => {
			const token = username === undefined ? undefined : await signIn(place, username, password);
			storage = place.storage;
			provider = fromCognitoIdentityPool({
				identityPoolId: place.identityPoolId,
				...(token && { logins: { [place.provider]: token } }),
				clientConfig: { endpoint: place.endpoint, region },
			});
			use(provider);
			return ((await s3.config.credentials()) as { readonly identityId?: string }).identityId;
		}),
	keepCredentials: (isKept) => outcomeOf(async () => use(isKept ? await provider() : provider)),
	upload: (at, color) =>
		outcomeOf(async () => {
			// Browsers keep what has a date, S3's or not, and would show it again without asking: to whoever is there next, for as long as they like.
			const metadata = { ContentType: "image/png", CacheControl: "no-store", Metadata: { color } };
			return (await s3.send(new PutObjectCommand({ ...at, Body: await take(color), ...metadata }))).ETag;
		}),
	show: (at) =>
		outcomeOf(async () => {
			const { Body, ContentType, Metadata } = await s3.send(new GetObjectCommand(at));
			const bytes = (await Body?.transformToByteArray()) as Uint8Array<ArrayBuffer>;
			const bitmap = await createImageBitmap(new Blob([bytes], { type: ContentType ?? "" }));
			const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d") as OffscreenCanvasRenderingContext2D;
			context.drawImage(bitmap, 0, 0);
			const middle = context.getImageData(bitmap.width / 2, bitmap.height / 2, 1, 1).data;
			return { type: ContentType, width: bitmap.width, pixel: [...middle], metadata: Metadata };
		}),
	list: (Bucket, Prefix) =>
		outcomeOf(async () => ((await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key)),
	copy: (from, to) => outcomeOf(() => s3.send(new CopyObjectCommand({ ...to, CopySource: `${from.Bucket}/${from.Key}` }))),
	remove: (at) => outcomeOf(() => s3.send(new DeleteObjectCommand(at))),
};
