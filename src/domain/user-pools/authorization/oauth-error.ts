/** A refusal in the words of OAuth 2.0 (RFC 6749 §5.2), which endpoints send as they are. */

export type OAuthErrorCode =
	| "invalid_request"
	| "invalid_client"
	| "invalid_grant"
	| "invalid_scope"
	| "invalid_token"
	| "unauthorized_client"
	| "unsupported_grant_type"
	| "unsupported_token_type"
	| "invalid_redirect_uri"
	| "invalid_client_metadata"
	| "access_denied"
	| "server_error";

export class OAuthError extends Error {
	override readonly name = "OAuthError";
	readonly error: OAuthErrorCode;
	readonly description: string | undefined;
	/** HTTP status; 400 unless it says another. */
	readonly status: 400 | 401 | 403 | 405 | 415 | 429 | 500;

	constructor(error: OAuthErrorCode, description?: string, status: OAuthError["status"] = 400) {
		super(error);
		this.error = error;
		this.description = description;
		this.status = status;
	}
}
