/** Prints what was measured. */
import { cpus, release, totalmem } from "node:os";

/** A Markdown table, so that it can be kept as it is. */
export function printTable(columns: readonly string[], rows: readonly (readonly string[])[]): void {
	const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i]?.length ?? 0)));
	const line = (cells: readonly string[]) =>
		`| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
	console.log(line(columns));
	console.log(`|${widths.map((width, i) => (i === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`);
	for (const row of rows) console.log(line(row));
}

/** What the numbers depend on. */
export function printMachine(): void {
	const [cpu] = cpus();
	console.log(
		`${new Date().toISOString().slice(0, 10)} · ${cpus().length} × ${cpu?.model.trim()} · ${(totalmem() / 1e9).toFixed(0)} GB · Linux ${release()} · Node.js ${process.version}`,
	);
}
