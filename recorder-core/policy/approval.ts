/** The life of an approval, and who may end it. Pure; the rows follow it. */
import { decideAccess, ROLES, type Act, type Role } from './access.ts';

/** What is asked about. Each kind has one consumer of its end (hub/worker/approval-consumers.ts). */
export const APPROVAL_KINDS = [
  'access-policy',
  'access-grant',
  'access-rules',
  'break-glass-review',
  'consent-conflict',
  'disposal-review',
  'disposal-run',
  'export',
  'hold-release',
  'incident-close',
  'recording-cut',
  'request-erasure',
  'request-refusal',
  'rule-pack',
  'tenant-policy',
] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** Where an approval stands; all but the first are ends. */
export const APPROVAL_STATES = ['open', 'approved', 'refused', 'expired', 'withdrawn'] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];
/** How an approval can end. */
export type ApprovalOutcome = Exclude<ApprovalState, 'open'>;

/** What ends an approval; nothing follows. */
export const APPROVAL_EVENTS = ['approve', 'refuse', 'expire', 'withdraw'] as const;
export type ApprovalEvent = (typeof APPROVAL_EVENTS)[number];

const ENDS: Readonly<Record<ApprovalEvent, ApprovalOutcome>> = {
  approve: 'approved',
  refuse: 'refused',
  expire: 'expired',
  withdraw: 'withdrawn',
};

/** The state after an event, or undefined where it is over already: the first end stands. */
export function approvalStateAfter(state: ApprovalState, event: ApprovalEvent): ApprovalOutcome | undefined {
  return state === 'open' ? ENDS[event] : undefined;
}

/** What of an approval decides who may end it. */
export interface AskedApproval {
  readonly state: ApprovalState;
  /** What the role of whoever decides must allow, besides `approval.decide`. */
  readonly act: string;
  /** Id of who asked; null where the product itself did. */
  readonly requestedBy: string | null;
  /** Whom it is for, or about: they, and those in such a group, have no say in it. */
  readonly notBy?: { readonly user: string | null; readonly group: string | null };
  readonly dueAtMs: number;
}

/** Somebody with a role. */
export interface PersonWithRole {
  readonly id: string;
  readonly role: string;
  readonly groups?: readonly string[];
}

/** Who wants to decide, and who has lent them the right to: delegations in force, of people who still work here. */
export interface Decider extends PersonWithRole {
  readonly lentBy: readonly PersonWithRole[];
}

/** Whether somebody may decide, by which rule, and on whose behalf. */
export interface DeciderDecision {
  readonly allowed: boolean;
  readonly rule:
    | 'approval/over'
    | 'approval/late'
    | 'approval/own-request'
    | 'approval/own-benefit'
    | 'approval/own-right'
    | 'approval/lent-right'
    | 'approval/no-right';
  readonly onBehalfOf: string | null;
}

/**
 * Decides whether a person may agree or refuse now. Never who asked or whom it is for, by whatever right; never by a right that
 * one of these has lent; a lent right is worth what its giver's own role allows, and cannot be lent on.
 */
export function decideDecider(asked: AskedApproval, decider: Decider, nowMs: number): DeciderDecision {
  const refused = (rule: DeciderDecision['rule']) => ({ allowed: false, rule, onBehalfOf: null });
  if (asked.state !== 'open') return refused('approval/over');
  if (nowMs >= asked.dueAtMs) return refused('approval/late');
  if (decider.id === asked.requestedBy) return refused('approval/own-request');
  if (isBarred(asked, decider)) return refused('approval/own-benefit');
  if (mayDecide(decider.role, asked.act))
    return { allowed: true, rule: 'approval/own-right', onBehalfOf: null };
  const giver = decider.lentBy.find(
    (each) => each.id !== asked.requestedBy && !isBarred(asked, each) && mayDecide(each.role, asked.act),
  );
  if (giver === undefined) return refused('approval/no-right');
  return { allowed: true, rule: 'approval/lent-right', onBehalfOf: giver.id };
}

