import { tagsOf } from "../../domain/access/tags.ts";
import { createUser } from "../../domain/access/users.ts";
import { iam } from "../operation.ts";
import { userAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
export const CreateUser = iam("CreateUser", {
	auth: "iam",
	async handle(call, input) {
		const { UserName: name, Path: path = "/", PermissionsBoundary: boundary } = input;
		return { User: userAnswer(await createUser(call, { name, path, boundary, tags: tagsOf(input.Tags) })) };
	},
});
