import { v7 } from 'uuid';

/** Makes a UUIDv7: its first 48 bits are the time, so ids sort and partition by when they were made. */
export function newId(nowMs: number): string {
  return v7({ msecs: nowMs });
}
