import { isDeepStrictEqual } from 'node:util';
import { until } from '../../hub/processes/process-control.ts';

/** Longer than a machine that is short of breath takes for anything a page does; whoever waits sees it at once. */
const PATIENCE_MS = 60_000;

/**
 * Reads again and again until it is what it has to be: for what follows its cause in a turn of its own, as a page follows a
 * click, and may be read too early.
 * @throws HoldfastError `timeout`, naming what was read last.
 */
export async function becomes<T>(
  read: () => T | Promise<T>,
  wanted: T,
  limitMs = PATIENCE_MS,
): Promise<void> {
  let last: T | undefined;
  await until(
    async () => isDeepStrictEqual((last = await read()), wanted),
    limitMs,
    () => `${JSON.stringify(wanted)}; last it was ${JSON.stringify(last)}`,
    20,
  );
}
