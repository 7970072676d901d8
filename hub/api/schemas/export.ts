import { z } from 'zod';
import { EXPORT_STATES } from '../../../recorder-core/policy/export-state.ts';
import { id, instant, statedPurpose, storable } from './primitives.ts';

/** Where an export stands; the last four are ends. */
export const exportState = z.enum(EXPORT_STATES);
export type ExportState = z.infer<typeof exportState>;

/** An export as lists show it. */
export const exportSummary = z.object({
  id,
  state: exportState,
  purpose: z.string(),
  matter: z.string().nullable(),
  recipient: z.string(),
  recordings: z.int(),
  bytes: z.int().describe('Of the captured parts, when it was asked for.'),
  requestedBy: z.string(),
  requestedAt: instant,
  expiresAt: instant.describe('From then on nobody can fetch it.'),
  restrictedPurpose: z.string().nullable().describe('Null where no recording in it was restricted.'),
  approvalRule: z.string().describe('The rule by which a second person is needed, or not.'),
  approvalId: id.nullable().describe('The question to a second person; null where none was asked.'),
  decidedBy: z.string().nullable().describe('Null where no second person was needed, or none decided yet.'),
  decidedAt: instant.nullable(),
  endedBy: z.string().nullable(),
  endedAt: instant.nullable(),
  reason: z.string().nullable().describe('Of a refusal, a revocation or a failure.'),
  own: z.boolean().describe('Whether the caller asked for it, and so cannot decide about it.'),
});
export type ExportSummary = z.infer<typeof exportSummary>;

/** A range of the bundle that was asked for. */
export const exportFetch = z.object({
  id,
  at: instant,
  firstByte: z.int(),
  endByte: z.int().describe('The one after the last.'),
  sent: z.int().describe('Bytes given to the network.'),
  outcome: z.enum(['running', 'complete', 'left', 'revoked', 'expired', 'failed']),
  endedAt: instant.nullable(),
  local: z.boolean().describe('Saved on the machine itself, without a link.'),
});
export type ExportFetch = z.infer<typeof exportFetch>;

/** An export with what it consists of and what became of it. */
export const exportDetail = exportSummary.extend({
  recordingIds: z.array(id).describe('Its recordings, as far as the caller may see them.'),
  withheld: z.int().describe('How many further recordings there are that the caller may not see.'),
  key: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('age'), recipient: z.string().describe('The age1… key whole.') }),
      z.object({
        kind: z.literal('certificate'),
        subject: z.string(),
        fingerprint: z
          .string()
          .describe('SHA-256 of the certificate in DER, as `openssl x509 -fingerprint -sha256` shows it.'),
      }),
    ])
    .describe('Whom the bundle is encrypted to; to be compared with the recipient by another way.'),
  bundle: z
    .object({
      size: z.int(),
      sha256: z.string().describe('Of the encrypted bundle, hexadecimal.'),
      manifestSha256: z.string(),
      readyAt: instant,
    })
    .nullable(),
  link: z
    .object({ createdAt: instant, expiresAt: instant, wrongPasscodes: z.int(), locked: z.boolean() })
    .nullable()
    .describe('The link of use, without its secrets.'),
  fetches: z.array(exportFetch).describe('The newest 1,000.'),
});
export type ExportDetail = z.infer<typeof exportDetail>;

const purpose = storable(z.string().trim().min(1).max(500)).describe('Why it is exported.');

/** Body of POST /api/v1/exports. Exactly one of `recordingIds`, `holdId` and `underMatter` says what. */
export const requestExport = z
  .strictObject({
    recordingIds: z.array(id).min(1).max(500).optional(),
    holdId: id.optional().describe('All recordings under this hold.'),
    underMatter: storable(z.string().trim().min(1).max(200))
      .optional()
      .describe('All recordings under the active holds of this matter.'),
    purpose,
    matter: storable(z.string().trim().min(1).max(200)).optional(),
    recipient: storable(z.string().trim().min(1).max(200)).describe('Name of who receives it.'),
    recipientKey: z
      .string()
      .trim()
      .min(1)
      .max(20_000)
      .describe('age recipient (age1…) or certificate in PEM.'),
    restrictedPurpose: statedPurpose
      .optional()
      .describe('What restricted recordings among them are needed for.'),
    days: z.int().min(1).max(365).default(7).describe('How long it can be fetched.'),
  })
  .refine(
    ({ recordingIds, holdId, underMatter }) =>
      [recordingIds, holdId, underMatter].filter((each) => each !== undefined).length === 1,
    'say by exactly one of recordingIds, holdId and underMatter what is exported',
  );
export type RequestExport = z.input<typeof requestExport>;

/** Body of a revocation. */
export const exportReason = z.strictObject({ reason: storable(z.string().trim().min(1).max(500)) });

/** A link and its passcode, shown once. */
export const exportLink = z.object({
  url: z.string(),
  passcode: z.string().describe('Goes to the recipient by another way than the link.'),
  expiresAt: instant,
});
export type ExportLink = z.infer<typeof exportLink>;
