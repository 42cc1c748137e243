/**
 * A process that calls functions: its arguments are the folder and the names. Once the first one loops and the others are idle, it tells
 * which processes it has, and goes on.
 */
import { createClock } from "../../src/adapters/clock.ts";
import { createFunctions } from "../../src/adapters/functions/functions.ts";
import { createRandom } from "../../src/adapters/random.ts";

const [, , folder = "", ...names] = process.argv;
const functions = createFunctions({
	folder,
	lambdaEndpoint: undefined,
	ownEndpoint: () => "http://127.0.0.1:9400",
	credentials: undefined,
	clock: createClock(),
	random: createRandom(),
	log: { debug() {}, warn() {}, error() {}, info: (_, message) => message === "looping" && tell() },
	limits: { callMilliseconds: 60_000, takeMilliseconds: 60_000 },
});
const invoke = (name: string, how: string) =>
	functions.invoke(`arn:aws:lambda:us-east-1:000000000000:function:${name}`, { how }, { wait: true });
const tell = () => void process.stdout.write(`${JSON.stringify(functions.pids)}\n`);
await Promise.all(names.map((name) => invoke(name, "pid")));
void invoke(names[0] ?? "", "loop");
