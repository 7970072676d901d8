import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** That a configuration file was applied. */
export const appliedFile = z.object({
  id,
  source: z.string().describe('The name that the file gives itself.'),
  digest: z.string().describe('SHA-256 of the file, 64 hex digits.'),
  appliedAt: instant,
  appliedBy: z.string().nullable().describe('Name of the person; null where nobody with an account did.'),
  why: z.string().nullable(),
});
export type AppliedFile = z.infer<typeof appliedFile>;

/** An object that a file speaks for: who changes it elsewhere makes it drift. */
export const configuredObject = z.object({
  kind: z.enum(['connection', 'webhook']),
  id,
  source: z.string().describe('The name of the file.'),
});
