import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';

/** The end of the year 9999, the last one that RFC 3339 can write. */
const LAST_MS = 253_402_300_799_999;
const shape = z.tuple([z.int().min(0).max(LAST_MS), z.uuid()]);

/** Where the next page begins: after this row. Opaque outside. */
export interface Cursor {
  readonly startedAt: string;
  readonly id: string;
}

export function encodeCursor({ startedAt, id }: Cursor): string {
  return Buffer.from(JSON.stringify([Date.parse(startedAt), id])).toString('base64url');
}

/** @throws HoldfastError `invalid_input` when it was not made by `encodeCursor`. */
export function decodeCursor(text: string): Cursor {
  try {
    const [startedMs, id] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { startedAt: new Date(startedMs).toISOString(), id };
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The cursor is not one of ours. Begin again without it.', {
      field: '/query/cursor',
      cause,
    });
  }
}
