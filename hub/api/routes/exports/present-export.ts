import { X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { PASSCODE_ATTEMPTS } from '../../../../recorder-core/policy/export-rules.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { listFetches } from '../../../../recorder-core/records/export-fetches.ts';
import { readUsableLink } from '../../../../recorder-core/records/export-links.ts';
import { readExport, type Export } from '../../../../recorder-core/records/exports.ts';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import type { Caller } from '../../../access/caller.ts';
import { seenRecordings } from '../../seen-recordings.ts';
import type { exportDetail, exportSummary } from '../../schemas/export.ts';

/** An export as lists show it to a person. */
export function presentExport(found: Export, userId: string): z.input<typeof exportSummary> {
  return {
    id: found.id,
    state: found.state,
    purpose: found.purpose,
    matter: found.matter,
    recipient: found.recipient,
    recordings: found.recordings,
    bytes: found.bytes,
    requestedBy: found.requestedBy.name,
    requestedAt: found.requestedAt,
    expiresAt: found.expiresAt,
    restrictedPurpose: found.restrictedPurpose,
    approvalRule: found.approvalRule,
    approvalId: found.approvalId,
    decidedBy: found.decidedBy?.name ?? null,
    decidedAt: found.decidedAt,
    endedBy: found.endedBy?.name ?? null,
    endedAt: found.endedAt,
    reason: found.reason,
    own: found.requestedBy.id === userId,
  };
}

/** The key in the form in which a recipient can read it out: an age key whole, a certificate by name and fingerprint. */
function presentKey(text: string): z.input<typeof exportDetail>['key'] {
  if (text.startsWith('age1')) return { kind: 'age', recipient: text };
  const { subject, fingerprint256 } = new X509Certificate(text);
  return { kind: 'certificate', subject: subject.split('\n').join(', '), fingerprint: fingerprint256 };
}

/** Everything about one export. @throws HoldfastError `not_found`. */
export async function readDetail(
  tx: Tx,
  exportId: string,
  caller: Caller,
  now: Date,
): Promise<z.input<typeof exportDetail>> {
  const found = await readExport(tx, exportId);
  if (found === undefined)
    throw new HoldfastError('not_found', 'There is no export with this id in your tenant.');
  const link = await readUsableLink(tx, exportId);
  const fetches = await listFetches(tx, exportId);
  const nameSeen = await seenRecordings(tx, caller, now, found.recordingIds);
  const { bundle } = found;
  return {
    ...presentExport(found, caller.user.id),
    ...nameSeen(found.recordingIds),
    key: presentKey(found.recipientKey),
    bundle: bundle && {
      size: bundle.size,
      sha256: bundle.sha256,
      manifestSha256: bundle.manifestSha256,
      readyAt: bundle.readyAt,
    },
    link:
      link === undefined
        ? null
        : {
            createdAt: link.createdAt,
            expiresAt: link.expiresAt,
            wrongPasscodes: link.attempts,
            locked: link.attempts >= PASSCODE_ATTEMPTS,
          },
    fetches: fetches.map((fetch) => ({ ...fetch })),
  };
}
