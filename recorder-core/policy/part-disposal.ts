/**
 * Whether parts of a recording may be destroyed while the rest is kept: one party's channel, what was derived, a version
 * that another has replaced. Pure; the decision on the whole recording comes first and is never weakened here.
 */
import type { RetentionDecision } from './retention.ts';

/** Why parts are destroyed alone. */
export const PART_GROUNDS = [
  /** A person's erasure was approved. */
  'erasure',
  /** A party has withdrawn the consent on which its side was kept. */
  'consent-withdrawn',
  /** Derived from the call and not demanded by the rule that keeps it. */
  'derived-data',
  /** A newer version without a sensitive span stands in its place. */
  'redaction',
] as const;
export type PartGround = (typeof PART_GROUNDS)[number];

/** A part as the decision sees it. */
export interface CondemnedPart {
  readonly id: string;
  readonly kind: string;
}

/** Which parts may go now, and which stay. */
export interface PartVerdict {
  readonly destroy: readonly string[];
  readonly keep: readonly string[];
}

/** Whether a part of this kind was captured; all others are derived from such. */
export function isCaptured(kind: string): boolean {
  return kind === 'media' || kind === 'metadata';
}

/**
 * Divides parts by the decision on their recording, which has been made as if an erasure were approved. DISPOSE lets all go.
 * RESTRICT (a floor keeps the recording) lets go what was derived, and on the ground `redaction` what a rule orders to be
 * redacted. A hold, an open request or a conflict keeps everything.
 */
export function decideParts(
  { decision, actions }: Pick<RetentionDecision, 'decision' | 'actions'>,
  parts: readonly CondemnedPart[],
  ground: PartGround,
): PartVerdict {
  const mayGo = ({ kind }: CondemnedPart): boolean => {
    if (decision === 'DISPOSE') return true;
    if (decision !== 'RESTRICT') return false;
    if (ground === 'redaction' && actions.includes('redact-span')) return true;
    return actions.includes('erase-derived') && !isCaptured(kind);
  };
  return {
    destroy: parts.filter(mayGo).map(({ id }) => id),
    keep: parts.filter((part) => !mayGo(part)).map(({ id }) => id),
  };
}

/** A part as far as cuts tell: the one that it was made from without a span, and whether it is still there. */
export interface ReplacingPart {
  readonly id: string;
  readonly replaces: string | null;
  readonly destroyedAt: string | null;
}

/**
 * Whether nothing else goes with a part when all of `going` are destroyed: one without a span is left in its place, or it stands
 * beside one of them for which that is so, and was never heard.
 */
export function isReplaced(
  part: ReplacingPart,
  all: readonly ReplacingPart[],
  going: readonly string[],
): boolean {
  if (all.some((one) => one.replaces === part.id && one.destroyedAt === null && !going.includes(one.id)))
    return true;
  const origin = all.find(({ id }) => id === part.replaces);
  return origin !== undefined && going.includes(origin.id) && isReplaced(origin, all, going);
}
