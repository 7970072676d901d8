import { formatInstant } from './calendar.ts';
import type { RetentionDecision } from './retention.ts';

/**
 * Until when the stored objects of an item may be locked: to the latest floor that binds, and never past the first date
 * at which a rule says that it must go, because nobody can lift such a lock. Null where no floor binds: dates that
 * merely allow keeping are left to the evaluator, who can still be overruled by an erasure.
 */
export function lockDateOf(decision: Pick<RetentionDecision, 'rules'>): string | null {
  const floor = latestFloor(decision);
  if (floor === null) return null;
  const ends = datesOf(decision, 'ceiling', 'deleteAt');
  return formatInstant(Math.min(Date.parse(floor), ...ends));
}

/** The latest floor that binds and has a date; null where none does. It is a promise that no erasure brings forward. */
export function latestFloor(decision: Pick<RetentionDecision, 'rules'>): string | null {
  const floors = datesOf(decision, 'floor');
  return floors.length === 0 ? null : formatInstant(Math.max(...floors));
}

function datesOf({ rules }: Pick<RetentionDecision, 'rules'>, ...kinds: string[]): number[] {
  return rules
    .filter(({ kind, binding, at }) => binding && at !== null && kinds.includes(kind))
    .map(({ at }) => Date.parse(at ?? ''));
}
