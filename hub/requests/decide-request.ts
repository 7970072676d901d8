import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  isDecisionFor,
  needsGround,
  refusesItem,
  type ItemDecision,
} from '../../recorder-core/policy/subject-request.ts';
import { askApproval, withdrawApprovalsAbout } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readOwnLines } from '../../recorder-core/records/own-lines.ts';
import {
  decideItem,
  readItem,
  readItems,
  type RequestItem,
} from '../../recorder-core/records/request-items.ts';
import {
  changeRequest,
  moveRequest,
  type RequestRefusal,
  type SubjectRequest,
} from '../../recorder-core/records/subject-requests.ts';
import type { Asking } from '../identity/asking.ts';
import { noteRequest, notInState, requireRequest, type RequestAsking } from './note-request.ts';

const DAY_MS = 86_400_000;
/** How long a second person has, where no clock gives less. */
const APPROVAL_DAYS = 14;

/** What is to be done with one recording. */
export interface AskedDecision {
  readonly recordingId: string;
  readonly decision: ItemDecision;
  /** Why something is refused: an article, a rule. */
  readonly ground: string | null;
}

/**
 * Decides about recordings of a request, in the place of what was proposed.
 * @throws HoldfastError `invalid_input` for a decision that does not answer what is asked, or a refusal without a ground;
 * `not_found` for a recording that is no item; `conflict`.
 */
export async function decideItems(
  tx: Tx,
  asking: Asking,
  requestId: string,
  decisions: readonly AskedDecision[],
): Promise<void> {
  const found = await requireRequest(tx, requestId);
  if (found.state !== 'reviewing') throw notInState('decided about', found);
  for (const { recordingId, decision, ground } of decisions) {
    if (!isDecisionFor(found.kind, decision))
      throw new HoldfastError(
        'invalid_input',
        `"${decision}" is no answer to a request of the kind ${found.kind}.`,
        { field: '/body/decisions' },
      );
    const item = await readItem(tx, requestId, recordingId);
    if (item === undefined)
      throw new HoldfastError('not_found', 'A recording is not among what was found for this request.');
    if (needsGround(decision, item.others) && ground === null)
      throw new HoldfastError(
        'invalid_input',
        'Whatever is refused needs a ground, an article or a rule; and so does giving away the voice of others.',
        { field: '/body/decisions' },
      );
    if (decision === 'give-side' && (await readOwnLines(tx, recordingId, item.partyIds)) === undefined)
      throw new HoldfastError(
        'conflict',
        'Both sides of this call are on one line, or it is not known on which the person spoke. Give the whole with a ground, or withhold it.',
      );
    if (!(await decideItem(tx, requestId, recordingId, { decision, ground, by: asking.person.id })))
      throw new HoldfastError('not_found', 'A recording is not among what was found for this request.');
  }
  await noteRequest(tx, asking, requestId, {
    act: 'request.decided',
    outcome: 'done',
    facts: { decisions: countBy(decisions.map(({ decision }) => decision)) },
  });
}

/**
 * Ends the review. What erases or refuses anything needs a second person; the rest is carried out at once.
 * @throws HoldfastError `conflict`.
 */
export async function submitRequest(tx: Tx, asking: Asking, requestId: string): Promise<void> {
  const found = await requireRequest(tx, requestId);
  if ((await moveRequest(tx, found, 'submit')) === undefined) throw notInState('submitted', found);
  const items = await readItems(tx, requestId);
  const counts = countBy(items.map(({ decision }) => decision));
  const kind = approvalNeeded(items);
  if (kind === undefined) await moveRequest(tx, { ...found, state: 'approving' }, 'approve');
  else await askSecondPerson(tx, asking, found, kind, counts);
  await noteRequest(tx, asking, requestId, {
    act: 'request.submitted',
    outcome: kind === undefined ? 'allowed' : 'waiting',
    facts: { items: items.length, decisions: counts },
  });
}

/**
 * Asks a second person to agree that the whole is refused.
 * @throws HoldfastError `conflict`.
 */
export async function refuseRequest(
  tx: Tx,
  asking: Asking,
  requestId: string,
  refusal: RequestRefusal,
): Promise<void> {
  const found = await requireRequest(tx, requestId);
  if ((await moveRequest(tx, found, 'submit', { refusal })) === undefined) throw notInState('refused', found);
  await askSecondPerson(tx, asking, found, 'request-refusal', { refuse: 1 });
  await noteRequest(
    tx,
    asking,
    requestId,
    { act: 'request.submitted', outcome: 'waiting', facts: { refuse: true, ground: refusal.ground } },
    { reason: refusal.reason },
  );
}

/** The person has taken the request back, as an officer or the system that told it says. @throws HoldfastError `conflict` once it is being carried out. */
export async function withdrawRequest(
  tx: Tx,
  asking: RequestAsking,
  requestId: string,
  reason: string,
): Promise<void> {
  const found = await requireRequest(tx, requestId);
  const endedAt = asking.now.toISOString();
  if ((await moveRequest(tx, found, 'withdraw', { endedAt })) === undefined)
    throw notInState('withdrawn', found);
  for (const kind of ['request-erasure', 'request-refusal'] as const)
    await withdrawApprovalsAbout(
      tx,
      { kind, subjectId: requestId },
      { ...asking, ...('person' in asking && { by: asking.person }), reason },
    );
  await noteRequest(
    tx,
    asking,
    requestId,
    { act: 'request.withdrawn', outcome: 'done', facts: { was: found.state } },
    { reason },
  );
}

function approvalNeeded(items: readonly RequestItem[]): 'request-erasure' | 'request-refusal' | undefined {
  if (items.some(({ decision }) => decision === 'erase' || decision === 'erase-side'))
    return 'request-erasure';
  return items.some(({ decision }) => refusesItem(decision)) ? 'request-refusal' : undefined;
}

async function askSecondPerson(
  tx: Tx,
  { tenantId, person, now, newId }: Asking,
  { id, kind: asked, dueAt }: SubjectRequest,
  kind: 'request-erasure' | 'request-refusal',
  facts: Readonly<Record<string, number>>,
): Promise<void> {
  const approvalId = newId(now);
  const latest = now.getTime() + APPROVAL_DAYS * DAY_MS;
  const due = dueAt === null ? latest : Math.min(latest, Date.parse(dueAt));
  await askApproval(tx, {
    tenantId,
    id: approvalId,
    kind,
    subject: { type: 'request', id },
    act: 'request.manage',
    requestedBy: person,
    summary:
      kind === 'request-erasure'
        ? `Erases what a person has asked to have erased (${asked} request).`
        : `Refuses what a person has asked (${asked} request), or a part of it.`,
    facts,
    dueAt: new Date(Math.max(due, now.getTime() + DAY_MS)), // a clock that has run out still needs a second person
    now,
    newId,
  });
  await changeRequest(tx, id, { approvalId, approvalKind: kind });
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
