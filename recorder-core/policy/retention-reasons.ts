/** Retention decisions in sentences for people; rule ids and dates, no personal data. */
import type { RetentionGround } from './retention-grounds.ts';
import type { RetentionVerdict } from './retention.ts';

const VERDICT_TEXT = {
  RETAIN: 'Keep.',
  RESTRICT: 'Keep for the legal obligation only, with playback restricted.',
  DEFER: 'Wait: an open request needs this item.',
  DISPOSE: 'Dispose: nothing keeps this item any longer.',
  CONFLICT:
    'Keep and restrict: one rule demands keeping beyond what another allows, so a person has to decide.',
} as const satisfies Record<RetentionVerdict, string>;

/** The verdict first, then one sentence a ground, in the grounds' order. */
export function explainRetention(
  decision: RetentionVerdict,
  grounds: readonly RetentionGround[],
  at: string,
): readonly string[] {
  return [
    VERDICT_TEXT[decision],
    ...grounds.map((ground) => `${sentence(ground, at)} (${ground.id}, ${ground.source}).`),
  ];
}

function sentence(ground: RetentionGround, at: string): string {
  const text = claim(ground, at);
  if (ground.status === 'verified') return text;
  return ground.binding
    ? `${text}; unverified, but it keeps`
    : `${text}; not acted on, because it is unverified`;
}

function claim(ground: RetentionGround, at: string): string {
  const { kind, subject } = ground;
  if (kind === 'hold') return subject === null ? `Held ${until(ground, at)}` : `Held by ${subject}`;
  if (kind === 'grace') return `Hold ${subject ?? ''} was released; kept for its grace ${until(ground, at)}`;
  if (kind === 'lock') return `The stored object is locked ${until(ground, at)}`;
  if (kind === 'request') return subject === null ? 'A request is open' : `Request ${subject} is open`;
  if (kind === 'restrict') return 'Use is restricted';
  if (kind === 'floor') return `Must be kept ${until(ground, at)}`;
  if (kind === 'ceiling') return `May be kept ${until(ground, at)}`;
  return ground.at === null
    ? 'To be deleted after an event that has not happened yet'
    : `To be deleted from ${ground.at}`;
}

function until(ground: RetentionGround, at: string): string {
  if (ground.at === null) return 'until an event that has not happened yet';
  return ground.at > at ? `until ${ground.at}` : `until ${ground.at}, which has passed`;
}
