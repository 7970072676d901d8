import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { RecordingPlace } from '../../../../recorder-core/records/recording-order.ts';
import { recordingSort, type RecordingSort } from '../../schemas/recording.ts';

/** The end of the year 9999, the last one that RFC 3339 can write. */
const LAST_MS = 253_402_300_799_999;
const ms = z.int().min(0).max(LAST_MS);
const shape = z.tuple([recordingSort, ms, z.int().min(0), ms.nullable(), z.uuid()]);

/** Where the next page of a list in this order begins: after this recording. Opaque outside. */
export function encodeRecordingCursor(sort: RecordingSort, last: Required<RecordingPlace>): string {
  const { startedAt, durationMs, retainUntil, id } = last;
  const kept = retainUntil === null ? null : Date.parse(retainUntil);
  return Buffer.from(JSON.stringify([sort, Date.parse(startedAt), durationMs, kept, id])).toString(
    'base64url',
  );
}

/** @throws HoldfastError `invalid_input` when it was not made by `encodeRecordingCursor`, or for another order. */
export function decodeRecordingCursor(sort: RecordingSort, text: string): RecordingPlace {
  try {
    const [madeFor, startedMs, durationMs, kept, id] = shape.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    if (madeFor !== sort) throw new Error('made for another order');
    const retainUntil = kept === null ? null : new Date(kept).toISOString();
    return { startedAt: new Date(startedMs).toISOString(), durationMs, retainUntil, id };
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      'The cursor is not one of this list and order. Begin again without it.',
      { field: '/query/cursor', cause },
    );
  }
}
