/** How long policies may be. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length */

/** Characters, white space included, of any document that is read at all (`policyDocumentType` of IAM's model). */
export const documentCharactersMax = 131_072;

/** Characters without white space: of one document, or of all inline policies of one user, role or group together. */
export const policyCharactersMax = {
	managed: 6_144,
	userInline: 2_048,
	roleInline: 10_240,
	groupInline: 5_120,
	trust: 2_048,
	/** The document together with the ARNs of the managed policies that are passed beside it. */
	session: 2_048,
} as const;

/** "IAM doesn't count white space when calculating the size of a policy." */
export const policyCharacters = (text: string): number => text.replaceAll(/[ \t\n\r]/g, "").length;
