import { randomFillSync, randomInt } from 'node:crypto';
import { v7 } from 'uuid';

/** Before every id: where a walk in the order of ids begins. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Beginnings are drawn from half of the 32 bits of the counter, so that it has room to count in. */
const HIGHEST_BEGINNING = 2 ** 31;
let last = { ms: -1, count: 0 };
/** Of each id, and of the many that are asked of the system in one go. */
const RANDOM_BYTES = 16;
const drawn = Buffer.alloc(RANDOM_BYTES * 1024);
let used = drawn.length;

/**
 * Makes a UUIDv7: its first 48 bits are the time, so ids sort and partition by
 * when they were made. Those that a process makes within one millisecond sort in
 * the order they were made in (RFC 9562 section 6.2, method 1).
 */
export function newId(nowMs: number): string {
  last = { ms: nowMs, count: nowMs === last.ms ? last.count + 1 : randomInt(HIGHEST_BEGINNING) };
  return v7({ msecs: nowMs, seq: last.count, random: draw() });
}

/** Random bytes that no other id has. */
function draw(): Uint8Array {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += RANDOM_BYTES;
  return drawn.subarray(used - RANDOM_BYTES, used);
}
