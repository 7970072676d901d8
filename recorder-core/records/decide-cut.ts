import { factsOfSpan, maySpanGo } from '../policy/cut.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import type { RecordingCut } from './cuts.ts';
import type { Tx } from './database.ts';
import { decideItem, type DecidedRetention } from './decide-recording.ts';
import type { Recording } from './recordings.ts';
import { readRetentionFacts } from './retention-facts.ts';

/** The decision on the span of a cut, and whether by it the span may go now. */
export interface DecidedCut extends DecidedRetention {
  readonly mayGo: boolean;
}

/**
 * Puts the span of a cut before the retention policy as of `at`, with the holds, requests and floors of its recording, as if
 * its erasure were approved. Ask under the recording's lock.
 */
export async function decideCut(
  tx: Tx,
  recording: Recording,
  { id, ground }: Pick<RecordingCut, 'id' | 'ground'>,
  at: Date,
  rules: Rulebook,
): Promise<DecidedCut> {
  const agreed = { id, kind: 'erasure', state: 'approved' } as const;
  const facts = await readRetentionFacts(tx, recording, rules, [agreed]);
  const decided = decideItem(factsOfSpan(facts, ground, at.toISOString()), at, rules);
  return { ...decided, mayGo: maySpanGo(decided.decision) };
}
