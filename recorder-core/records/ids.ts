import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';

/** Beginnings are drawn from half of the 32 bits of the counter, so that it has room to count in. */
const HIGHEST_BEGINNING = 2 ** 31;
let last = { ms: -1, count: 0 };

/**
 * Makes a UUIDv7: its first 48 bits are the time, so ids sort and partition by
 * when they were made. Those that a process makes within one millisecond sort in
 * the order they were made in (RFC 9562 section 6.2, method 1).
 */
export function newId(nowMs: number): string {
  last = { ms: nowMs, count: nowMs === last.ms ? last.count + 1 : randomInt(HIGHEST_BEGINNING) };
  return v7({ msecs: nowMs, seq: last.count });
}
