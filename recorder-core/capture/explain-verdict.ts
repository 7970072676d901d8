import type { ConsentPractice, PartyReason, Permission } from '../policy/capture-permission.ts';
import type { ConsentDecision } from '../policy/consent.ts';
import type { ConsentOutcome } from '../policy/consent-lattice.ts';
import type { CrossBorderConflict } from '../policy/cross-border.ts';
import type { Party } from '../siprec/session-parties.ts';
import { lineLabel } from '../siprec/session-streams.ts';
import type { StandingCircumstance } from './standing-signs.ts';
import { partyId, speakersFirst } from './describe-parties.ts';
import type { JournalEntry } from './session-journal.ts';

/** A verdict as it is kept. */
export type VerdictExplanation = Extract<JournalEntry, { type: 'started' }>['consent'];

/** Everything a verdict was put together from, for its explanation. */
export interface VerdictGrounds {
  readonly decision: ConsentDecision;
  readonly outcome: ConsentOutcome;
  readonly act: Permission['act'];
  readonly announcement: ConsentPractice['announcement'];
  readonly conflict: CrossBorderConflict | undefined;
  readonly tags: readonly string[];
  /** Candidate places of all parties. */
  readonly places: readonly string[];
  readonly policyVersion: number;
  readonly mandated: boolean;
  readonly purpose: string;
  readonly alsoFor: readonly string[];
  readonly circumstances: readonly StandingCircumstance[];
  /** A withdrawal that changes nothing, because the law demands the recording and asks nobody. */
  readonly otherBasis: boolean;
  readonly parties: readonly {
    readonly party: Party;
    readonly own: boolean;
    readonly stored: boolean;
    readonly reason: PartyReason;
  }[];
}

/** Why a party is not stored, as the recording says it. */
const REASON_TEXT: Readonly<Record<PartyReason, string>> = {
  permitted: 'may be stored',
  'not-own': 'is not of our own side, and only that may be stored',
  refused: 'has refused or withdrawn its consent, so nothing of it is stored',
  silent: 'has given no consent in time, so nothing of it is stored',
  mixed: 'speaks on one line with somebody who may not be stored',
  'awaits-evidence': 'has not been told, or has not agreed, so nothing is stored yet',
  'awaits-name': 'is not known yet, so nothing of it is stored',
  'awaits-others': 'may be stored once the others have agreed',
  paused: 'is not stored for the moment',
  ended: 'is not stored, because the session may not be recorded',
};

/** A verdict as it is kept with the recording: outcome, sentences, rules, and each party. No personal data. */
export function explainVerdict(
  grounds: VerdictGrounds,
  everybody: readonly Party[],
  decidedAt: string,
): VerdictExplanation {
  const { decision, outcome, act, conflict, tags } = grounds;
  const order = speakersFirst(everybody);
  return {
    outcome,
    reasons: [...decision.reasons, ...reasonsOf(grounds)],
    rules: decision.rules
      .filter((rule) => rule.decisive || rule.status === 'unverified')
      .map(({ id, source, status, jurisdiction, party, value, circumstance }) => ({
        id,
        source,
        status,
        detail: `${value} for ${party} in ${jurisdiction}${circumstance === undefined ? '' : ` under ${circumstance}`}`,
        party,
      })),
    packDigest: decision.packDigest,
    ...(grounds.policyVersion === 0 ? {} : { policyVersion: grounds.policyVersion }),
    places: [...grounds.places],
    decidedAt,
    act,
    parties: grounds.parties.map(({ party, own, stored, reason }) => ({
      party: partyId(party),
      ordinal: order.indexOf(party),
      label: party.streamKey === undefined ? (party.label ?? null) : lineLabel(party.streamKey),
      own,
      stored,
      reason,
    })),
    purpose: grounds.purpose,
    ...(grounds.alsoFor.length > 0 && { alsoFor: [...grounds.alsoFor] }),
    ...(grounds.circumstances.length > 0 && { circumstances: [...grounds.circumstances] }),
    ...(grounds.mandated && { mandated: true }),
    ...(tags.length > 0 && { tags: [...tags] }),
    ...(conflict && {
      conflict: {
        ...conflict,
        kinds: [...conflict.kinds],
        rules: [...conflict.rules],
        reasons: [...conflict.reasons],
      },
    }),
  };
}

function reasonsOf(grounds: VerdictGrounds): string[] {
  const { outcome, act, announcement, conflict, otherBasis, circumstances, alsoFor, parties } = grounds;
  const left = parties.filter(({ stored }) => !stored);
  return [
    ...circumstances.map(({ circumstance, by }) => `The circumstance ${circumstance} is known by: ${by}.`),
    ...(alsoFor.length === 0 ? [] : [`The call is also for: ${alsoFor.join(', ')}.`]),
    ...(conflict?.reasons ?? []),
    ...(otherBasis
      ? [
          'A party has withdrawn; the law demands the recording and asks nobody, so it goes on upon that basis.',
        ]
      : []),
    ...(act === 'end'
      ? []
      : left.map(({ party, reason }) => `Party ${partyId(party)} ${REASON_TEXT[reason]}.`)),
    practice(outcome, act, announcement, parties),
  ];
}

const NEEDS_NOTICE: ReadonlySet<string> = new Set(['TONE', 'ANNOUNCE', 'ASSENT']);

function practice(
  outcome: string,
  act: Permission['act'],
  announcement: VerdictGrounds['announcement'],
  parties: VerdictGrounds['parties'],
): string {
  if (outcome === 'RECORD' && act === 'store') return 'No party has to be told, so the call is recorded.';
  if (act === 'wait' && outcome === 'PAUSE') return 'Nothing is stored while recording has to pause.';
  if (act === 'wait') return 'Nothing is stored until the parties that are waited for have answered.';
  if (act === 'end') {
    if (parties.some(({ reason }) => reason === 'refused'))
      return 'A party has refused or withdrawn, so nothing more is recorded.';
    if (outcome === 'OWN_SIDE_ONLY')
      return 'Nobody in the call is known to be of our own side, so nothing is recorded. Name your numbers and domains in the recorder’s file (consent.ownSide).';
    if (!NEEDS_NOTICE.has(outcome))
      return `The outcome ${outcome} does not permit storing the call, so nothing is recorded.`;
    return announcement === 'none'
      ? 'Nobody is known to inform the parties, so nothing is recorded. State in the setting announcement who does.'
      : 'No evidence that the parties were told, or agreed, came in time, so nothing more is recorded.';
  }
  return announcement === 'by-recording-client'
    ? 'The tenant states that the recording client informs the parties and obtains their assent before it sends media (setting announcement).'
    : 'What may be stored rests on the evidence that stands with the recording.';
}
