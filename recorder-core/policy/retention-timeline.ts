/** What will become of an item if nothing more happens: each verdict to come, and from when. Pure. */
import { formatInstant, parseInstant } from './calendar.ts';
import type { RetentionItem } from './retention-item.ts';
import { decideRetention, type RetentionAction, type RetentionVerdict } from './retention.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

/** A verdict, from its instant until that of the next. */
export interface TimelineStep {
  readonly from: string;
  readonly decision: RetentionVerdict;
  readonly actions: readonly RetentionAction[];
  readonly reasons: readonly string[];
}

/**
 * The verdicts from an instant on, each where it changes. Complete: a verdict changes only at an instant that one of its
 * grounds names. The last step stands until an event (a release, an answer, the end of a contract) changes the facts.
 */
export function retentionTimeline(
  item: RetentionItem,
  from: string,
  pack: VerifiedRulePack,
): readonly TimelineStep[] {
  const start = formatInstant(parseInstant(from, 'from'));
  const instants = decideRetention(item, start, pack)
    .rules.flatMap(({ at }) => (at === null || at <= start ? [] : [at]))
    .sort();
  const steps: TimelineStep[] = [];
  for (const at of [start, ...new Set(instants)]) {
    const { decision, actions, reasons } = decideRetention(item, at, pack);
    const last = steps.at(-1);
    const same = last?.decision === decision && last.actions.join() === actions.join();
    if (!same) steps.push({ from: at, decision, actions, reasons });
  }
  return steps;
}
