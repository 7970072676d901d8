/** The life of a grant: a right that is given for a purpose and ends at its time. Pure; the rows follow it. */

/** What a grant can allow: the use of recordings, never the running of the product. */
export const GRANTABLE_ACTS = [
  'recording.list',
  'recording.read',
  'recording.play',
  'recording.export',
] as const;
export type GrantableAct = (typeof GRANTABLE_ACTS)[number];

/** `request`: asked for and agreed to by a second person. `break-glass`: taken in an emergency, and reviewed afterwards. */
export const GRANT_KINDS = ['request', 'break-glass'] as const;
export type GrantKind = (typeof GRANT_KINDS)[number];

/** Where a grant stands. `granted` is of use between its times only; what is over stays over. */
export const GRANT_STATES = [
  'requested',
  'granted',
  'refused',
  'withdrawn',
  'lapsed', // nobody decided in time
  'revoked',
  'ended', // its time was over
] as const;
export type GrantState = (typeof GRANT_STATES)[number];

/** What can happen to a grant. */
export const GRANT_EVENTS = ['approve', 'refuse', 'withdraw', 'lapse', 'revoke', 'end'] as const;
export type GrantEvent = (typeof GRANT_EVENTS)[number];

const NEXT: Readonly<Record<GrantState, Partial<Record<GrantEvent, GrantState>>>> = {
  requested: {
    approve: 'granted',
    refuse: 'refused',
    withdraw: 'withdrawn',
    lapse: 'lapsed',
    revoke: 'revoked', // whom it was for may not sign in any more
  },
  granted: { revoke: 'revoked', end: 'ended' },
  refused: {},
  withdrawn: {},
  lapsed: {},
  revoked: {},
  ended: {},
};

/** The state after an event, or undefined where the event cannot happen any more, or not yet. */
export function grantStateAfter(state: GrantState, event: GrantEvent): GrantState | undefined {
  return NEXT[state][event];
}

/** What of a grant decides whether it is of use. Milliseconds since 1970. */
export interface GrantTimes {
  readonly state: GrantState;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Whether a grant is of use at a moment: from its first millisecond on, until before its last. */
export function isGrantLive({ state, fromMs, untilMs }: GrantTimes, nowMs: number): boolean {
  return state === 'granted' && fromMs <= nowMs && nowMs < untilMs;
}

/** How a grant stands at a moment, whatever has run since. */
export type GrantPhase = 'waiting' | 'to-come' | 'live' | 'over';

/** What people are shown: a granted one whose time is over is over, although nothing has noted its end yet. */
export function grantPhase(grant: GrantTimes, nowMs: number): GrantPhase {
  if (grant.state === 'requested') return 'waiting';
  if (grant.state !== 'granted' || nowMs >= grant.untilMs) return 'over';
  return nowMs < grant.fromMs ? 'to-come' : 'live';
}

/** The longest time before its end that a grant is told to end soon, in milliseconds. */
export const LONGEST_WARNING_MS = 86_400_000;
/** A short grant is told to end soon when this share of it is left. */
export const SHARE_LEFT_AT_WARNING = 0.25;

/** Whether a grant that is of use now ends so soon that people are told: in its last day, or its last quarter if that is shorter. */
export function endsSoon(grant: GrantTimes, nowMs: number): boolean {
  const share = (grant.untilMs - grant.fromMs) * SHARE_LEFT_AT_WARNING;
  return isGrantLive(grant, nowMs) && nowMs >= grant.untilMs - Math.min(LONGEST_WARNING_MS, share);
}

/** The longest emergency, in milliseconds. */
export const LONGEST_BREAK_GLASS_MS = 3_600_000;
/** How far ahead a grant may begin. */
export const FURTHEST_BEGIN_MS = 90 * 86_400_000;

/** Why a period is refused; undefined where it is not. */
export type PeriodRefusal = 'grant/over' | 'grant/no-time' | 'grant/too-long' | 'grant/too-far';

/** Whether a grant may run from one moment to another, by the longest time that the installation allows. */
export function judgePeriod(
  { fromMs, untilMs }: Pick<GrantTimes, 'fromMs' | 'untilMs'>,
  nowMs: number,
  longestMs: number,
): PeriodRefusal | undefined {
  if (untilMs <= nowMs) return 'grant/over';
  if (!(fromMs < untilMs)) return 'grant/no-time';
  if (untilMs - Math.max(fromMs, nowMs) > longestMs) return 'grant/too-long';
  return fromMs - nowMs > FURTHEST_BEGIN_MS ? 'grant/too-far' : undefined;
}
