import { decideRetention, type RetentionDecision } from '../policy/retention.ts';
import type { RetentionItem } from '../policy/retention-item.ts';
import type { VerifiedRulePack } from '../policy/rule-pack.ts';
import { listHolds } from './holds.ts';
import type { Tx } from './database.ts';
import type { Explanation, Recording } from './recordings.ts';

/** A decision on a recording, and how it is kept with it. */
export interface DecidedRetention {
  readonly decision: RetentionDecision;
  /** True when the rules say DISPOSE and none of them asks that a person look first. */
  readonly mayDispose: boolean;
  /**
   * The date to keep. Nobody can say when a hold will end, so of a held recording it is the date that the rules give
   * without the hold: the sweep passes over it while it is held, and finds it again once it is released.
   */
  readonly retainUntil: string | null;
  readonly explanation: Explanation;
}

/** The one way in which a stored recording is put before the retention policy, whoever asks. */
export async function decideRecording(
  tx: Tx,
  recording: Recording,
  at: Date,
  pack: VerifiedRulePack,
): Promise<DecidedRetention> {
  const holds = await listHolds(tx, recording.id); // released ones too: the policy knows their grace
  const item: RetentionItem = {
    id: recording.id,
    capturedAt: recording.endedAt,
    kind: 'call',
    classes: [recording.retentionClass],
    triggers: { captureEnd: recording.endedAt },
    holds: holds.map(({ id, releasedAt }) => ({ id, kind: 'legal', releasedAt })),
    requests: [],
    jurisdictions: [],
    // A date that was once promised is never brought forward by a later, shorter rule.
    lockedUntil: recording.retainUntil,
  };
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
      decidedAt,
    },
  };
}
