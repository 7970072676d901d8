import { clocksOf, answerDueAt } from '../../recorder-core/policy/request-clock.ts';
import {
  isRequestOver,
  type RequestEvent,
  type RequestState,
} from '../../recorder-core/policy/subject-request.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import { mailOwnerOr } from '../../recorder-core/records/queue-mail.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import {
  changeRequest,
  moveRequest,
  type SubjectRequest,
} from '../../recorder-core/records/subject-requests.ts';
import type { Act as LedgerAct } from '../../recorder-core/ledger/acts.ts';
import type { RequestActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { requireSaneClock } from '../lifecycle/sane-clock.ts';
import { requireLockedRequest } from './require-request.ts';

const DAY_MS = 86_400_000;
/** Before the answer is due; the last is the day itself. */
const REMINDERS_MS = [10 * DAY_MS, 3 * DAY_MS, 0];
/** A clock that waits for proof of identity does not run; after this long the request has ended by itself. */
const LONGEST_IDENTIFYING_MS = 90 * DAY_MS;
/** Looked at again at the latest, where no clock says when. */
const LOOK_MS = 30 * DAY_MS;

type Deps = Pick<ActivityDependencies, 'db' | 'packs' | 'now' | 'newId' | 'clockOf'>;

/** See `RequestActivities.advanceRequest`. */
export function advanceRequest(deps: Deps): RequestActivities['advanceRequest'] {
  return ({ tenantId, requestId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const now = deps.now();
      const found = await requireLockedRequest(tx, requestId);
      const moved = await moveByItself(deps, tx, tenantId, found, now);
      const { dueAt, reminders } = await keepTime(deps, tx, tenantId, { ...found, state: moved }, now);
      const over = isRequestOver(moved);
      return {
        state: moved,
        over,
        work: moved === 'discovering' ? 'discover' : moved === 'fulfilling' ? 'fulfil' : 'wait',
        waitingFor: over ? null : (WAITS[moved] ?? null),
        nextAt: nextLook(found, moved, { dueAt, reminders }, now),
      } as const;
    });
}

/** For what each state waits; a blocked request is never silent. */
const WAITS: Readonly<Partial<Record<RequestState, string>>> = {
  identifying: 'proof of who asks',
  reviewing: 'a decision about what was found',
  approving: 'a second person',
};

async function moveByItself(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  found: SubjectRequest,
  now: Date,
): Promise<RequestState> {
  if (found.state === 'identifying' && now.getTime() >= expiryOf(found)) {
    await requireSaneClock(deps, tx, now, 'no request expires');
    return move(tx, tenantId, found, 'expire', 'request.expired', now);
  }
  if (found.state !== 'approving' || found.approvalId === null) return found.state;
  const approval = await readApproval(tx, found.approvalId);
  if (approval === undefined || approval.state === 'open') return found.state;
  if (approval.state !== 'approved') return (await moveRequest(tx, found, 'send-back')) ?? found.state;
  if (found.refusal === null) return (await moveRequest(tx, found, 'approve')) ?? found.state;
  return move(tx, tenantId, found, 'refuse', 'request.refused', now);
}

async function move(
  tx: Tx,
  tenantId: string,
  found: SubjectRequest,
  event: RequestEvent,
  act: LedgerAct,
  now: Date,
): Promise<RequestState> {
  const next = await moveRequest(tx, found, event, { endedAt: now.toISOString() });
  if (next === undefined) return found.state;
  const ground = found.refusal?.ground;
  await appendLeaf(tx, tenantId, {
    at: now,
    act,
    object: { type: 'request', id: found.id },
    outcome: next,
    facts: { was: found.state, ...(ground !== undefined && { ground }) },
  });
  return next;
}

/** Of a request that is never identified: when its clock has run out, or after the longest wait where that stops the clock. */
function expiryOf({ receivedAt, dueAt }: SubjectRequest): number {
  const latest = Date.parse(receivedAt) + LONGEST_IDENTIFYING_MS;
  return dueAt === null ? latest : Math.min(latest, Date.parse(dueAt));
}

/** Computes the clocks as of now and reminds, each time once; an overdue request goes on. */
async function keepTime(
  deps: Deps,
  tx: Tx,
  tenantId: string,
  request: SubjectRequest,
  now: Date,
): Promise<{ dueAt: string | null; reminders: number }> {
  if (isRequestOver(request.state)) return request;
  const clocks = clocksOf(request, await deps.packs.current(tx), now.toISOString());
  const dueAt = answerDueAt(clocks);
  if (dueAt === null) return { dueAt, reminders: request.reminders };
  const left = Date.parse(dueAt) - now.getTime();
  const reminders = REMINDERS_MS.filter((before) => left <= before).length;
  if (reminders > request.reminders) await requireSaneClock(deps, tx, now, 'nobody is reminded of a request');
  await changeRequest(tx, request.id, { dueAt, ...(reminders > request.reminders && { reminders }) });
  if (reminders > request.reminders) {
    await appendLeaf(tx, tenantId, {
      at: now,
      act: 'request.reminded',
      object: { type: 'request', id: request.id },
      outcome: left <= 0 ? 'overdue' : 'due',
      rules: clocks.filter((clock) => clock.dueAt === dueAt).map(({ id }) => id),
      facts: { dueAt, state: request.state, waitingFor: WAITS[request.state] ?? null },
    });
    const telling = { kind: 'request-clock', subjectId: request.id, step: `reminder-${reminders}` } as const;
    await mailOwnerOr(tx, { tenantId, now, newId: deps.newId }, telling, {
      owner: request.owner?.id ?? null,
      roles: ['compliance_officer'],
    });
  }
  return { dueAt, reminders: Math.max(reminders, request.reminders) };
}

function nextLook(
  found: SubjectRequest,
  state: RequestState,
  { dueAt, reminders }: { readonly dueAt: string | null; readonly reminders: number },
  now: Date,
): string {
  const candidates = [now.getTime() + LOOK_MS];
  const before = REMINDERS_MS[reminders];
  if (dueAt !== null && before !== undefined) candidates.push(Date.parse(dueAt) - before);
  if (state === 'identifying') candidates.push(expiryOf({ ...found, dueAt }));
  return new Date(Math.max(now.getTime() + 1000, Math.min(...candidates))).toISOString();
}
