import { HoldfastError } from '../../recorder-core/errors.ts';
import { LONGEST_BREAK_GLASS_MS, type GrantableAct } from '../../recorder-core/policy/grant-state.ts';
import { insertGrant, listOverdueEmergencies, lockGrant } from '../../recorder-core/records/access-grants.ts';
import { listAuthenticators } from '../../recorder-core/records/authenticators.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { stepGrant } from '../../recorder-core/records/end-grants.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { openIncident } from '../../recorder-core/records/open-incident.ts';
import type { Session } from '../../recorder-core/records/sessions.ts';
import type { Asking } from '../identity/asking.ts';
import { isFresh, stepUpRequired } from '../identity/step-up.ts';
import { carryTrace } from '../observability/tracing.ts';

/** How long there is to review an emergency after it, in milliseconds. */
export const REVIEW_MS = 3 * 86_400_000;

/** How old a proof of presence may be for an emergency, in seconds. */
const PROOF_SECONDS = 300;

/** An emergency. What leaves the house is no part of it: an export can wait for a second person. */
export interface Emergency {
  /** Number of the ticket that it is about. */
  readonly ticket: string;
  readonly reason: string;
  readonly minutes: number;
}

const EMERGENCY_ACTS: readonly GrantableAct[] = ['recording.list', 'recording.read', 'recording.play'];

/** What an emergency came to. */
export interface BrokenGlass {
  readonly id: string;
  readonly untilMs: number;
  readonly incidentId: string;
}

/**
 * Asks for a fresh proof of presence of those who can give one; an emergency does not wait until somebody has enrolled.
 * @throws HoldfastError `step_up_required`.
 */
export async function requireProofWherePossible(
  tx: Tx,
  session: Pick<Session, 'steppedUpAt'>,
  userId: string,
  now: Date,
): Promise<void> {
  if (isFresh(session, now, PROOF_SECONDS) || (await listAuthenticators(tx, userId)).length === 0) return;
  throw stepUpRequired('break-glass.use', PROOF_SECONDS);
}

/**
 * Gives whoever asks the right to list, read and play every recording for an hour at most, at once and without a second person:
 * the right, its leaf, an incident that alerts, and the question to somebody else whether it was right, in one transaction. Walls
 * and restrictions stand all the same. @throws HoldfastError `conflict` where one is open already; `invalid_input`.
 */
export async function breakGlass(tx: Tx, asking: Asking, emergency: Emergency): Promise<BrokenGlass> {
  const { tenantId, person, now, newId } = asking;
  const ms = emergency.minutes * 60_000;
  if (!(ms > 0 && ms <= LONGEST_BREAK_GLASS_MS))
    throw new HoldfastError('invalid_input', 'An emergency right lasts a minute to an hour.', {
      field: '/body/minutes',
    });
  await endOverdue(tx, asking);
  const id = newId(now);
  const untilMs = now.getTime() + ms;
  const { id: incidentId } = await alert(tx, asking, id, emergency, untilMs);
  const { ticket, reason } = emergency;
  const made = await insertGrant(tx, tenantId, {
    id,
    kind: 'break-glass',
    to: { user: person.id },
    acts: EMERGENCY_ACTS,
    purpose: 'emergency',
    scope: { kind: 'all' },
    fromMs: now.getTime(),
    untilMs,
    reason,
    ticket,
    incidentId,
    state: 'granted',
    requestedBy: person.id,
    requestedAt: now.toISOString(),
  });
  if (!made)
    throw new HoldfastError(
      'conflict',
      'You have an emergency right already; there is one at a time. End it, or go on with it.',
    );
  const until = new Date(untilMs).toISOString();
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'glass.broken',
      object: { type: 'grant', id },
      outcome: 'allowed',
      facts: { acts: [...EMERGENCY_ACTS], until, incidentId },
    },
    { ...actedBy(person), ticket, reason },
  );
  await askReview(tx, asking, { grantId: id, untilMs, ...emergency, askedBefore: 0 });
  return { id, untilMs, incidentId };
}

/** An emergency whose time is over is no reason against another; nothing may have noted its end yet. */
async function endOverdue(tx: Tx, asking: Asking): Promise<void> {
  for (const id of await listOverdueEmergencies(tx, asking.person.id, asking.now)) {
    const grant = await lockGrant(tx, id);
    if (grant !== undefined) await stepGrant(tx, asking, grant, 'end');
  }
}

function alert(
  tx: Tx,
  { tenantId, person, now, newId }: Asking,
  grantId: string,
  { ticket, reason }: Emergency,
  untilMs: number,
) {
  return openIncident(tx, {
    tenantId,
    key: `break-glass/${grantId}`,
    kind: 'access',
    severity: 'high',
    title: 'Somebody took an emergency right to all recordings',
    description: `${person.name}, ticket ${ticket}: ${reason}`,
    detector: 'break-glass',
    detectedAt: now,
    facts: { grant: grantId, user: person.id, until: new Date(untilMs).toISOString() },
    now,
    newId,
    trace: carryTrace(),
  });
}

/** What a review is about. */
export interface AskedReview {
  readonly grantId: string;
  readonly untilMs: number;
  readonly ticket: string;
  readonly reason: string;
  /** How often nobody has answered. */
  readonly askedBefore: number;
}

/** Asks somebody else than who used it whether an emergency right was used rightly; asked anew where nobody answers. */
export async function askReview(
  tx: Tx,
  { tenantId, person, now, newId }: Pick<Asking, 'tenantId' | 'person' | 'now' | 'newId'>,
  { grantId, untilMs, ticket, reason, askedBefore }: AskedReview,
): Promise<void> {
  await askApproval(tx, {
    tenantId,
    id: newId(now),
    kind: 'break-glass-review',
    subject: { type: 'grant', id: grantId },
    act: 'break-glass.review',
    requestedBy: null, // so that it cannot be taken back by whoever it is about
    notBy: { user: person.id, group: null },
    summary: `Says that ${person.name} used their emergency right for ticket ${ticket} rightly. ${reason}`,
    facts: { who: person.name, ticket, until: new Date(untilMs).toISOString(), askedBefore },
    dueAt: new Date(Math.max(untilMs, now.getTime()) + REVIEW_MS),
    now,
    newId,
    trace: carryTrace(),
  });
}
