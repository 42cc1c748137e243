/** What the operations on provisioned limits answer with. */
import type { LimitDefinitionType, LimitType } from "../../../aws/model/cognito-idp.types.ts";
import type { ProvisionedLimit } from "../../../domain/user-pools/provisioned-limits.ts";

export const limitOf = (LimitClass: LimitDefinitionType["LimitClass"], { category, free, provisioned }: ProvisionedLimit): LimitType => ({
	LimitDefinition: { LimitClass, Attributes: { Category: category } },
	ProvisionedLimitValue: provisioned,
	FreeLimitValue: free,
});
