import { latestFloor } from '../policy/lock-date.ts';
import type { ItemRequest, RetentionItem } from '../policy/retention-item.ts';
import { decideRetention, type RetentionDecision } from '../policy/retention.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import type { Tx } from './database.ts';
import { reviewsOf } from './disposal-reviews.ts';
import type { Explanation } from './explanation.ts';
import type { Recording } from './recordings.ts';
import { latest, readRetentionFacts } from './retention-facts.ts';

/** A decision on a recording, and how it is kept with it. */
export interface DecidedRetention {
  readonly decision: RetentionDecision;
  /** True when the rules say DISPOSE, and none of them asks that a person look first or one has agreed. */
  readonly mayDispose: boolean;
  /**
   * The date to keep. Nobody can say when a hold will end, so of a held recording it is the date that the rules give
   * without the hold: the sweep passes over it while it is held, and finds it again once it is released.
   */
  readonly retainUntil: string | null;
  readonly explanation: Explanation;
}

/**
 * The one way in which a stored recording is put before the retention policy, whoever asks. `assumed` requests are added to
 * those that stand: so one asks what an approved erasure would do.
 */
export async function decideRecording(
  tx: Tx,
  recording: Recording,
  at: Date,
  rules: Rulebook,
  assumed: readonly ItemRequest[] = [],
): Promise<DecidedRetention> {
  const decided = decideItem(await readRetentionFacts(tx, recording, rules, assumed), at, rules);
  if (decided.mayDispose || decided.decision.decision !== 'DISPOSE') return decided;
  const review = (await reviewsOf(tx, [recording.id])).get(recording.id);
  return { ...decided, mayDispose: review?.outcome === 'approved' };
}

/** The same on facts that are gathered already: of many recordings at once, or of one as it might be. Pure. */
export function decideItem(item: RetentionItem, at: Date, rules: Rulebook): DecidedRetention {
  const { pack, policyVersion } = rules;
  const decidedAt = at.toISOString();
  const decision = decideRetention(item, decidedAt, pack);
  const { retainUntil } =
    decision.retainUntil === null ? decideRetention({ ...item, holds: [] }, decidedAt, pack) : decision;
  return {
    decision,
    mayDispose: decision.decision === 'DISPOSE' && !decision.actions.includes('review-before-disposal'),
    retainUntil,
    explanation: {
      outcome: decision.decision,
      reasons: decision.reasons,
      rules: decision.rules.map(({ id, source, status, kind, at: instant, binding }) => ({
        id,
        source,
        status,
        detail: `${kind}${instant === null ? '' : ` until ${instant}`}${binding ? '' : ', shown but not acted on'}`,
      })),
      packDigest: decision.packDigest,
      ...(policyVersion === 0 ? {} : { policyVersion }),
      decidedAt,
      keptFor: latest(item.keptFor ?? null, latestFloor(decision)),
    },
  };
}
