import { z } from 'zod';
import { CONFIGURED_KINDS } from '../../../recorder-core/records/configuration-files.ts';
import { CONFIGURATION_KINDS } from '../../../recorder-core/records/configuration-history.ts';
import { id, instant, storable } from './primitives.ts';

/** What is configured and keeps what it said before. */
export const configurationKind = z.enum(CONFIGURATION_KINDS);
export type ConfigurationKind = z.infer<typeof configurationKind>;

/** One version of one thing. */
export const configurationEntry = z.object({
  kind: configurationKind,
  objectId: z.string().describe('Its id; a fixed word for what a tenant has once.'),
  version: z.string().describe('Names the version among those of its thing: a number, or a digest.'),
  label: z.string().describe('What people call the version.'),
  name: z.string().describe('Of the thing; empty for what a tenant has once.'),
  at: instant,
  by: z.string().nullable().describe('Null where no person did, or none is known.'),
  note: z.string().nullable(),
  state: z
    .enum(['current', 'former', 'proposed', 'removed'])
    .describe('`proposed`: was never in force, or waits for a second person.'),
  repeats: z.string().nullable().describe('The version whose content it repeats.'),
});
export type ConfigurationEntry = z.infer<typeof configurationEntry>;

/** Query of GET /api/v1/configuration. */
export const configurationQuery = z.strictObject({
  kind: configurationKind.optional(),
  objectId: storable(z.string().min(1).max(200)).optional(),
  cursor: z.string().max(800).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** A page; `hidden` are the kinds that the reader has no right to see. */
export const configurationPage = z.object({
  items: z.array(configurationEntry),
  nextCursor: z.string().optional(),
  hidden: z.array(configurationKind),
});
export type ConfigurationPage = z.infer<typeof configurationPage>;

/** Which two versions are compared; without `from`, the one before. */
export const configurationDiffQuery = z.strictObject({
  kind: configurationKind,
  objectId: storable(z.string().min(1).max(200)),
  version: storable(z.string().min(1).max(100)),
  from: storable(z.string().min(1).max(100)).optional(),
});

/** A field that differs, both sides as JSON; left out where it is not there. */
export const fieldChange = z.object({
  path: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  secret: z.literal(true).optional(),
});
export type FieldChange = z.infer<typeof fieldChange>;

/** What differs between two versions. */
export const configurationDiff = z.object({
  from: configurationEntry.nullable().describe('Null where the version is the first.'),
  to: configurationEntry,
  content: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('Of `to`; null where the thing was removed.'),
  changes: z.array(fieldChange),
  more: z.int().describe('Changes beyond those that are listed.'),
});
export type ConfigurationDiff = z.infer<typeof configurationDiff>;

/** What other hands changed of what applied files speak for. */
export const configurationDrift = z.object({
  files: z.int().describe('Files that speak for something.'),
  objects: z.int().describe('What they speak for.'),
  items: z.array(
    z.object({
      kind: z.enum(CONFIGURED_KINDS),
      id,
      name: z.string().nullable().describe('Null where it was removed.'),
      source: z.string(),
      changes: z.array(fieldChange).describe('From what the file left to what is there.'),
    }),
  ),
});
export type ConfigurationDrift = z.infer<typeof configurationDrift>;
