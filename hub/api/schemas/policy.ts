import { z } from 'zod';
import { tenantPolicySchema } from '../../../recorder-core/policy/tenant-policy.ts';
import { id, instant, storable } from './primitives.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const reason = storable(z.string().trim().min(1).max(500)).describe(
  'Why, for whoever decides and reads it later.',
);

/** A rule pack as lists show it. */
export const packSummary = z.object({
  digest,
  id: z.string(),
  version: z.string(),
  signedBy: z.string(),
  state: z
    .enum(['bundled', 'loaded', 'active', 'superseded'])
    .describe('`bundled`: comes with the product and was never activated here.'),
  inForce: z.boolean(),
  loadedBy: z.string().nullable(),
  loadedAt: instant.nullable(),
  activatedBy: z.string().nullable(),
  activatedAt: instant.nullable(),
});
export type PackSummary = z.infer<typeof packSummary>;

/** One row of a pack in words, whatever table it is from. */
export const packRow = z.object({
  table: z.string(),
  id: z.string(),
  says: z.string().describe('What the row demands, in one line.'),
  place: z.string(),
  source: z.string(),
  url: z.string().nullable(),
  asOf: z.string(),
  reviewer: z.string().nullable().describe('Null: nobody has reviewed this row.'),
  status: z.enum(['verified', 'unverified']),
  note: z.string(),
});
export type PackRow = z.infer<typeof packRow>;

/** A pack with its rows. */
export const packDetail = packSummary.extend({ asOf: z.string(), rows: z.array(packRow) });
export type PackDetail = z.infer<typeof packDetail>;

/** What other rules or facts would change over the recordings that are kept. */
export const policyEffect = z.object({
  kept: z.int(),
  decided: z.int().describe('Fewer than `kept` where a sample was decided.'),
  earlier: z.int(),
  later: z.int(),
  promised: z
    .int()
    .describe('Of the earlier ones, those that keep their date all the same, because it was promised.'),
  verdicts: z.record(z.string(), z.int()),
  rules: z.array(z.object({ id: z.string(), recordings: z.int() })),
  examples: z.array(
    z.object({
      recordingId: id,
      before: z.object({ decision: z.string(), retainUntil: instant.nullable() }),
      after: z.object({ decision: z.string(), retainUntil: instant.nullable() }),
      rules: z.array(z.string()),
    }),
  ),
});
export type PolicyEffectView = z.infer<typeof policyEffect>;

/** What a pack would change, against the one in force. */
export const packDiff = z.object({
  from: z.object({ id: z.string(), version: z.string(), digest }),
  to: z.object({ id: z.string(), version: z.string(), digest }),
  changes: z.array(
    z.object({
      table: z.string(),
      id: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      fields: z.array(z.object({ name: z.string(), before: z.unknown(), after: z.unknown() })),
      reviewer: z.string().nullable(),
      status: z.enum(['verified', 'unverified']).nullable(),
    }),
  ),
  effect: policyEffect,
});
export type PackDiff = z.infer<typeof packDiff>;

/** Body of POST /api/v1/policy/packs. */
export const loadPackBody = z.strictObject({
  pack: z.string().min(2).describe('The file as it was signed, character by character.'),
  signature: z.string().min(1).max(500).describe('The line of its `.sig` file.'),
});

/** Body of the question to a second person about a pack. */
export const proposePackBody = z.strictObject({ reason, rollback: z.boolean().default(false) });

/** What was asked of a second person. */
export const proposal = z.object({ approvalId: id, dueAt: instant });
export type Proposal = z.infer<typeof proposal>;

/** A version of the tenant's own policy. */
export const ownPolicy = z.object({
  version: z.int(),
  state: z.enum(['proposed', 'active', 'superseded']),
  note: z.string(),
  body: tenantPolicySchema,
  proposedBy: z.string().nullable(),
  proposedAt: instant,
  activatedBy: z.string().nullable(),
  activatedAt: instant.nullable(),
});
export type OwnPolicy = z.infer<typeof ownPolicy>;

/** Body of POST /api/v1/policy/own. */
export const proposePolicyBody = z.strictObject({ policy: tenantPolicySchema, reason });

/** What the pack overrules of a policy. */
export const policyConflict = z.object({ id: z.string(), against: z.string(), sentence: z.string() });

/** A proposal of a policy. */
export const policyProposal = proposal.extend({ version: z.int(), conflicts: z.array(policyConflict) });
export type PolicyProposal = z.infer<typeof policyProposal>;

/** Events that can be reported of a recording. */
export const reportedTrigger = z.enum([
  'contractEnd',
  'relationshipEnd',
  'lastEffective',
  'matterClose',
  'ageOfMajority',
  'paymentAuthorised',
]);

/** Body of POST /api/v1/policy/simulate. Without a recording, a sample of all kept ones is decided. */
export const simulateBody = z.strictObject({
  recordingId: id.optional(),
  packDigest: digest.optional(),
  policyVersion: z.int().min(0).optional().describe('0: without a policy of the tenant.'),
  policy: tenantPolicySchema.optional().describe('A policy that is not stored.'),
  hold: z.enum(['placed', 'released']).optional(),
  request: z
    .strictObject({
      kind: z.enum(['access', 'dispute', 'export', 'erasure']),
      state: z.enum(['received', 'verified', 'approved', 'refused', 'fulfilled']),
    })
    .optional(),
  triggers: z.partialRecord(reportedTrigger, instant).optional(),
  classes: z.array(z.string().min(1).max(100)).max(20).optional(),
  at: instant.optional().describe('When it is asked; left out, now.'),
  sample: z.int().min(1).max(10_000).default(2_000),
});
export type SimulateBody = z.input<typeof simulateBody>;

const answer = z.object({
  pack: z.object({ id: z.string(), version: z.string(), digest }),
  policyVersion: z.int(),
  classes: z.array(z.string()),
  places: z.array(z.string()),
  decision: z.string(),
  actions: z.array(z.string()),
  retainUntil: instant.nullable(),
  reasons: z.array(z.string()),
  timeline: z.array(
    z.object({
      from: instant,
      decision: z.string(),
      actions: z.array(z.string()),
      reasons: z.array(z.string()),
    }),
  ),
});

/** As a recording is, and as it would be. */
export const recordingSimulation = z.object({
  kind: z.literal('recording'),
  at: instant,
  now: answer,
  then: answer,
  changed: z.array(z.string()).describe('Rules that take part in one of the two only, or with another date.'),
});
/** What a simulation answers. */
export const simulation = z.discriminatedUnion('kind', [
  recordingSimulation,
  policyEffect.extend({ kind: z.literal('all') }),
]);
export type Simulation = z.infer<typeof simulation>;

/** Body of POST /api/v1/recordings/:id/triggers. */
export const reportTriggerBody = z.strictObject({ trigger: reportedTrigger, at: instant });
/** Body of POST /api/v1/recordings/:id/classes. */
export const classifyBody = z.strictObject({
  classes: z
    .array(storable(z.string().trim().min(1).max(100)))
    .min(1)
    .max(20),
});
/** The date after something about a recording became known. */
export const recomputedDate = z.object({ recordingId: id, retainUntil: instant.nullable() });
