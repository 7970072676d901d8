import { z } from 'zod';
import { id, instant, storable } from './primitives.ts';

/** A legal hold on named recordings; while `releasedAt` is null nothing under it is disposed of. */
export const hold = z.object({
  id,
  matter: z.string(),
  reason: z.string(),
  placedBy: z.string(),
  placedAt: instant,
  releasedBy: z.string().nullable(),
  releasedAt: instant.nullable(),
  recordingIds: z.array(id),
});
export type Hold = z.infer<typeof hold>;

/** Body of POST /api/v1/holds. */
export const placeHold = z.strictObject({
  matter: storable(z.string().trim().min(1).max(200)).describe('Case or matter the hold belongs to.'),
  reason: storable(z.string().trim().min(1).max(2000)),
  recordingIds: z.array(id).min(1).max(500),
});
export type PlaceHold = z.infer<typeof placeHold>;

/** Body of POST /api/v1/holds/{id}/release. */
export const releaseHold = z.strictObject({ reason: storable(z.string().trim().min(1).max(2000)) });
export type ReleaseHold = z.infer<typeof releaseHold>;
