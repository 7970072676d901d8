/** Consent decisions in sentences for people; party ids and places, never a number or a name. */
import type { MatchedConsentRule } from './consent.ts';
import type { ConsentOutcome } from './consent-lattice.ts';
import type { Circumstance, ConsentValue } from './rule-pack.ts';

const OUTCOME_TEXT = {
  RECORD: 'Record: no party has to be told first.',
  TONE: 'Record with a repeated tone, or after an announcement.',
  ANNOUNCE: 'Announce the recording to all parties, then record.',
  ASSENT: 'Announce the recording to all parties, then record only after each has assented.',
  OWN_SIDE_ONLY: 'Record our own side only.',
  PAUSE: 'Pause: nothing may be captured for the moment.',
  DO_NOT_RECORD: 'Do not record.',
  REFUSE_CALL: 'Refuse or end the call: it has to be recorded and may not be.',
} as const satisfies Record<ConsentOutcome, string>;

const VALUE_TEXT = {
  'one-party': 'the consent of one party is enough',
  'notice-or-tone': 'notice at the start or a repeated tone is needed',
  announce: 'all parties have to be told',
  'knowledge-of-all': 'all parties have to know',
  'all-party': 'all parties have to consent',
  'own-side-only': 'only our own side may be recorded',
  pause: 'recording has to pause',
  prohibited: 'recording is not allowed',
} as const satisfies Record<ConsentValue, string>;

/** As it stands behind a party or a call. */
const CIRCUMSTANCE_TEXT = {
  'payment-card': ', while card data is given',
  emergency: ', an emergency call',
  minor: ', with a minor in it',
} as const satisfies Record<Circumstance, string>;

/** The outcome first, then one sentence a decisive rule. Same rules, same sentences. */
export function explainConsent(
  outcome: ConsentOutcome,
  rules: readonly MatchedConsentRule[],
  defaultId: string,
): readonly string[] {
  return [
    OUTCOME_TEXT[outcome],
    ...rules.filter((rule) => rule.decisive).map((rule) => sentence(rule, defaultId)),
  ];
}

function sentence(rule: MatchedConsentRule, defaultId: string): string {
  const text = `${subject(rule)}: ${VALUE_TEXT[rule.value]} (${rule.id}, ${rule.source}).`;
  if (rule.id === defaultId) return `${text} What is not known is treated strictly.`;
  if (rule.status === 'verified') return text;
  return `${text} This rule is unverified, so it counts at least as strictly as ${defaultId}.`;
}

function subject(rule: MatchedConsentRule): string {
  const { circumstance } = rule;
  return circumstance === undefined ? whoOf(rule) : `${whoOf(rule)}${CIRCUMSTANCE_TEXT[circumstance]}`;
}

function whoOf(rule: MatchedConsentRule): string {
  if (rule.party === 'call') return 'Whole call';
  const who = rule.party === 'recorder' ? 'Recorder' : `Party ${rule.party}`;
  if (rule.jurisdiction === '*') return who;
  return `${who}, ${rule.jurisdiction === 'unknown' ? 'place unknown' : rule.jurisdiction}`;
}
