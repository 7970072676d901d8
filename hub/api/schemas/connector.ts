import { z } from 'zod';
import { id, instant } from './primitives.ts';

const someValues = z.record(z.string(), z.unknown());

/** A connector of this build: everything a form and a reader need to know of it. */
export const connector = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  support: z.enum(['core', 'verified', 'community']),
  builtIn: z.boolean().describe('True: it is there already, and cannot be added.'),
  config: someValues.describe(
    'JSON Schema 2020-12 of the configuration; title, description, order and refusal (the words for a value that does not match) are for forms.',
  ),
  auth: z
    .array(z.object({ type: z.string(), title: z.string(), fields: someValues }))
    .describe('Kinds of credentials it takes; `fields` is the JSON Schema of each.'),
  hosts: z.array(someValues).describe('Where it may reach, and nothing else.'),
  checks: z.array(z.object({ id: z.string(), title: z.string(), severity: z.enum(['required', 'advised']) })),
  operations: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['upsert', 'delete', 'notify']),
      title: z.string(),
      description: z.string(),
      input: z.string(),
      idempotency: z.string(),
      dataClasses: z.array(z.string()),
      mapped: z.boolean().describe('A mapping can fill fields of the remote object.'),
    }),
  ),
  streams: z.array(z.object({ id: z.string(), title: z.string(), description: z.string() })),
  rebuilds: z.boolean().describe('A new copy of what it holds can be filled and put in its place.'),
  searches: z.boolean().describe('Recordings can be searched for in it.'),
  discovers: z.boolean().describe('The fields of the remote side can be asked for.'),
});
export type Connector = z.infer<typeof connector>;

const field = z.object({
  name: z.string(),
  title: z.string(),
  type: z.string(),
  required: z.boolean(),
  writable: z.boolean(),
  maxLength: z.int().optional(),
  unique: z.boolean().optional(),
});

/** What the remote system's fields are, what changed since somebody last asked, and what of the mappings does not fit. */
export const fieldsFound = z.object({
  foundAt: instant.nullable().describe('Null where nobody has asked yet.'),
  objects: z.array(z.object({ name: z.string(), title: z.string(), fields: z.array(field) })),
  changes: z.array(
    z.object({
      object: z.string(),
      field: z.string().nullable().describe('Null where it is about the whole object.'),
      change: z.enum(['added', 'removed', 'changed']),
      before: field.nullable(),
      after: field.nullable(),
    }),
  ),
  faults: z
    .array(
      z.object({
        operation: z.string(),
        row: z.int().nullable(),
        column: z.string().nullable(),
        message: z.string(),
      }),
    )
    .describe('What of the current mappings does not fit these fields.'),
});

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const triedRows = z
  .array(z.unknown())
  .optional()
  .describe('Rows to try in the place of those of the current version.');
const triedReshape = z.string().optional().describe('A reshape to try with them.');

/** Body of POST /api/v1/connections/{id}/dry-run. */
export const dryRunBody = z.strictObject({
  operation: z.string().max(100),
  ids: z
    .array(id)
    .min(1)
    .max(50)
    .optional()
    .describe('Recordings, or incidents for tickets; the newest where left out.'),
  newest: z.int().min(1).max(50).default(5),
  rows: triedRows,
  reshape: triedReshape,
});

/** What would be done with each record; nothing was written. */
export const dryRunResult = z.object({
  items: z.array(
    z.object({
      recordId: id,
      action: z
        .enum(['create', 'update', 'upsert', 'delete', 'none', 'refuse'])
        .describe('upsert: the remote side was not asked which of both it is. none: it stands so already.'),
      remoteId: z.string().nullable(),
      call: z.object({ method: z.string(), target: z.string() }).nullable(),
      error: z
        .object({
          class: z.string(),
          title: z.string(),
          fix: z.string().nullable(),
          field: z.string().nullable(),
        })
        .nullable(),
      fields: z.array(
        z.object({
          name: z.string(),
          value: scalar,
          hidden: z.boolean().describe('By its row, or because you may not read such records.'),
          known: z.boolean().describe('Whether the remote side was asked for it.'),
          there: scalar.describe('What stands there now.'),
          differs: z.boolean().nullable(),
        }),
      ),
    }),
  ),
});

/** Body of POST /api/v1/connections/{id}/preview. */
export const previewBody = z.strictObject({
  operation: z.string().max(100),
  id: id.optional().describe('A recording, or an incident for tickets; an invented one where left out.'),
  rows: triedRows,
  reshape: triedReshape,
});

/** What each row makes of the record. */
export const previewResult = z.object({
  record: someValues
    .nullable()
    .describe('The record as the expressions see it; null where you may not read such records.'),
  items: z.array(
    z.object({
      target: z.string(),
      value: scalar,
      hidden: z.boolean(),
      error: z.string().nullable().describe('Why the row gives nothing.'),
      fault: z
        .object({ column: z.string(), at: z.int().nullable() })
        .nullable()
        .describe('Set where the row can never work: its cell, and the place in its expression.'),
    }),
  ),
});

/** The names that the expressions of a mapping may use. */
export const mappingVocabulary = z.object({
  fields: z
    .array(z.object({ path: z.string(), type: z.string() }))
    .describe('`record.parties[].name` is the name of each element of `record.parties`.'),
  functions: z.array(
    z.object({
      name: z.string(),
      on: z.string().nullable().describe('The type it is called on; null for one that stands alone.'),
      takes: z.array(z.string()),
      gives: z.string(),
    }),
  ),
});
