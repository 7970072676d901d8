import { createHmac } from 'node:crypto';
import { NOT_SEARCHED, SEARCHED } from '../../recorder-core/policy/subject-request.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { eraseOpenings } from '../../recorder-core/records/erase-openings.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { readItems } from '../../recorder-core/records/request-items.ts';
import { keepReceipt, readRequestReceipts } from '../../recorder-core/records/request-receipts.ts';
import {
  forgetRequester,
  moveRequest,
  readIdentifiers,
  type SubjectRequest,
} from '../../recorder-core/records/subject-requests.ts';
import type { RequestActivities } from '../compliance-contract.ts';
import type { ExportDependencies } from '../exports/export-dependencies.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requireLockedRequest } from './require-request.ts';

type Deps = Pick<ActivityDependencies, 'db' | 'newId' | 'now'> & Pick<ExportDependencies, 'evidence'>;

/**
 * See `RequestActivities.answerRequest`. The answer says what was kept and why, and what nobody here can reach. After an erasure
 * the person's openings go, and digests under an installation secret stand in the place of their identifiers: the record of
 * the request outlives the erasure, and says of nobody whom it was about.
 */
export function answerRequest(deps: Deps): RequestActivities['answerRequest'] {
  return ({ tenantId, requestId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const request = await requireLockedRequest(tx, requestId);
      if (request.state !== 'fulfilling') return { answered: request.state === 'answered' };
      if ((await readItems(tx, requestId, { states: ['open', 'ordered'], limit: 1 })).length > 0)
        return { answered: false };
      const now = deps.now();
      if (request.kind === 'erasure') await forget(deps, tx, tenantId, request, now);
      const answer = await describeAnswer(tx, request, now);
      await moveRequest(tx, request, 'answer', { answer, endedAt: now.toISOString() });
      await appendLeaf(tx, tenantId, {
        at: now,
        act: 'request.answered',
        object: { type: 'request', id: requestId },
        outcome: 'done',
        facts: {
          kind: request.kind,
          receipts: answer.counts,
          dueAt: request.dueAt,
          inTime: request.dueAt === null || now.toISOString() < request.dueAt,
        },
      });
      return { answered: true };
    });
}

async function forget(
  { evidence, newId }: Deps,
  tx: Tx,
  tenantId: string,
  request: SubjectRequest,
  now: Date,
): Promise<void> {
  const values = (await readIdentifiers(tx, request.id)).flatMap(({ value }) => value ?? []);
  const people = [...values, ...(request.person === null ? [] : [request.person])];
  const openings = await eraseOpenings(tx, tenantId, { values: people }, { id: newId(now), at: now });
  await keepReceipt(tx, tenantId, request.id, {
    recordingId: request.id,
    store: 'ledger',
    outcome: 'erased',
    ground: null,
    until: null,
    reviewAt: null,
    detail: `${openings} openings; the entries stand, and say of nobody whom they were about`,
    checked: true,
    at: now.toISOString(),
  });
  const digestOf = (value: string): Buffer =>
    createHmac('sha256', evidence.markKey)
      .update(`holdfast/request-identifier/v1 ${tenantId} ${value}`)
      .digest();
  await forgetRequester(tx, request.id, digestOf);
}

/** What the person is told, without a name in it: who it is for is put on the letter. */
async function describeAnswer(tx: Tx, request: SubjectRequest, now: Date) {
  const receipts = await readRequestReceipts(tx, request.id);
  const counts: Record<string, number> = {};
  for (const { outcome } of receipts) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const { id, kind, receivedAt, dueAt, extendedAt, extensionReason, exportId } = request;
  return {
    format: 'holdfast-answer/1',
    request: id,
    kind,
    receivedAt,
    dueAt,
    extended: extendedAt === null ? null : { at: extendedAt, reason: extensionReason },
    answeredAt: now.toISOString(),
    recordings: new Set(receipts.map(({ recordingId }) => recordingId).filter((one) => one !== id)).size,
    counts,
    copy: exportId,
    kept: receipts
      .filter(({ outcome }) => outcome === 'retained' || outcome === 'restricted')
      .map(({ recordingId, store, outcome, ground, until, reviewAt }) => ({
        recordingId,
        store,
        outcome,
        ground,
        until,
        reviewAt,
      })),
    notReached: receipts
      .filter(({ outcome }) => outcome === 'unsupported' || outcome === 'failed')
      .map(({ recordingId, store, outcome, detail }) => ({ recordingId, store, outcome, detail })),
    searched: [...SEARCHED],
    notSearched: [...NOT_SEARCHED],
    appeal:
      'You can complain to the supervisory authority of the place where you live or work, and go to court. Ask us first if anything is unclear.',
  };
}
