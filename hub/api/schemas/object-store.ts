import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** One promise of the object store that was tried. */
export const probeFinding = z.object({
  check: z.string(),
  promise: z.string().describe('What the store is to do.'),
  kept: z.boolean(),
  detail: z.string().describe('What it did.'),
});
export type ProbeFinding = z.infer<typeof probeFinding>;

/** What the last probe found. */
export const objectStoreProbe = z.object({
  probedAt: instant,
  place: z.string().describe('The store as it was then.'),
  mode: z
    .enum(['governance', 'compliance'])
    .nullable()
    .describe('Mode of the locks; null where none were used.'),
  verdict: z
    .enum(['worm', 'not-worm', 'no-lock'])
    .describe(
      '`worm`: every promise of a lock was kept. `not-worm`: one was broken. `no-lock`: none are used.',
    ),
  findings: z.array(probeFinding),
});
export type ObjectStoreProbe = z.infer<typeof objectStoreProbe>;

/** An alert about the object store; stands while `clearedAt` is null. */
export const objectStoreAlert = z.object({
  id,
  kind: z.enum(['not-worm', 'unsafe-writes']),
  detail: z.string(),
  raisedAt: instant,
  clearedAt: instant.nullable(),
});
export type ObjectStoreAlert = z.infer<typeof objectStoreAlert>;

/** The object store: where it is, what it proved to be worth, and what was wrong with it. */
export const objectStore = z.object({
  place: z.string(),
  lock: z.enum(['none', 'governance', 'compliance']).describe('The locks that are configured now.'),
  probe: objectStoreProbe.nullable().describe('Null before the first probe.'),
  alerts: z.array(objectStoreAlert),
});
export type ObjectStore = z.infer<typeof objectStore>;
