/**
 * What follows for one stored recording when a party changes its mind. The decision on retention comes first and is never
 * weakened: what a hold, an open request or a floor keeps is kept, and then locked away from every other use. Pure.
 */
import type { RetentionVerdict } from './retention.ts';

/** What was said. `conflict-…` is the answer of the person who decides about a conflict of laws. */
export const CHANGE_KINDS = ['assented', 'refused', 'withdrawn', 'conflict-kept', 'conflict-ended'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** What is to follow where nothing keeps the recording. */
export type ChangeEffect = 'restrict' | 'erase';

/** One recording as the change finds it. */
export interface ChangedRecording {
  readonly kind: ChangeKind;
  readonly effect: ChangeEffect;
  /** Being disposed of, or gone. */
  readonly over: boolean;
  /** The party speaks on lines of its own, and others are recorded beside it. */
  readonly separable: boolean;
  /** The outcome under which it was recorded. */
  readonly outcome: string;
  /** Another basis than consent: the law demands the recording and asks nobody. */
  readonly otherBasis: boolean;
  /** The decision on retention, made as if an erasure were approved. */
  readonly verdict: RetentionVerdict;
}

/** What is done, with the sentence that is shown. */
export interface ChangeAction {
  readonly action: 'noted' | 'kept' | 'restricted' | 'lifted' | 'side-destroyed' | 'disposal-due' | 'gone';
  readonly ground: string;
}

/** Outcomes that rest on what the parties answered; of all others nobody had to be asked. */
const ON_CONSENT: ReadonlySet<string> = new Set(['ASSENT', 'OWN_SIDE_ONLY', 'DO_NOT_RECORD', 'REFUSE_CALL']);

/** Decides about one recording. A withdrawal never makes anything less strict: it restricts, destroys, or changes nothing. */
export function decideChange(recording: ChangedRecording): ChangeAction {
  const { kind, effect, over, outcome, otherBasis, verdict, separable } = recording;
  if (over) return { action: 'gone', ground: 'It is gone, or on its way out, already.' };
  if (kind === 'assented' || kind === 'conflict-kept')
    return {
      action: 'lifted',
      ground: 'The lock that waited for this answer is taken away, if there was one.',
    };
  const conflict = kind === 'conflict-ended';
  if (!conflict && otherBasis)
    return {
      action: 'kept',
      ground: 'The law demands the recording and asks nobody, so it does not rest on consent.',
    };
  if (!conflict && !ON_CONSENT.has(outcome))
    return {
      action: 'kept',
      ground: `It was recorded under ${outcome}, which asks nobody for consent. An objection or an erasure is a request.`,
    };
  if (verdict !== 'DISPOSE') return { action: 'restricted', ground: KEEPERS[verdict] };
  if (!conflict && effect === 'restrict')
    return {
      action: 'restricted',
      ground: 'Consent was withdrawn; it is locked, and goes when its time has come.',
    };
  if (!conflict && separable)
    return { action: 'side-destroyed', ground: 'Nothing keeps it, so the side of this party is destroyed.' };
  return {
    action: 'disposal-due',
    ground: 'Nothing keeps it and one side cannot be told from the other, so all of it goes.',
  };
}

const KEEPERS: Readonly<Record<Exclude<RetentionVerdict, 'DISPOSE'>, string>> = {
  RETAIN: 'A hold or a rule keeps it, so it is locked instead of destroyed.',
  RESTRICT: 'A rule keeps it until its date, so it is locked instead of destroyed.',
  DEFER: 'A request or an export that is open needs it, so it is locked until that is over.',
  CONFLICT: 'Its rules contradict each other, so it is locked until a person has decided.',
};
