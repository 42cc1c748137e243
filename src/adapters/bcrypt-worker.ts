/** One thread of `bcrypt.ts`: bcrypt is plain JavaScript, and one hash keeps a processor busy for a tenth of a second or more. */
import { parentPort } from "node:worker_threads";
import { compareSync } from "bcryptjs";

parentPort?.on("message", ([password, hash]: readonly [string, string]) => parentPort?.postMessage(compareSync(password, hash)));
