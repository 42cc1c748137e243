/** The ARN of a Lambda function, whose name becomes the name of a file: anything but Lambda's own form is none. */

export interface FunctionArn {
	/** As it was given. */
	readonly arn: string;
	readonly region: string;
	readonly name: string;
	/** The alias or version, where one is named. */
	readonly qualifier: string | undefined;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html: a name has up to 64 letters, digits, hyphens and underscores. */
const pattern =
	/^arn:aws[a-z-]{0,20}:lambda:([a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}):\d{12}:function:([A-Za-z0-9_-]{1,64})(?::(\$LATEST|[A-Za-z0-9_-]{1,128}))?$/;

export function parseFunctionArn(arn: string): FunctionArn | undefined {
	const [, region, name, qualifier] = pattern.exec(arn) ?? [];
	return region === undefined || name === undefined ? undefined : { arn, region, name, qualifier };
}
