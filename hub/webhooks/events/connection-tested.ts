import { z } from 'zod';
import { defineEventType } from '../event-type.ts';

/** What a sender sends to see whether address, secret and clock are right; it changes nothing. */
export const connectionTested = defineEventType({
  type: 'connection.tested',
  schema: z.strictObject({ note: z.string().max(200).optional() }),
  objectOf: () => 'connection',
  handle: () => Promise.resolve(),
});
