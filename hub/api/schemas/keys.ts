import { z } from 'zod';
import { id, instant } from './primitives.ts';

const counts = {
  keks: z.int().describe('Key-encryption keys; each wraps the data keys of many parts.'),
  credentials: z.int().describe('Credentials of connections, and keys of webhook endpoints.'),
  secrets: z.int().describe('The master secret of the installation.'),
};

/** Why the old root keys of a period stand still. */
export const keyPeriodWait = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not-rotated') }),
  z.object({ kind: z.literal('recorder-unheard'), node: z.string() }),
  z.object({ kind: z.literal('recorder-uses'), node: z.string(), at: instant.nullable() }),
  z.object({ kind: z.literal('still-wrapped'), ...counts }),
]);
export type KeyPeriodWait = z.infer<typeof keyPeriodWait>;

/** One closing of a period of keys. */
export const keyPeriod = z.object({
  id,
  provider: z.string(),
  oldRoots: z.array(z.string()).describe('Root keys that go when it is closed.'),
  newRoot: z.string().nullable(),
  rewrapped: z.int(),
  replaced: z.int(),
  closedAt: instant.nullable(),
  beyondRecoveryAt: instant.nullable().describe('From when on nobody can bring the old root keys back.'),
  waitsFor: z.array(keyPeriodWait).describe('As far as this tenant goes; others may hold it up as well.'),
});
export type KeyPeriodView = z.infer<typeof keyPeriod>;

/** A root key and what it wraps of this tenant. */
export const rootKey = z.object({
  provider: z.string(),
  root: z.string(),
  current: z.boolean(),
  ...counts,
});

/** The keys of the installation as this tenant depends on them. No key is in here, only names. */
export const keyState = z.object({
  provider: z.string(),
  health: z.object({ ok: z.boolean(), message: z.string() }),
  current: z
    .string()
    .nullable()
    .describe('Root key that wraps now; null where the provider does not answer.'),
  roots: z.array(rootKey),
  scopes: z
    .array(
      z.object({
        region: z.string(),
        period: z.string().describe('Calendar month, `YYYY-MM`.'),
        retentionClass: z.string(),
        keks: z.int(),
        touched: z.int().describe('Of these, those that wrapped what is destroyed by now.'),
      }),
    )
    .describe('Newest month first, at most 200.'),
  recorders: z.array(
    z.object({
      node: z.string(),
      roots: z
        .array(z.string())
        .nullable()
        .describe('Under which it has keys; null before its first report.'),
      at: instant.nullable(),
    }),
  ),
  periods: z.array(keyPeriod).describe('Newest first, at most 100.'),
});
export type KeyState = z.infer<typeof keyState>;
