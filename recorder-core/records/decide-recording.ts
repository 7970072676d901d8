import { decideRetention, type RetentionDecision } from '../policy/retention.ts';
import type { VerifiedRulePack } from '../policy/rule-pack.ts';
import { listHolds } from './holds.ts';
import type { Tx } from './database.ts';
import type { Explanation, Recording } from './recordings.ts';

/** The one way in which a stored recording is put before the retention policy, whoever asks. */
export async function decideRecording(
  tx: Tx,
  recording: Recording,
  at: Date,
  pack: VerifiedRulePack,
): Promise<{ decision: RetentionDecision; explanation: Explanation }> {
  const holds = await listHolds(tx, recording.id); // released ones too: the policy knows their grace
  const decision = decideRetention(
    {
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
    },
    at.toISOString(),
    pack,
  );
  return {
    decision,
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
      decidedAt: at.toISOString(),
    },
  };
}
