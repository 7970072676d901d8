import { askConsent, type ConsentSettings } from '../../recorder-core/capture/consent-gate.ts';
import { loadShippedRulePack } from '../../recorder-core/policy/rule-pack-file.ts';
import { rulebookOf } from '../../recorder-core/policy/rulebook.ts';
import type { Party } from '../../recorder-core/siprec/session-parties.ts';
import type { Bench } from './bench.ts';
import { comparisonOf, quantile, rounded, spreadOf } from './rounds.ts';

const ROUNDS = 9;
const CALLS_PER_ROUND = 4_000;
const WARM_UP_CALLS = 20_000;
const DECIDED_AT = '2026-11-21T09:00:00.000Z';

/** Calls as they come: known places, an unknown number, a name instead of a number, and a conference. */
const CALLS: readonly (readonly string[])[] = [
  ['+442079460001', '+14155550100'],
  ['+4930123456', '+33142345678'],
  ['+12125550101', '+12065550102'],
  ['4711', 'agent.seven'],
  ['+442079460001', '+4930123456', '+33142345678', '+14155550100', '+81312345678', '4711'],
];

/** Deciding on a call before its first stored frame, against only reading the parties from JSON. */
export const consent: Bench = {
  name: 'consent',
  async run() {
    const rules = rulebookOf(await loadShippedRulePack());
    const settings: ConsentSettings = {
      rules: () => rules,
      recorderJurisdiction: 'DE',
      purpose: 'business-record',
      announcement: 'by-recording-client',
    };
    const calls = CALLS.map((users) => users.map(partyOf));
    const documents = calls.map((parties) => JSON.stringify(parties));
    const decide = (call: number): unknown => askConsent(calls[call] ?? [], settings, DECIDED_AT);
    const parse = (call: number): unknown => JSON.parse(documents[call] ?? '[]');
    timeEach(decide, WARM_UP_CALLS);
    timeEach(parse, WARM_UP_CALLS);
    const rounds = Array.from({ length: ROUNDS }, () => ({
      decision: timeEach(decide, CALLS_PER_ROUND),
      parsing: timeEach(parse, CALLS_PER_ROUND),
    }));
    const at = (share: number) =>
      comparisonOf(
        rounds.map(({ decision, parsing }) => ({
          subject: quantile(decision, share),
          baseline: quantile(parsing, share),
        })),
      );
    const p99 = at(0.99);
    return {
      what: 'Consent decision of a call with its explanation, as the recorder asks for it: median',
      unit: 'microseconds',
      baseline: 'JSON.parse of the same parties',
      comparison: at(0.5),
      details: {
        p99,
        longestPerRound: spreadOf(rounds.map(({ decision }) => Math.max(...decision))),
        decisions: ROUNDS * CALLS_PER_ROUND,
      },
      notes: [
        'Every call is timed by itself; reading the clock costs about 0.05 microseconds of each figure.',
      ],
      summary: { consentP99Ms: rounded(p99.subject.median / 1000) },
    };
  },
};

function partyOf(user: string, index: number): Party {
  const aor = `sip:${user}@sbc.example`;
  return { ordinal: index + 1, label: String(index + 1), aor, source: 'metadata', joinedAt: 0 };
}

/** Microseconds of each call, over the sample calls in turn. */
function timeEach(work: (call: number) => unknown, times: number): Float64Array {
  const micros = new Float64Array(times);
  for (let i = 0; i < times; i++) {
    const before = performance.now();
    work(i % CALLS.length);
    micros[i] = (performance.now() - before) * 1000;
  }
  return micros;
}
