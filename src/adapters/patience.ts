/** Waiting that ends, by real time: the clock that tests and development move has nothing to do with it. */
import type { Patience } from "../kernel/ports.ts";

export function createPatience(): Patience {
	return {
		async within(milliseconds, work) {
			let timer: NodeJS.Timeout | undefined;
			const late = new Promise<undefined>((resolve) => {
				timer = setTimeout(resolve, milliseconds, undefined);
			});
			try {
				return await Promise.race([work, late]);
			} finally {
				clearTimeout(timer);
			}
		},
	};
}
