import { HoldfastError } from '../../recorder-core/errors.ts';
import { CoverPages } from '../../recorder-core/evidence/cover-pages.ts';
import type { RequestReceipt } from '../../recorder-core/records/request-receipts.ts';
import type { SubjectRequest } from '../../recorder-core/records/subject-requests.ts';

const OUTCOMES: Readonly<Record<RequestReceipt['outcome'], string>> = {
  given: 'Given to you',
  erased: 'Erased',
  restricted: 'Kept for a legal duty only, and not used otherwise',
  retained: 'Kept',
  unsupported: 'Out of our reach',
  failed: 'Failed; we go on trying and tell you',
  pending: 'Under way',
};

/**
 * The answer to a request as pages for the person: what was given or erased, what was kept and why, and where to complain.
 * @throws HoldfastError `conflict` while there is no answer.
 */
export async function letterPdf(
  request: SubjectRequest,
  receipts: readonly RequestReceipt[],
  at: Date,
): Promise<Buffer> {
  const { answer, refusal } = request;
  if (answer === null && refusal === null)
    throw new HoldfastError('conflict', `The request is ${request.state}; there is no answer to it yet.`);
  const pages = new CoverPages({
    title: `Answer to the request ${request.id}`,
    at,
    mark: request.id.slice(-12),
    copyFor: 'Answer to your request',
  });
  pages.title(`Answer to your ${request.kind} request`);
  pages.paragraph(`Your request of ${request.receivedAt.slice(0, 10)} (${request.id}).`);
  if (request.extensionReason !== null)
    pages.paragraph(`The time for this answer was prolonged: ${request.extensionReason}`);
  if (refusal !== null && answer === null) {
    pages.heading('Refused');
    pages.paragraph(`${refusal.reason} Ground: ${refusal.ground}.`);
    if (refusal.reviewAt !== null)
      pages.paragraph(`We look at it again on ${refusal.reviewAt.slice(0, 10)}.`);
  }
  for (const outcome of Object.keys(OUTCOMES) as RequestReceipt['outcome'][]) {
    const those = receipts.filter((receipt) => receipt.outcome === outcome);
    if (those.length === 0) continue;
    pages.heading(OUTCOMES[outcome]);
    for (const receipt of those) pages.paragraph(sentenceOf(receipt));
  }
  pages.heading('If you do not agree');
  pages.paragraph(
    'You can complain to the supervisory authority of the place where you live or work, and go to court. Ask us first if anything is unclear.',
  );
  return pages.finish();
}

function sentenceOf({ recordingId, store, ground, until, reviewAt, detail }: RequestReceipt): string {
  return [
    `${store}, recording ${recordingId}.`,
    ground === null ? '' : `Ground: ${ground}.`,
    until === null ? '' : `Until ${until.slice(0, 10)}.`,
    until !== null || reviewAt === null ? '' : `Looked at again on ${reviewAt.slice(0, 10)}.`,
    detail ?? '',
  ]
    .filter(Boolean)
    .join(' ');
}
