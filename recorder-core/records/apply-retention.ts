import { isCaptured } from '../policy/part-disposal.ts';
import type { RetentionDecision } from '../policy/retention.ts';
import type { RestrictionGround, StatedPurpose } from '../policy/restriction.ts';
import type { Tx } from './database.ts';
import type { DecidedRetention } from './decide-recording.ts';
import { openIncident } from './open-incident.ts';
import { askPartDisposal, listCondemned } from './part-disposals.ts';
import { readParts } from './parts.ts';
import { storedOf, storeRetention, type StoredRetention } from './recording-retention.ts';
import { liftRestriction, restrictRecording, type Restricting } from './restrictions.ts';

const DAY_MS = 86_400_000;
/** A recording without a date is looked at again after this long, should a fact have changed that nobody told of. */
const WITHOUT_DATE_MS = 30 * DAY_MS;
/** An open request, a conflict: whoever answers has it decided at once, and this is the second net. */
const WAITING_MS = DAY_MS;

/** So long after a decision the next look may be, where no date of the rules says when. */
export const WAITS_MS = [WITHOUT_DATE_MS, WAITING_MS] as const;

/** The ground under which the retention policy itself restricts. */
export const RETENTION_GROUND = 'retention';
const KEPT_FOR: readonly StatedPurpose[] = ['legal-obligation', 'legal-claim'];

/**
 * When a recording that stays is looked at next; null where that is its date. Between now and then a ceiling may pass below
 * a floor, or sensitive data fall due: then the answer changes without the recording's going. Pure.
 */
export function nextLook({ decision, mayDispose, retainUntil }: DecidedRetention, now: Date): string | null {
  if (mayDispose) return null; // it is due, whatever spared it this time
  const turns = decision.rules
    .filter(({ kind, binding, at }) => binding && at !== null && (kind === 'ceiling' || kind === 'deleteAt'))
    .map(({ at }) => Date.parse(at ?? ''))
    .filter((at) => at > now.getTime());
  const date = retainUntil === null ? undefined : Date.parse(retainUntil);
  const waits = date !== undefined && date > now.getTime() ? date : now.getTime() + waitOf(decision);
  const next = Math.min(...turns, waits);
  return next === date ? null : new Date(next).toISOString();
}

function waitOf({ decision }: RetentionDecision): number {
  return decision === 'RETAIN' ? WITHOUT_DATE_MS : WAITING_MS;
}

/** What is stored of a decision on a recording that stays, with when it is looked at next. Pure. */
export function storedDecision(decided: DecidedRetention, now: Date): StoredRetention {
  return storedOf(decided.explanation, decided.retainUntil, nextLook(decided, now));
}

/** Stores that of one recording. */
export async function keepDecision(
  tx: Tx,
  recordingId: string,
  decided: DecidedRetention,
  now: Date,
): Promise<void> {
  await storeRetention(tx, [{ id: recordingId, ...storedDecision(decided, now) }]);
}

/** Whether `applyActions` would do anything; asked of millions, so that only those that change cost a statement. Pure. */
export function needsActions(
  { restriction }: { readonly restriction: readonly RestrictionGround[] | null },
  { actions }: Pick<RetentionDecision, 'actions'>,
): boolean {
  const standing = restriction?.some(({ id }) => id === RETENTION_GROUND) === true;
  return standing || actions.some((action) => action !== 'review-before-disposal');
}

/**
 * Does what a decision that keeps demands besides keeping: restricts the use or lifts that again, has what was derived
 * destroyed, and opens a ticket for a conflict. In the transaction of the decision; doing it again changes nothing.
 */
export async function applyActions(
  tx: Tx,
  recordingId: string,
  { decision }: DecidedRetention,
  restricting: Restricting,
): Promise<void> {
  const { actions } = decision;
  if (actions.includes('restrict-playback')) {
    const rules = decision.rules
      .filter(({ kind, binding }) => binding && kind !== 'default')
      .map(({ id }) => id);
    const why = decision.reasons[0] ?? 'The rules keep it and restrict its use.';
    const ground = { id: RETENTION_GROUND, why, rules: [...new Set(rules)], purposes: KEPT_FOR };
    await restrictRecording(tx, recordingId, ground, restricting);
  } else await liftRestriction(tx, recordingId, RETENTION_GROUND, restricting);
  if (actions.includes('erase-derived')) await condemnDerived(tx, recordingId, restricting);
  if (actions.includes('open-ticket')) await openConflict(tx, recordingId, decision, restricting);
}

/** What was derived is not what the duty is about; it is decided about once more when it goes. */
async function condemnDerived(
  tx: Tx,
  recordingId: string,
  { tenantId, now, newId, trace }: Restricting,
): Promise<void> {
  const ordered = new Set(await listCondemned(tx, recordingId));
  const derived = (await readParts(tx, recordingId)).filter(
    ({ id, kind, destroyedAt }) => destroyedAt === null && !isCaptured(kind) && !ordered.has(id),
  );
  if (derived.length === 0) return;
  const partIds = derived.map(({ id }) => id);
  const order = { tenantId, id: newId(now), recordingId, partIds, ground: 'derived-data' as const, now };
  await askPartDisposal(tx, { ...order, ...(trace !== undefined && { trace }) });
}

/** One incident a set of rules and not a recording: a rule that is wrong is wrong for all that it is about. */
async function openConflict(
  tx: Tx,
  recordingId: string,
  decision: RetentionDecision,
  { tenantId, now, newId }: Restricting,
): Promise<void> {
  const rules = decision.rules.filter(({ kind }) => kind === 'floor' || kind === 'ceiling');
  const ids = [...new Set(rules.map(({ id }) => id))].sort();
  await openIncident(tx, {
    tenantId,
    key: `retention-conflict/${ids.join('+')}`,
    kind: 'retention',
    severity: 'medium',
    title: 'One rule demands that recordings are kept beyond the date at which another wants them gone.',
    detector: 'retention',
    detectedAt: now,
    facts: { rules: ids, recording: recordingId },
    now,
    newId,
  });
}
