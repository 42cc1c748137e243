/** Metrics for Prometheus. Every label has few values, however strange the requests are. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Meters } from "../kernel/ports.ts";

const prefix = "gatehouse_";
/** Further combinations of labels are counted as `other`. */
const seriesMax = 2_000;
const countersMax = 200;
/** Upper bounds in seconds: a read takes a millisecond, a sign-in a few, a slow disk many. */
const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export interface PrometheusMeters extends Meters {
	/** A value that is read when the metrics are. */
	gauge(name: string, help: string, read: () => number): void;
	/** The exposition text, and its content type. */
	text(): Promise<string>;
	readonly contentType: string;
}

export function createMeters(): PrometheusMeters {
	const registry = new Registry();
	collectDefaultMetrics({ register: registry, prefix });
	const operations = new Counter({
		name: `${prefix}operations_total`,
		help: "Operations answered, by outcome: ok or the error's code",
		labelNames: ["service", "operation", "outcome"] as const,
		registers: [registry],
	});
	const durations = new Histogram({
		name: `${prefix}operation_duration_seconds`,
		help: "Time from the request to its answer",
		labelNames: ["service", "operation"] as const,
		buckets: secondsBuckets,
		registers: [registry],
	});
	const series = new Set<string>();
	const counters = new Map<string, Counter>();

	/** Whether a combination of labels is known, or may become so. */
	function isCounted(...labels: readonly string[]): boolean {
		const key = labels.join("\0");
		if (series.has(key)) return true;
		if (series.size >= seriesMax) return false;
		series.add(key);
		return true;
	}

	return {
		operation(service, operation, outcome, seconds) {
			if (isCounted(service, operation, outcome)) operations.inc({ service, operation, outcome });
			else operations.inc({ service: "other", operation: "other", outcome: "other" });
			if (isCounted(service, operation)) durations.observe({ service, operation }, seconds);
			else durations.observe({ service: "other", operation: "other" }, seconds);
		},
		count(name, by = 1) {
			let counter = counters.get(name);
			if (counter === undefined) {
				if (counters.size >= countersMax) return;
				counter = new Counter({ name: `${prefix}${name}_total`, help: name.replaceAll("_", " "), registers: [registry] });
				counters.set(name, counter);
			}
			counter.inc(by);
		},
		gauge(name, help, read) {
			new Gauge({
				name: `${prefix}${name}`,
				help,
				registers: [registry],
				collect() {
					this.set(read());
				},
			});
		},
		text: () => registry.metrics(),
		contentType: registry.contentType,
	};
}
