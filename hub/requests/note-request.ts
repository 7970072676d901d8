import { HoldfastError } from '../../recorder-core/errors.ts';
import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import { answerDueAt, clocksOf, type RunningClock } from '../../recorder-core/policy/request-clock.ts';
import type { Rulebook } from '../../recorder-core/policy/rulebook.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { insertOutbox } from '../../recorder-core/records/outbox.ts';
import { lockRequest, type SubjectRequest } from '../../recorder-core/records/subject-requests.ts';
import type { Asking } from '../identity/asking.ts';
import { carryTrace } from '../observability/tracing.ts';

/** Who acts on a request: a person, or the system that told it. */
export type RequestAsking = Pick<Asking, 'tenantId' | 'now' | 'newId'> &
  ({ readonly person: Asking['person'] } | { readonly connectionId: string });

/** Enters an act on a request into the ledger, and tells the worker that it has changed. */
export async function noteRequest(
  tx: Tx,
  asking: RequestAsking,
  requestId: string,
  act: Pick<LeafInput, 'act' | 'outcome' | 'rules' | 'facts'>,
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { tenantId, now, newId } = asking;
  const by = 'person' in asking ? actedBy(asking.person) : {};
  const told = 'person' in asking ? {} : { connectionId: asking.connectionId };
  const facts = { ...told, ...act.facts };
  const leaf = { at: now, object: { type: 'request', id: requestId }, ...act, facts };
  await appendLeaf(tx, tenantId, leaf, { ...by, ...personal });
  await announceRequest(tx, { tenantId, now, newId }, requestId);
}

/** Tells the worker that there is something to do for a request. */
export async function announceRequest(
  tx: Tx,
  { tenantId, now, newId }: Pick<Asking, 'tenantId' | 'now' | 'newId'>,
  requestId: string,
): Promise<void> {
  const message = { tenantId, id: newId(now), payload: { requestId }, trace: carryTrace() };
  await insertOutbox(tx, { ...message, topic: 'request.changed' });
}

/** The request under a row lock. @throws HoldfastError `not_found`. */
export async function requireRequest(tx: Tx, requestId: string): Promise<SubjectRequest> {
  const found = await lockRequest(tx, requestId);
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'There is no request with this id in your tenant.');
}

/** The refusal of something that cannot happen in the present state. */
export function notInState(verb: string, { state }: SubjectRequest): HoldfastError {
  return new HoldfastError('conflict', `This request is ${state} and cannot be ${verb} now.`);
}

/** The clocks of a request with the date of its first answer. */
export function timed(
  request: SubjectRequest,
  rules: Rulebook,
  now: Date,
): { readonly clocks: readonly RunningClock[]; readonly dueAt: string | undefined } {
  const clocks = clocksOf(request, rules, now.toISOString());
  return { clocks, dueAt: answerDueAt(clocks) ?? undefined };
}
