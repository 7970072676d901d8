import type { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { clocksOf, requestClockState } from '../../../../recorder-core/policy/request-clock.ts';
import type { Rulebook } from '../../../../recorder-core/policy/rulebook.ts';
import {
  identityEvidenceFor,
  NOT_SEARCHED,
  SEARCHED,
} from '../../../../recorder-core/policy/subject-request.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { countDecisions, readItemCalls, readItems } from '../../../../recorder-core/records/request-items.ts';
import { readRequestReceipts } from '../../../../recorder-core/records/request-receipts.ts';
import {
  readIdentifiers,
  readRequest,
  type SubjectRequest,
} from '../../../../recorder-core/records/subject-requests.ts';
import { isUnseenWall } from '../../../access/allowed-recordings.ts';
import { askerOf, type Caller } from '../../../access/caller.ts';
import { decideEach } from '../../../access/decide.ts';
import { keepSeen } from '../../seen-recordings.ts';
import type { requestDetail, requestSummary } from '../../schemas/request.ts';
import { historyOf } from '../ledger/history-of.ts';

/** Shown at once; the rest is paged. */
const MOST_ITEMS = 200;

const WAITS: Readonly<Record<string, string>> = {
  identifying: 'Proof of who asks',
  discovering: 'The search, which runs',
  reviewing: 'A decision about what was found',
  approving: 'A second person',
  fulfilling: 'What is being carried out',
};

/** A request as lists show it. */
export function presentRequest(found: SubjectRequest, now: Date): z.input<typeof requestSummary> {
  const { id, kind, state, person, receivedAt, dueAt, endedAt } = found;
  return {
    id,
    kind,
    state,
    person,
    receivedAt,
    dueAt,
    overdue: endedAt === null && dueAt !== null && Date.parse(dueAt) <= now.getTime(),
    waitingFor: WAITS[state] ?? null,
    endedAt,
  };
}

/** Everything about one request. @throws HoldfastError `not_found`. */
export async function readRequestDetail(
  tx: Tx,
  requestId: string,
  caller: Caller,
  rules: Rulebook,
  now: Date,
): Promise<z.input<typeof requestDetail>> {
  const found = await readRequest(tx, requestId);
  if (found === undefined)
    throw new HoldfastError('not_found', 'There is no request with this id in your tenant.');
  const { pauses, places, refusal, answer } = found;
  const asOf = found.endedAt ?? now.toISOString();
  const end = { endedAt: found.endedAt, told: found.state === 'answered' || found.state === 'refused' };
  const waits = pauses.some(({ to }) => to === null);
  return {
    ...presentRequest(found, now),
    owner: found.owner,
    contact: found.contact,
    places: [...places],
    source: found.source,
    externalId: found.externalId,
    evidence: found.evidence,
    evidenceNeeded: [...identityEvidenceFor(found.kind)],
    verifiedAt: found.verifiedAt,
    extendedAt: found.extendedAt,
    extensionReason: found.extensionReason,
    pauses: pauses.map((pause) => ({ ...pause })),
    clocks: clocksOf(found, rules, asOf).map((clock) => ({
      ...clock,
      extendable: clock.extendable && found.endedAt === null,
      state: requestClockState(clock, end, waits, asOf),
    })),
    identifiers: (await readIdentifiers(tx, requestId)).map(({ id: _id, ...rest }) => rest),
    duplicateOf: found.duplicateOf,
    approvalId: found.approvalId,
    refusal: refusal && { ...refusal },
    exportId: found.exportId,
    ...(await itemsOf(tx, requestId, caller, now)),
    plan: await countDecisions(tx, requestId),
    searched: [...SEARCHED],
    notSearched: [...NOT_SEARCHED],
    receipts: (await readRequestReceipts(tx, requestId)).map((receipt) => ({ ...receipt })),
    answer: answer && { ...answer },
    history: await historyOf(tx, { type: 'request', id: requestId }),
  };
}

/** What was found, with the calls it is about; what the caller may not see is counted only. */
async function itemsOf(
  tx: Tx,
  requestId: string,
  caller: Caller,
  now: Date,
): Promise<Pick<z.input<typeof requestDetail>, 'items' | 'moreItems' | 'withheldItems' | 'withheldBy'>> {
  const items = await readItems(tx, requestId, { limit: MOST_ITEMS + 1 });
  const listed = items.slice(0, MOST_ITEMS);
  const { seen: shown, withheld } = await keepSeen(tx, caller, now, listed);
  const hidden = listed.filter((item) => !shown.includes(item)).map(({ recordingId }) => recordingId);
  const calls = await readItemCalls(
    tx,
    shown.map(({ recordingId }) => recordingId),
  );
  return {
    items: shown.map(({ recordingId, others, decision, ground, decidedBy, state }) => ({
      recordingId,
      ...(calls.get(recordingId) ?? { startedAt: null, durationMs: null, held: false }),
      others,
      decision,
      ground,
      decided: decidedBy !== null,
      state,
    })),
    moreItems: items.length > MOST_ITEMS,
    withheldItems: withheld,
    withheldBy: withheld === 0 ? [] : await reasonsOf(tx, caller, now, hidden),
  };
}

/** Why recordings are not shown to somebody, each reason once; of what is behind an unseen wall nothing is told. */
async function reasonsOf(
  tx: Tx,
  caller: Caller,
  now: Date,
  recordingIds: readonly string[],
): Promise<z.input<typeof requestDetail>['withheldBy']> {
  const objects = recordingIds.map((id) => ({ type: 'recording', id }));
  const decisions = await decideEach(tx, askerOf(caller, now), 'recording.list', objects);
  const told = decisions.flatMap(({ policies }) =>
    policies.some(({ id }) => isUnseenWall(id)) ? [] : policies.filter(({ effect }) => effect === 'forbid'),
  );
  const reasons = told.map(({ id: policy, says, ask }) => ({ policy, says, ask }));
  return [...new Map(reasons.map((reason) => [reason.policy, reason])).values()];
}