/** Whether somebody has no say because it is for them, or about them. */
export function isBarred(
  { notBy }: Pick<AskedApproval, 'notBy'>,
  { id, groups = [] }: PersonWithRole,
): boolean {
  if (notBy === undefined) return false;
  return id === notBy.user || (notBy.group !== null && groups.includes(notBy.group));
}

/** Whether a role by itself may decide about an act of others. */
export function mayDecide(role: string, act: string): boolean {
  return decideAccess({ role, act: 'approval.decide' }).allowed && decideAccess({ role, act }).allowed;
}

/** Who is asked from when on, counted from the asking; later levels add to the earlier ones. */
export interface ApprovalLevel {
  readonly afterMs: number;
  readonly roles: readonly Role[];
}

/**
 * The levels where the caller names none: first the roles that decide about such things daily, from half of the time on
 * the administrators as well. Levels say who is asked, never who may.
 */
export function usualLevels(act: Act, periodMs: number): readonly ApprovalLevel[] {
  const able = ROLES.filter((role) => mayDecide(role, act));
  const daily = able.filter((role) => role !== 'administrator');
  if (daily.length === 0 || daily.length === able.length) return [{ afterMs: 0, roles: able }];
  return [
    { afterMs: 0, roles: daily },
    { afterMs: Math.floor(periodMs / 2), roles: ['administrator'] },
  ];
}

/** Whether people of a role are asked at a level. */
export function isAsked(levels: readonly ApprovalLevel[], level: number, role: string): boolean {
  return levels.slice(0, level + 1).some(({ roles }) => (roles as readonly string[]).includes(role));
}

/** Whether an approval waits for somebody: they may decide now, and by a right of theirs are asked at the level that was reached. */
export function waitsForDecider(
  asked: AskedApproval & { readonly levels: readonly ApprovalLevel[]; readonly level: number },
  decider: Decider,
  nowMs: number,
): boolean {
  if (!decideDecider(asked, decider, nowMs).allowed) return false;
  return [decider, ...decider.lentBy].some(
    (each) =>
      each.id !== asked.requestedBy &&
      !isBarred(asked, each) &&
      mayDecide(each.role, asked.act) &&
      isAsked(asked.levels, asked.level, each.role),
  );
}

/** What of an open approval decides what time does to it. */
export interface WaitingApproval {
  readonly requestedAtMs: number;
  readonly dueAtMs: number;
  readonly levels: readonly ApprovalLevel[];
  /** The level that was reached, and the reminders that were noted. */
  readonly level: number;
  readonly reminders: number;
}

/** What is due by now, if anything, and when to look again. */
export interface ApprovalStep {
  readonly expire: boolean;
  readonly level: number;
  readonly reminders: number;
  readonly nextAtMs: number;
}

/** Reminders come after each quarter of the time, before the last. */
const REMINDERS = 3;

/** What time has made due; what was missed while nobody looked is made up for at once, each level and reminder once. */
export function stepOf(waiting: WaitingApproval, nowMs: number): ApprovalStep {
  const { requestedAtMs, dueAtMs, levels } = waiting;
  const reminderAt = (n: number) =>
    requestedAtMs + Math.ceil(((dueAtMs - requestedAtMs) * n) / (REMINDERS + 1));
  const moments = [
    ...levels.map(({ afterMs }) => requestedAtMs + afterMs),
    ...Array.from({ length: REMINDERS }, (_, n) => reminderAt(n + 1)),
  ].filter((at) => at > nowMs);
  const reached = levels.filter(({ afterMs }) => requestedAtMs + afterMs <= nowMs).length - 1;
  let reminders = waiting.reminders;
  while (reminders < REMINDERS && reminderAt(reminders + 1) <= nowMs) reminders += 1;
  return {
    expire: nowMs >= dueAtMs,
    level: Math.max(waiting.level, reached),
    reminders,
    nextAtMs: Math.min(dueAtMs, ...moments),
  };
}
