import type { SessionIdentity } from './session-identity.ts';

/**
 * How two recordings belong together. `same-call`: one call sent twice on purpose. `continuation`:
 * one goes on where the other ended or was lost. `same-group`: parts of one story, such as the two
 * ends of a call in dialogs of their own, or a consultation before a transfer.
 */
export type SessionRelation = 'same-call' | 'continuation' | 'same-group';

/** A recording as far as its relation to others depends on it. Times by the recorder's clock, epoch ms. */
export interface RelatedSession extends SessionIdentity {
  readonly startedAt: number;
  /** Of a recording that was broken off, its last packet; absent while it runs. */
  readonly endedAt?: number;
}

/** A source that lost its recorder tries the next one within its SIP timers; a person calls back later. */
const MAX_GAP_MS = 120_000;
/** Between the answer to an INVITE with Replaces and the end of the session it replaces. */
const TAKE_OVER_MS = 2_000;

/**
 * Tells how two recordings belong together, or undefined when nothing ties them. The order of the
 * two does not matter. A relation is a hint for whoever reads the recordings: nothing is ever
 * dropped for it. Pure.
 */
export function relate(a: RelatedSession, b: RelatedSession): SessionRelation | undefined {
  const sameSession = meet(a.sessions, b.sessions);
  const sameCall = meet(a.calls, b.calls);
  if (!sameSession && !sameCall && !meet(a.groups, b.groups)) return undefined;
  const [first, second] = a.startedAt <= b.startedAt ? [a, b] : [b, a];
  const gapMs = second.startedAt - (first.endedAt ?? Number.POSITIVE_INFINITY);
  const aside = gapMs < 0 && !((sameSession || sameCall) && takesOver(first, second));
  if (aside || a.startedAt === b.startedAt) {
    return (sameSession || sameCall) && sameParticipants(a, b) ? 'same-call' : 'same-group';
  }
  const counted = first.groupSequence !== undefined && second.groupSequence !== undefined;
  if (counted && first.groupSequence !== second.groupSequence) {
    // The source counts its sessions in the group itself: that is surer than the clock. One number twice is one session.
    return Math.abs(second.groupSequence - first.groupSequence) === 1 ? 'continuation' : 'same-group';
  }
  const goesOn = sameSession || meet(a.participants, b.participants);
  return goesOn && gapMs <= MAX_GAP_MS ? 'continuation' : 'same-group';
}

/** The new session stands a moment before the old one is ended in its favour (RFC 3891), and outlives it. */
function takesOver(first: RelatedSession, second: RelatedSession): boolean {
  const { endedAt = Number.POSITIVE_INFINITY } = first;
  const bothMs = endedAt - second.startedAt;
  const outlives = (second.endedAt ?? Number.POSITIVE_INFINITY) > endedAt;
  return outlives && bothMs <= TAKE_OVER_MS && second.startedAt - first.startedAt > bothMs;
}

/** Who is known of one is known of the other: one recorder may have heard of a party that the other has not. */
function sameParticipants(a: SessionIdentity, b: SessionIdentity): boolean {
  const [fewer, more] =
    a.participants.length <= b.participants.length
      ? [a.participants, b.participants]
      : [b.participants, a.participants];
  const known = new Set(more);
  return fewer.every((participant) => known.has(participant));
}

function meet(left: readonly string[], right: readonly string[]): boolean {
  const known = new Set(left);
  return right.some((item) => known.has(item));
}
