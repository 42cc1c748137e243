/** Condition operators, set operators, absent keys, several keys and values. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { conditionCases, type PolicyCase } from "./cases.ts";

const page = "reference_policies_elements_condition_operators.html";
const c = (operator: string, values: unknown, key = "k") => ({ [operator]: { [key]: values } });
const k = (value: string | readonly string[]) => ({ k: value });
type Row = readonly [string, object, Readonly<Record<string, string | readonly string[]>>, boolean];

const job = { StringEquals: { "aws:PrincipalTag/job-category": "iamuser-admin" } };
const strings: readonly Row[] = [
	["StringEquals matches the very text", job, { "aws:PrincipalTag/job-category": "iamuser-admin" }, true],
	["StringEquals does not match another text", job, { "aws:PrincipalTag/job-category": "dev-ops" }, false],
	["StringEquals does not match an absent key", job, {}, false],
	["StringEquals is case-sensitive", c("StringEquals", "a"), k("A"), false],
	["StringEquals reads a star as a star", c("StringEquals", "a*"), k("ab"), false],
	["StringEquals matches a star by a star", c("StringEquals", "a*"), k("a*"), true],
	["StringEquals matches the empty text", c("StringEquals", ""), k(""), true],
	["StringEquals takes any of its values", c("StringEquals", ["a", "b"]), k("b"), true],
	["StringEquals does not match a part of the text", c("StringEquals", "ab"), k("abc"), false],
	["StringNotEquals matches another text", c("StringNotEquals", "a"), k("b"), true],
	["StringNotEquals does not match the text", c("StringNotEquals", "a"), k("a"), false],
	["StringNotEquals is case-sensitive", c("StringNotEquals", "a"), k("A"), true],
	["StringNotEquals holds for an absent key", c("StringNotEquals", "a"), {}, true],
	["StringNotEquals refuses each of its values", c("StringNotEquals", ["a", "b"]), k("b"), false],
	["StringEqualsIgnoreCase ignores case", c("StringEqualsIgnoreCase", "PreProd"), k("preprod"), true],
	["StringEqualsIgnoreCase does not match another text", c("StringEqualsIgnoreCase", "a"), k("b"), false],
	["StringEqualsIgnoreCase does not match an absent key", c("StringEqualsIgnoreCase", "a"), {}, false],
	["StringNotEqualsIgnoreCase ignores case", c("StringNotEqualsIgnoreCase", "a"), k("A"), false],
	["StringNotEqualsIgnoreCase matches another text", c("StringNotEqualsIgnoreCase", "a"), k("b"), true],
	["StringNotEqualsIgnoreCase holds for an absent key", c("StringNotEqualsIgnoreCase", "a"), {}, true],
	["StringLike takes a star for many characters", c("StringLike", "t1.*"), k("t1.micro"), true],
	["StringLike takes a star for no character", c("StringLike", "a*"), k("a"), true],
	["StringLike takes a question mark for one character", c("StringLike", "a?c"), k("abc"), true],
	["StringLike does not take a question mark for none", c("StringLike", "a?"), k("a"), false],
	["StringLike does not take a question mark for two", c("StringLike", "a?"), k("abc"), false],
	["StringLike is case-sensitive", c("StringLike", "A*"), k("ab"), false],
	["StringLike without wildcards is exact", c("StringLike", "a"), k("ab"), false],
	["StringLike has wildcards anywhere", c("StringLike", "*b?d*"), k("aabcde"), true],
	["StringLike takes several stars", c("StringLike", "a*b*c"), k("a--b-b--c"), true],
	["StringLike needs the end of the text", c("StringLike", "a*b"), k("abc"), false],
	["StringLike does not use a character twice", c("StringLike", "ab*ba"), k("aba"), false],
	["StringLike lets a star cross slashes and colons", c("StringLike", "a*z"), k("a/b:c/z"), true],
	["StringLike of a star matches the empty text", c("StringLike", "*"), k(""), true],
	["StringLike of a star does not match an absent key", c("StringLike", "*"), {}, false],
	["StringNotLike negates", c("StringNotLike", "a*"), k("ab"), false],
	["StringNotLike matches what is not alike", c("StringNotLike", "a*"), k("b"), true],
	["StringNotLike holds for an absent key", c("StringNotLike", "a*"), {}, true],
	[
		"StringLike fills in a variable",
		c("StringLike", "home/${aws:username}/", "s3:prefix"),
		{ "s3:prefix": "home/martha_rivera/", "aws:username": "martha_rivera" },
		true,
	],
	[
		"StringLike with another's variable",
		c("StringLike", "home/${aws:username}/", "s3:prefix"),
		{ "s3:prefix": "home/martha_rivera/", "aws:username": "nikki_wolf" },
		false,
	],
	[
		"StringLike with a variable that has no value",
		c("StringLike", ["x/", "home/${aws:username}/"], "s3:prefix"),
		{ "s3:prefix": "home//" },
		false,
	],
	[
		"the other values count where a variable has no value",
		c("StringLike", ["home/", "home/${aws:username}/"], "s3:prefix"),
		{ "s3:prefix": "home/" },
		true,
	],
];

const tags = {
	StringEqualsIgnoreCase: { "aws:RequestTag/environment": ["preprod", "storage"] },
	"ForAnyValue:StringEquals": { "aws:TagKeys": "environment" },
};
const multivalued: readonly Row[] = [
	["the tag in the listed spelling", tags, { "aws:TagKeys": ["environment"], "aws:RequestTag/environment": "preprod" }, true],
	[
		"the tag in another spelling, and a tag besides",
		tags,
		{ "aws:TagKeys": ["environment", "costcenter"], "aws:RequestTag/environment": "PreProd" },
		true,
	],
	["the tag's key in another spelling", tags, { "aws:TagKeys": ["Environment"], "aws:RequestTag/Environment": "preprod" }, false],
	["the tag's key is not among the keys", tags, { "aws:TagKeys": ["costcenter"], "aws:RequestTag/environment": "preprod" }, false],
	["no aws:TagKeys", tags, { "aws:RequestTag/environment": "storage" }, false],
	["no aws:RequestTag", tags, { "aws:TagKeys": ["environment"] }, false],
	["neither key", tags, {}, false],
	["ForAllValues:StringEquals, all listed", c("ForAllValues:StringEquals", ["a", "b"]), k(["a", "b"]), true],
	["ForAllValues:StringEquals, one not listed", c("ForAllValues:StringEquals", ["a", "b"]), k(["a", "c"]), false],
	["ForAllValues:StringEqualsIgnoreCase", c("ForAllValues:StringEqualsIgnoreCase", ["a", "b"]), k(["A", "B"]), true],
	["ForAnyValue:StringEqualsIgnoreCase", c("ForAnyValue:StringEqualsIgnoreCase", "a"), k(["x", "A"]), true],
	["ForAllValues:StringNotEquals, none listed", c("ForAllValues:StringNotEquals", ["a", "b"]), k(["c", "d"]), true],
	["ForAllValues:StringNotEquals, one listed", c("ForAllValues:StringNotEquals", ["a", "b"]), k(["c", "a"]), false],
	["ForAnyValue:StringNotEquals, one not listed", c("ForAnyValue:StringNotEquals", ["a", "b"]), k(["a", "c"]), true],
	["ForAnyValue:StringNotEquals, all listed", c("ForAnyValue:StringNotEquals", ["a", "b"]), k(["a", "b"]), false],
	["ForAllValues:StringLike, all alike", c("ForAllValues:StringLike", ["a*", "b"]), k(["ax", "b"]), true],
	["ForAllValues:StringLike, one not alike", c("ForAllValues:StringLike", ["a*"]), k(["ax", "b"]), false],
	["ForAnyValue:StringLike, one alike", c("ForAnyValue:StringLike", ["a*"]), k(["ax", "b"]), true],
	["ForAnyValue:StringLike, none alike", c("ForAnyValue:StringLike", ["a*"]), k(["x", "b"]), false],
	["ForAllValues:StringNotLike, none alike", c("ForAllValues:StringNotLike", ["a*"]), k(["x", "b"]), true],
	["ForAllValues:StringNotLike, one alike", c("ForAllValues:StringNotLike", ["a*"]), k(["x", "ab"]), false],
	["ForAnyValue:StringNotLike, one not alike", c("ForAnyValue:StringNotLike", ["a*"]), k(["x", "ab"]), true],
	["ForAnyValue:StringNotLike, all alike", c("ForAnyValue:StringNotLike", ["a*"]), k(["a", "ab"]), false],
];

const numbers: readonly Row[] = [
	["NumericEquals", c("NumericEquals", "10"), k("10"), true],
	["NumericEquals compares numbers, not texts", c("NumericEquals", "10"), k("10.0"), true],
	["NumericEquals, another number", c("NumericEquals", "10"), k("11"), false],
	["NumericEquals, a number without quotation marks", c("NumericEquals", 10), k("10"), true],
	["NumericEquals, no number in the request", c("NumericEquals", "10"), k("ten"), false],
	["NumericEquals, an absent key", c("NumericEquals", "10"), {}, false],
	["NumericNotEquals", c("NumericNotEquals", "10"), k("11"), true],
	["NumericNotEquals, the number itself", c("NumericNotEquals", "10"), k("10"), false],
	["NumericNotEquals, an absent key", c("NumericNotEquals", "10"), {}, true],
	["NumericLessThan", c("NumericLessThan", "10"), k("9"), true],
	["NumericLessThan, equal", c("NumericLessThan", "10"), k("10"), false],
	["NumericLessThan compares sizes, not texts", c("NumericLessThan", "10"), k("9.5"), true],
	["NumericLessThanEquals, at most 10 objects", c("NumericLessThanEquals", "10", "s3:max-keys"), { "s3:max-keys": "10" }, true],
	["NumericLessThanEquals, 11 objects", c("NumericLessThanEquals", "10", "s3:max-keys"), { "s3:max-keys": "11" }, false],
	["NumericLessThanEquals, an absent key", c("NumericLessThanEquals", "10", "s3:max-keys"), {}, false],
	["NumericGreaterThan", c("NumericGreaterThan", "10"), k("10.01"), true],
	["NumericGreaterThan, equal", c("NumericGreaterThan", "10"), k("10"), false],
	["NumericGreaterThanEquals, equal", c("NumericGreaterThanEquals", "10"), k("10"), true],
	["NumericGreaterThanEquals, less", c("NumericGreaterThanEquals", "10"), k("-10"), false],
	["Numeric operators take any of several values", c("NumericEquals", ["1", "2"]), k("2"), true],
	["Numeric operators have no wildcards", c("NumericEquals", "*"), k("1"), false],
	["Numeric operators have no variables", c("NumericEquals", "${n}"), { k: "1", n: "1" }, false],
	["ForAllValues:NumericLessThan", c("ForAllValues:NumericLessThan", "10"), k(["1", "9"]), true],
	["ForAnyValue:NumericGreaterThan", c("ForAnyValue:NumericGreaterThan", "10"), k(["1", "9"]), false],
];

const issued = c("DateGreaterThan", "2020-01-01T00:00:01Z", "aws:TokenIssueTime");
const dates: readonly Row[] = [
	["DateGreaterThan, later", issued, { "aws:TokenIssueTime": "2020-06-01T00:00:00Z" }, true],
	["DateGreaterThan, earlier", issued, { "aws:TokenIssueTime": "2019-06-01T00:00:00Z" }, false],
	["DateGreaterThan, the same instant", issued, { "aws:TokenIssueTime": "2020-01-01T00:00:01Z" }, false],
	["DateGreaterThan, an absent key", issued, {}, false],
	["DateGreaterThanEquals, the same instant", c("DateGreaterThanEquals", "2020-01-01T00:00:00Z"), k("2020-01-01T00:00:00Z"), true],
	["DateLessThan, earlier", c("DateLessThan", "2020-01-01T00:00:00Z"), k("2019-12-31T23:59:59Z"), true],
	["DateLessThan, the same instant", c("DateLessThan", "2020-01-01T00:00:00Z"), k("2020-01-01T00:00:00Z"), false],
	["DateLessThanEquals, the same instant", c("DateLessThanEquals", "2020-01-01T00:00:00Z"), k("2020-01-01T00:00:00Z"), true],
	["DateLessThanEquals, later", c("DateLessThanEquals", "2020-01-01T00:00:00Z"), k("2020-01-01T00:00:00.001Z"), false],
	["DateEquals, in another time zone", c("DateEquals", "2020-01-01T00:00:00Z"), k("2020-01-01T01:00:00+01:00"), true],
	["DateEquals, in a time zone to the west", c("DateEquals", "2020-01-01T00:00:00Z"), k("2019-12-31T19:00:00-05:00"), true],
	["DateEquals, a day", c("DateEquals", "2020-01-01"), k("2020-01-01T00:00:00Z"), true],
	["DateEquals, a month", c("DateEquals", "2020-01"), k("2020-01-01T00:00:00Z"), true],
	["DateEquals, a year", c("DateEquals", "2020"), k("2020-01-01T00:00:00Z"), true],
	["DateEquals, without seconds", c("DateEquals", "2020-01-01T00:00Z"), k("2020-01-01T00:00:00.000Z"), true],
	["DateEquals, epoch seconds", c("DateEquals", "1577836800"), k("2020-01-01T00:00:00Z"), true],
	[
		"DateLessThan, epoch seconds in the request",
		c("DateLessThan", "2020-01-01T00:00:00Z", "aws:EpochTime"),
		{ "aws:EpochTime": "1577836799" },
		true,
	],
	["DateEquals, no date in the request", c("DateEquals", "2020-01-01"), k("tomorrow"), false],
	["DateNotEquals", c("DateNotEquals", "2020-01-01"), k("2020-01-02"), true],
	["DateNotEquals, the same instant", c("DateNotEquals", "2020-01-01"), k("2020-01-01"), false],
	["DateNotEquals, an absent key", c("DateNotEquals", "2020-01-01"), {}, true],
];

const others: readonly Row[] = [
	["Bool false, false", c("Bool", "false", "aws:SecureTransport"), { "aws:SecureTransport": "false" }, true],
	["Bool false, true", c("Bool", "false", "aws:SecureTransport"), { "aws:SecureTransport": "true" }, false],
	["Bool, an absent key", c("Bool", "false", "aws:SecureTransport"), {}, false],
	["Bool without quotation marks", c("Bool", true), k("true"), true],
	["Bool with a variable", c("Bool", "${flag}"), { k: "true", flag: "true" }, true],
	["ForAllValues:Bool, all", c("ForAllValues:Bool", "true"), k(["true", "true"]), true],
	["ForAllValues:Bool, not all", c("ForAllValues:Bool", "true"), k(["true", "false"]), false],
	["ForAnyValue:Bool, one", c("ForAnyValue:Bool", "true"), k(["false", "true"]), true],
	["ForAnyValue:Bool, none", c("ForAnyValue:Bool", "true"), k(["false", "false"]), false],
	["BinaryEquals, the same bytes", c("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "key"), { key: "QmluYXJ5VmFsdWVJbkJhc2U2NA==" }, true],
	["BinaryEquals, other bytes", c("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "key"), { key: "ASIAIOSFODNN7EXAMPLE" }, false],
	["BinaryEquals, an absent key", c("BinaryEquals", "QmluYXJ5VmFsdWVJbkJhc2U2NA==", "key"), {}, false],
	["BinaryEquals has no wildcards", c("BinaryEquals", "*"), k("QUJD"), false],
];

const ip = (values: unknown) => c("IpAddress", values, "aws:SourceIp");
const from = (address: string) => ({ "aws:SourceIp": address });
const mixed = ip(["203.0.113.0/24", "2001:DB8:1234:5678::/64"]);
const addresses: readonly Row[] = [
	["IpAddress within the range", ip("203.0.113.0/24"), from("203.0.113.1"), true],
	["IpAddress, the range's last address", ip("203.0.113.0/24"), from("203.0.113.255"), true],
	["IpAddress behind the range", ip("203.0.113.0/24"), from("203.0.114.0"), false],
	["IpAddress elsewhere", ip("203.0.113.0/24"), from("198.51.100.1"), false],
	["IpAddress, an absent key", ip("203.0.113.0/24"), {}, false],
	["IpAddress without a prefix is one address", ip("203.0.113.7"), from("203.0.113.7"), true],
	["IpAddress without a prefix is not its neighbour", ip("203.0.113.7"), from("203.0.113.8"), false],
	["IpAddress with /32", ip("203.0.113.7/32"), from("203.0.113.7"), true],
	["IpAddress with /0 is every IPv4 address", ip("0.0.0.0/0"), from("8.8.8.8"), true],
	["IpAddress with an odd prefix", ip("203.0.113.64/26"), from("203.0.113.127"), true],
	["IpAddress with an odd prefix, behind it", ip("203.0.113.64/26"), from("203.0.113.128"), false],
	["IpAddress of both families, IPv4", mixed, from("203.0.113.9"), true],
	["IpAddress of both families, IPv6", mixed, from("2001:db8:1234:5678::1"), true],
	["IpAddress of both families, IPv6 elsewhere", mixed, from("2001:db8:1234:5679::1"), false],
	["IpAddress, IPv6 written out", ip("2001:db8::1"), from("2001:0DB8:0:0:0:0:0:1"), true],
	["IpAddress, every IPv6 address", ip("::/0"), from("fe80::1"), true],
	["IpAddress, every IPv6 address is no IPv4 address", ip("::/0"), from("203.0.113.1"), false],
	["IpAddress, an IPv4 address within IPv6", ip("203.0.113.0/24"), from("::ffff:203.0.113.1"), true],
	["IpAddress, no address", ip("203.0.113.0/24"), from("203.0.113.256"), false],
	["IpAddress has no variables", ip("${aws:VpcSourceIp}"), { "aws:SourceIp": "10.0.0.1", "aws:VpcSourceIp": "10.0.0.1" }, false],
	["NotIpAddress within the range", c("NotIpAddress", "203.0.113.0/24", "aws:SourceIp"), from("203.0.113.1"), false],
	["NotIpAddress elsewhere", c("NotIpAddress", "203.0.113.0/24", "aws:SourceIp"), from("198.51.100.1"), true],
	[
		"NotIpAddress within one of several ranges",
		c("NotIpAddress", ["203.0.113.0/24", "198.51.100.0/24"], "aws:SourceIp"),
		from("198.51.100.1"),
		false,
	],
	["NotIpAddress, an absent key", c("NotIpAddress", "203.0.113.0/24", "aws:SourceIp"), {}, true],
];

const topic = "arn:aws:sns:us-west-2:123456789012:TOPIC-ID";
const distributions = c("ForAllValues:ArnLike", [
	"arn:aws:cloudfront::123456789012:distribution/*",
	"arn:aws:cloudfront::123456789012:distribution/support*",
]);
const distribution = (name: string, owner = "123456789012") => `arn:aws:cloudfront::${owner}:distribution/${name}`;
const arns: readonly Row[] = [
	["ArnEquals, the very ARN", c("ArnEquals", topic, "aws:SourceArn"), { "aws:SourceArn": topic }, true],
	[
		"ArnEquals, another account",
		c("ArnEquals", topic, "aws:SourceArn"),
		{ "aws:SourceArn": "arn:aws:sns:us-west-2:777788889999:TOPIC-ID" },
		false,
	],
	["ArnEquals, an absent key", c("ArnEquals", topic, "aws:SourceArn"), {}, false],
	["ArnEquals has wildcards as ArnLike has", c("ArnEquals", "arn:aws:sns:*:123456789012:*"), k(topic), true],
	["ArnLike has wildcards in each component", c("ArnLike", "arn:aws:s?s:us-*:*:TOPIC*"), k(topic), true],
	["ArnLike is case-sensitive", c("ArnLike", "arn:aws:sns:us-west-2:123456789012:topic-id"), k(topic), false],
	[
		"ArnLike checks each component separately: a star does not cross a colon",
		c("ArnLike", "arn:aws:iam::*:user/x"),
		k("arn:aws:iam::1:role/a:user/x"),
		false,
	],
	[
		"ArnLike lets the last component have colons",
		c("ArnLike", "arn:aws:logs:*:*:log-group:*"),
		k("arn:aws:logs:r:1:log-group:a:stream"),
		true,
	],
	["ArnLike does not match what is no ARN", c("ArnLike", "arn:aws:*:*:*:*"), k("not-an-arn"), false],
	["ArnLike does not match six components that are no ARN", c("ArnLike", "*:aws:*:*:*:*"), k("urn:aws:sns:r:1:t"), false],
	[
		"ArnLike fills in a variable",
		c("ArnLike", "arn:aws:iam::*:user/${aws:username}"),
		{ k: "arn:aws:iam::1:user/ana", "aws:username": "ana" },
		true,
	],
	["ArnNotEquals, another ARN", c("ArnNotEquals", topic), k("arn:aws:sns:us-west-2:1:T"), true],
	["ArnNotEquals, the ARN itself", c("ArnNotEquals", topic), k(topic), false],
	["ArnNotEquals, an absent key", c("ArnNotEquals", topic), {}, true],
	["ArnNotLike, alike", c("ArnNotLike", "arn:aws:sns:*:*:*"), k(topic), false],
	["ArnNotLike, not alike", c("ArnNotLike", "arn:aws:sqs:*:*:*"), k(topic), true],
	["ForAllValues:ArnLike, one of one", distributions, k([distribution("costcenter")]), true],
	["ForAllValues:ArnLike, two of two", distributions, k([distribution("costcenter"), distribution("support2025")]), true],
	["ForAllValues:ArnLike, another account's", distributions, k([distribution("costcenter", "777788889999")]), false],
	[
		"ForAllValues:ArnLike, one of two is another account's",
		distributions,
		k([distribution("a"), distribution("a", "777788889999")]),
		false,
	],
	["ForAllValues:ArnLike, an absent key", distributions, {}, true],
	["ForAllValues:ArnLike, an empty value", distributions, k([""]), true],
	["ForAnyValue:ArnEquals, one alike", c("ForAnyValue:ArnEquals", topic), k(["x", topic]), true],
	["ForAllValues:ArnNotLike, one alike", c("ForAllValues:ArnNotLike", "arn:aws:sns:*:*:*"), k(["x", topic]), false],
	["ForAnyValue:ArnNotEquals, one not alike", c("ForAnyValue:ArnNotEquals", topic), k(["arn:aws:sns:r:1:x", topic]), true],
];

const instances = c("StringLikeIfExists", ["t1.*", "t2.*", "m3.*"], "ec2:InstanceType");
const existence: readonly Row[] = [
	["IfExists, alike", instances, { "ec2:InstanceType": "t1.micro" }, true],
	["IfExists, not alike", instances, { "ec2:InstanceType": "m2.micro" }, false],
	["IfExists, an absent key", instances, {}, true],
	["IfExists of a negated operator, an absent key", c("StringNotEqualsIfExists", "a"), {}, true],
	["IfExists of a negated operator, the value", c("StringNotEqualsIfExists", "a"), k("a"), false],
	["IfExists with ForAnyValue, an absent key", c("ForAnyValue:StringEqualsIfExists", "a"), {}, true],
	["IfExists with ForAllValues, a value that is not listed", c("ForAllValues:StringEqualsIfExists", "a"), k(["a", "b"]), false],
	["NumericLessThanIfExists, an absent key", c("NumericLessThanIfExists", "1"), {}, true],
	["DateLessThanIfExists, an absent key", c("DateLessThanIfExists", "2020-01-01"), {}, true],
	["BoolIfExists, an absent key", c("BoolIfExists", "true", "aws:MultiFactorAuthPresent"), {}, true],
	[
		"BoolIfExists, the other value",
		c("BoolIfExists", "true", "aws:MultiFactorAuthPresent"),
		{ "aws:MultiFactorAuthPresent": "false" },
		false,
	],
	["IpAddressIfExists, an absent key", c("IpAddressIfExists", "10.0.0.0/8"), {}, true],
	["ArnEqualsIfExists, an absent key", c("ArnEqualsIfExists", topic), {}, true],
	["BinaryEqualsIfExists, an absent key", c("BinaryEqualsIfExists", "QUJD"), {}, true],
	["another condition still counts beside IfExists", { ...instances, StringEquals: { x: "y" } }, {}, false],
	["Null true, an absent key", c("Null", "true", "aws:TokenIssueTime"), {}, true],
	["Null true, a value", c("Null", "true", "aws:TokenIssueTime"), { "aws:TokenIssueTime": "2020-01-01T00:00:00Z" }, false],
	["Null false, a value", c("Null", "false", "aws:TokenIssueTime"), { "aws:TokenIssueTime": "2020-01-01T00:00:00Z" }, true],
	["Null false, an absent key", c("Null", "false", "aws:TokenIssueTime"), {}, false],
	["Null without quotation marks", c("Null", true), {}, true],
	["Null false needs a value that is not empty", c("Null", "false"), k(""), false],
	["a key without values is absent", c("Null", "true"), k([]), true],
];

const setsPage = "reference_policies_condition-single-vs-multi-valued-context-keys.html";
const all = { "ForAllValues:StringEquals": { "aws:TagKeys": ["environment", "cost-center"] }, Null: { "aws:TagKeys": "false" } };
const any = { "ForAnyValue:StringEquals": { "aws:TagKeys": ["environment", "cost-center"] } };
const tagKeys = (...keys: readonly string[]) => ({ "aws:TagKeys": keys });
const sets: readonly Row[] = [
	["ForAllValues, the first", all, tagKeys("environment"), true],
	["ForAllValues, the second", all, tagKeys("cost-center"), true],
	["ForAllValues, both", all, tagKeys("environment", "cost-center"), true],
	["ForAllValues, one of two", all, tagKeys("environment", "dept"), false],
	["ForAllValues with Null, an absent key", all, {}, false],
	["ForAllValues alone, an absent key", c("ForAllValues:StringEquals", "a"), {}, true],
	["ForAllValues alone, no values", c("ForAllValues:StringEquals", "a"), k([]), true],
	["ForAllValues of a negated operator, an absent key", c("ForAllValues:StringNotEquals", "a"), {}, true],
	["ForAnyValue, the first", any, tagKeys("environment"), true],
	["ForAnyValue, the second", any, tagKeys("cost-center"), true],
	["ForAnyValue, both", any, tagKeys("environment", "cost-center"), true],
	["ForAnyValue, one of two", any, tagKeys("environment", "dept"), true],
	["ForAnyValue, none", any, tagKeys("dept"), false],
	["ForAnyValue, an absent key", any, {}, false],
	["ForAnyValue of a negated operator, an absent key", c("ForAnyValue:StringNotEquals", "a"), {}, false],
];

const logicPage = "reference_policies_condition-logic-multiple-context-keys-or-values.html";
const departments = { "aws:PrincipalTag/department": ["finance", "hr", "legal"], "aws:PrincipalTag/role": ["audit", "security"] };
const people = ["arn:aws:iam::222222222222:user/Ana", "arn:aws:iam::222222222222:user/Mary"];
const like = { StringEquals: departments, ArnLike: { "aws:PrincipalArn": people } };
const notLike = { StringEquals: departments, ArnNotLike: { "aws:PrincipalArn": people } };
const person = (name: string, department?: string, role?: string) => ({
	"aws:PrincipalArn": `arn:aws:iam::222222222222:user/${name}`,
	...(department !== undefined && { "aws:PrincipalTag/department": department }),
	...(role !== undefined && { "aws:PrincipalTag/role": role }),
});
const logic: readonly Row[] = [
	["each key has one of its values", like, person("Mary", "legal", "audit"), true],
	["one operator does not hold", like, person("Nikki", "hr", "audit"), false],
	["one key does not hold", like, person("Mary", "hr", "payroll"), false],
	["one key is absent", like, person("Mary", "hr"), false],
	["two keys are absent", like, person("Mary"), false],
	["negated: none of the values", notLike, person("Nikki", "legal", "audit"), true],
	["negated: one of the values", notLike, person("Mary", "hr", "audit"), false],
	["negated: another key does not hold", notLike, person("Nikki", "hr", "payroll"), false],
	["negated: another key is absent", notLike, person("Nikki", "hr"), false],
	["negated: two keys are absent", notLike, person("Nikki"), false],
];

const elementPage = "reference_policies_elements_condition.html";
const tagged = c("StringEquals", "test1", "aws:ResourceTag/EC2");
const element: readonly Row[] = [
	["names of keys are not case-sensitive", c("StringEquals", "1.2.3.4", "aws:SourceIP"), { "AWS:SourceIp": "1.2.3.4" }, true],
	["values are", c("StringEquals", "john", "aws:username"), { "aws:username": "John" }, false],
	["values are not with IgnoreCase", c("StringEqualsIgnoreCase", "john", "aws:username"), { "aws:username": "John" }, true],
	[
		"tag keys are not case-sensitive",
		c("StringEquals", "Value1", "aws:ResourceTag/TagKey1"),
		{ "aws:ResourceTag/tagkey1": "Value1" },
		true,
	],
	["MFA 2,800 seconds ago", c("NumericLessThanEquals", "3600", "aws:MultiFactorAuthAge"), { "aws:MultiFactorAuthAge": "2800" }, true],
	["MFA more than an hour ago", c("NumericLessThanEquals", "3600", "aws:MultiFactorAuthAge"), { "aws:MultiFactorAuthAge": "3601" }, false],
	["no MFA", c("NumericLessThanEquals", "3600", "aws:MultiFactorAuthAge"), {}, false],
	["tags whose keys differ in case are both meant", tagged, { "aws:ResourceTag/ec2": "test2", "aws:ResourceTag/EC2": "test1" }, true],
	[
		"tags whose keys differ in case are both meant, in the other order",
		tagged,
		{ "aws:ResourceTag/EC2": "test1", "aws:ResourceTag/ec2": "test2" },
		true,
	],
	["an empty Condition holds", {}, {}, true],
	["an operator without keys holds", { StringEquals: {} }, {}, true],
	["no value matches nothing", c("StringEquals", []), k("a"), false],
	["no value negated matches everything", c("StringNotEquals", []), k("a"), true],
];

export const conditionTable: readonly PolicyCase[] = [
	...conditionCases(`${page}#Conditions_String`, [...strings, ...multivalued]),
	...conditionCases(`${page}#Conditions_Numeric`, numbers),
	...conditionCases(`${page}#Conditions_Date`, dates),
	...conditionCases(`${page}#Conditions_Boolean`, others),
	...conditionCases(`${page}#Conditions_IPAddress`, addresses),
	...conditionCases(`${page}#Conditions_ARN`, arns),
	...conditionCases(`${page}#Conditions_IfExists`, existence),
	...conditionCases(setsPage, sets),
	...conditionCases(logicPage, logic),
	...conditionCases(elementPage, element),
];
