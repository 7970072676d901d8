import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';

const shape = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where the next page begins: after this row. Opaque outside. */
export interface Cursor {
  readonly startedAt: string;
  readonly id: string;
}

export function encodeCursor({ startedAt, id }: Cursor): string {
  return Buffer.from(JSON.stringify([startedAt, id])).toString('base64url');
}

/** @throws HoldfastError `invalid_input` when it was not made by `encodeCursor`. */
export function decodeCursor(text: string): Cursor {
  try {
    const [startedAt, id] = shape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return { startedAt, id };
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The cursor is not one of ours. Begin again without it.', {
      field: '/query/cursor',
      cause,
    });
  }
}
