import { z } from 'zod';
import { id, instant, ruleReference } from './primitives.ts';

/** A recording drawn at random and decided a second time by the independent evaluator. */
export const sampledDisposal = z.object({
  recordingId: id,
  retentionClass: z.string(),
  capturedAt: instant,
  promised: instant.nullable().describe('The date that was promised before.'),
  floors: z.array(z.object({ rule: z.string(), until: instant.nullable() })),
  reference: z.string().describe('What the independent evaluator says.'),
  proven: z.boolean().describe('It says DISPOSE, and every floor has ended by the date of the plan.'),
});
export type SampledDisposal = z.infer<typeof sampledDisposal>;

const sampleWithheld = z.int().describe('How many further ones the caller may not see; their proofs count.');
const ruleCount = z.object({ rule: z.string(), recordings: z.int() });

/** What would be disposed of at an instant, if the facts stayed as they are. */
export const disposalPlan = z.object({
  asOf: instant,
  looked: z.int().describe('Due recordings that were decided.'),
  complete: z
    .boolean()
    .describe('False where the look was ended before the last: then every number is a least.'),
  dispose: z.int(),
  review: z.int().describe('Would go once a person has looked.'),
  kept: z.int().describe('Due, and kept by a hold, a request or a later rule.'),
  classes: z.array(z.object({ retentionClass: z.string(), recordings: z.int() })),
  rules: z.array(ruleCount),
  days: z
    .array(z.object({ day: z.iso.date(), recordings: z.int() }))
    .describe('By the day on which they fall due, UTC.'),
  sample: z.array(sampledDisposal),
  sampleWithheld,
});
export type DisposalPlan = z.infer<typeof disposalPlan>;

/** What a sweep found, and whether it may go. */
export const disposalRun = z.object({
  id,
  state: z.enum(['claiming', 'waiting', 'approved', 'refused', 'done']),
  openedAt: instant,
  asOf: instant,
  due: z.int(),
  dueExact: z.boolean(),
  classes: z.array(
    z.object({ retentionClass: z.string(), due: z.int(), today: z.int(), history: z.array(z.int()) }),
  ),
  rules: z.array(ruleCount),
  sample: z.array(sampledDisposal),
  sampleWithheld,
  rule: z.string().describe('Why it may go on, or why it waits.'),
  reason: z.string().nullable(),
  approvalId: id.nullable(),
  resumeAt: instant.nullable().describe('When a refused run is asked about anew.'),
  claimed: z.int(),
  kept: z.int(),
  endedAt: instant.nullable(),
});
export type DisposalRun = z.infer<typeof disposalRun>;

/** Query of GET /api/v1/disposals/plan. */
export const disposalPlanQuery = z.strictObject({
  at: z.iso.datetime({ offset: true }).optional().describe('Now, where left out.'),
  sample: z.coerce.number().int().min(0).max(100).default(20),
});

/** A certificate as the list shows it; the recording's page has it whole. */
export const certificateSummary = z.object({
  recordingId: id,
  disposedAt: instant,
  rules: z.array(z.string()),
  run: id.nullable(),
  approvedBy: z
    .array(z.string())
    .describe('Who agreed, where somebody had to: by name where it still stands.'),
  completedAt: instant.nullable().describe('Since when older backups open nothing of it either.'),
});
export type CertificateSummary = z.infer<typeof certificateSummary>;

/** Certificates as far as the caller may see their recordings. */
export const certificateList = z.object({
  items: z.array(certificateSummary),
  withheld: z.int().describe('How many of the newest 200 are of recordings that the caller may not see.'),
});
export type CertificateList = z.infer<typeof certificateList>;

/** A certificate whole: what the leaf of the ledger commits to. */
export const certificateDetail = certificateSummary.omit({ rules: true }).extend({
  rules: z.array(ruleReference),
  policyEpoch: z.int(),
  ledgerIndex: z.int().describe('Of the leaf that commits to the evidence.'),
  digest: z.string().describe('SHA-256 of the evidence in canonical JSON; the leaf has it too.'),
  evidence: z.record(z.string(), z.unknown()),
  completion: z
    .object({ roots: z.array(z.string()), beyondRecoveryAt: instant })
    .nullable()
    .describe('Roots that had to go for older backups to open nothing; null while one is there.'),
});
export type CertificateDetail = z.infer<typeof certificateDetail>;
