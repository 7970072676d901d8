import { z } from 'zod';
import { CONFIGURED_KINDS } from '../../../recorder-core/records/configuration-files.ts';
import { fieldChange } from './configuration.ts';
import { id, instant, storable } from './primitives.ts';

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
  kind: z.enum(CONFIGURED_KINDS),
  id,
  source: z.string().describe('The name of the file.'),
});

/** Body of POST /api/v1/configuration-files/plan: a file, with what its references stand for. */
export const fileToPlan = z.strictObject({
  text: z.string().min(1).max(900_000).describe('The file, in YAML.'),
  secrets: z
    .record(z.string().max(1_100), z.string().max(65_536))
    .default({})
    .describe(
      'Values by reference as the file has it, for example `env:SEARCH_API_KEY`; what is left out stays as it is. No variable of the server is read.',
    ),
  prune: z
    .boolean()
    .default(false)
    .describe('Removes what the file no longer names, of what it was applied to before.'),
});

/** Body of POST /api/v1/configuration-files. */
export const fileToApply = fileToPlan.extend({
  plan: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'the digest of the plan that was shown')
    .describe('Digest of the plan that was looked at; another plan is refused.'),
  why: storable(z.string().trim().min(1).max(500)).optional().describe('Kept with each version.'),
  remains: z
    .enum(['withdraw', 'keep'])
    .default('withdraw')
    .describe('What becomes of what removed connections left in the remote systems.'),
});

const plannedObject = z.object({
  kind: configuredObject.shape.kind,
  name: z.string(),
  action: z.enum(['add', 'change', 'adopt', 'unchanged', 'remove', 'leave']),
  state: z
    .string()
    .optional()
    .describe('Where it stands: `live`, `paused`, `draft`, `enabled`. Left out for what is to be added.'),
  changes: z.array(fieldChange).describe('What applying would change.'),
  drift: z.array(fieldChange).describe('What another hand changed since a file was last applied.'),
  takenFrom: z.string().optional().describe('Another file that speaks for it until now.'),
});

/** What applying a file would do; or, with faults, why it cannot be applied. Never with a secret. */
export const configurationPlan = z.object({
  plan: z
    .object({
      id: z.string().describe('Digest of the plan; to be given when it is applied.'),
      source: z.string(),
      digest: z.string().describe('SHA-256 of the file, 64 hex digits.'),
      objects: z.array(plannedObject),
      unmanaged: z
        .array(z.object({ kind: configuredObject.shape.kind, name: z.string() }))
        .describe('What no file speaks for; never touched.'),
    })
    .nullable()
    .describe('Null where the file has faults.'),
  faults: z.array(
    z.object({
      line: z.int(),
      column: z.int(),
      field: z.string().describe('For example `connections[0].config.url`; empty for the whole file.'),
      message: z.string(),
    }),
  ),
  secrets: z.array(z.object({ reference: z.string(), connection: z.string(), field: z.string() })),
});
export type ConfigurationPlanView = z.infer<typeof configurationPlan>;

/** What applying came to. */
export const configurationApplied = z.object({
  applicationId: id.nullable().describe('Null where nothing was to be done.'),
  shown: z
    .array(z.object({ what: z.string(), secret: z.string() }))
    .describe('Secrets that were made; shown this once.'),
});
export type ConfigurationApplied = z.infer<typeof configurationApplied>;

/** All that there is as a file, with references in the place of secrets. */
export const configurationExport = z.object({ fileName: z.string(), text: z.string() });
