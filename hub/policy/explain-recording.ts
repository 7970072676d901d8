import type { RetentionGround } from '../../recorder-core/policy/retention-grounds.ts';
import { retentionTimeline, type TimelineStep } from '../../recorder-core/policy/retention-timeline.ts';
import { decideRetention, type RetentionDecision } from '../../recorder-core/policy/retention.ts';
import type { Rulebook } from '../../recorder-core/policy/rulebook.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { RecordingFacts } from '../../recorder-core/records/retention-facts.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import { factsIf, rulesFor, type WhatIf } from './what-if.ts';

/** What happens to a recording and why, by one set of rules. */
export interface RecordingAnswer {
  readonly pack: { readonly id: string; readonly version: string; readonly digest: string };
  readonly policyVersion: number;
  readonly classes: readonly string[];
  readonly places: readonly string[];
  readonly decision: RetentionDecision;
  readonly timeline: readonly TimelineStep[];
}

/** As it is, and as it would be; `changed` are the rules that take part in one of the two only, or with another date. */
export interface RecordingSimulation {
  readonly at: string;
  readonly now: RecordingAnswer;
  readonly then: RecordingAnswer;
  readonly changed: string[];
}

/** Answers "what happens to this recording and why" and "what would change if", and changes nothing. @throws as `rulesFor`. */
export async function explainRecording(
  tx: Tx,
  packs: RulePacks,
  tenantId: string,
  recording: RecordingFacts,
  whatIf: WhatIf & { readonly at: string },
): Promise<RecordingSimulation> {
  const { at } = whatIf;
  const { inForce, asked } = await rulesFor(tx, packs, tenantId, whatIf);
  const now = await answer(tx, recording, inForce, {}, at);
  const then = await answer(tx, recording, asked, whatIf, at);
  return { at, now, then, changed: changedRules(now.decision.rules, then.decision.rules) };
}

/** Ids of the grounds that two decisions do not share, sorted. */
export function changedRules(a: readonly RetentionGround[], b: readonly RetentionGround[]): string[] {
  const keys = (grounds: readonly RetentionGround[]): Map<string, string> =>
    new Map(
      grounds.map(({ id, subject, at, binding }) => [
        `${id}\n${subject ?? ''}\n${at ?? ''}\n${String(binding)}`,
        id,
      ]),
    );
  const [left, right] = [keys(a), keys(b)];
  const only = [...left, ...right].filter(([key]) => left.has(key) !== right.has(key)).map(([, id]) => id);
  return [...new Set(only)].sort();
}

async function answer(
  tx: Tx,
  recording: RecordingFacts,
  rules: Rulebook,
  whatIf: WhatIf,
  at: string,
): Promise<RecordingAnswer> {
  const [item] = await factsIf(tx, [recording], rules, whatIf, { at, promised: true });
  if (item === undefined) throw new Error('Facts were asked of one recording and none were given.');
  const { id, version, digest } = rules.pack;
  return {
    pack: { id, version, digest },
    policyVersion: rules.policyVersion,
    classes: item.classes,
    places: item.jurisdictions,
    decision: decideRetention(item, at, rules.pack),
    timeline: retentionTimeline(item, at, rules.pack),
  };
}
