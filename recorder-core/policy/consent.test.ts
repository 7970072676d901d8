import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OUTCOMES, atLeast } from './consent-lattice.ts';
import { decideConsent } from './consent.ts';
import type { ConsentInput } from './consent.ts';
import { referenceOutcome } from './consent.reference.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import type { VerifiedRulePack } from './rule-pack.ts';
import type { ConsentParty } from './whereabouts.ts';

/** More with HOLDFAST_TEST_POLICY_RUNS, for a night. */
const RUNS = Number(process.env['HOLDFAST_TEST_POLICY_RUNS'] ?? 400);
const VALUES = [
  'one-party',
  'notice-or-tone',
  'announce',
  'all-party',
  'own-side-only',
  'prohibited',
] as const;
let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});

const seat = (id: string, place: string): ConsentParty => ({ id, seat: place });
const call = (...parties: ConsentParty[]): ConsentInput => ({
  parties,
  recorderJurisdiction: 'US-TX',
  purpose: 'business-record',
});
const outcome = (input: ConsentInput): string => decideConsent(input, pack).outcome;

describe('the consent decision', () => {
  test('a Californian mobile calling Germany is announced, then assented, with the matched rows named', () => {
    const decision = decideConsent(
      call({ id: 'a', number: '+14155550100', line: 'mobile' }, { id: 'b', number: '+49301234567' }),
      pack,
    );
    expect(decision.outcome).toBe('ASSENT');
    expect(decision.rules.filter((rule) => rule.decisive).map((rule) => [rule.party, rule.id])).toEqual([
      ['a', 'consent/us-ca'],
      ['a', 'consent/default-unknown'],
      ['b', 'consent/de'],
    ]);
    expect(decision.packDigest).toBe(pack.digest);
    expect(decision.reasons.join(' ')).toContain('consent/us-ca, Cal. Penal Code 632');
    expect(JSON.stringify(decision)).not.toContain('4155550100');
  });

  test('an unknown number gets the strict default', () => {
    const decision = decideConsent(call({ id: 'a', aor: 'sip:alice@example.com' }), pack);
    expect(decision.outcome).toBe('ASSENT');
    expect(decision.rules.filter((rule) => rule.decisive).map((rule) => rule.id)).toEqual([
      'consent/default-unknown',
    ]);
  });

  test('a call without any known party gets the strict default', () => {
    expect(outcome(call())).toBe('ASSENT');
  });

  test.each([
    ['two seats in one-party states', ['US-TX', 'US-NY'], 'RECORD'],
    ['Oregon and Hawaii, often listed wrongly', ['US-OR', 'US-HI'], 'RECORD'],
    ['Connecticut', ['US-TX', 'US-CT'], 'TONE'],
    ['Washington', ['US-TX', 'US-WA'], 'ANNOUNCE'],
    ['Montana', ['US-TX', 'US-MT'], 'ANNOUNCE'],
    ['the Netherlands, by the GDPR notice', ['NL', 'NL'], 'ANNOUNCE'],
    ['Vermont, unverified', ['US-TX', 'US-VT'], 'ASSENT'],
    ['the United Kingdom, unverified', ['US-TX', 'GB'], 'ASSENT'],
    ['a European country without a row', ['US-TX', 'PL'], 'ASSENT'],
    ['a state that is not known', ['US-TX', 'US'], 'ASSENT'],
    ['a territory without a row', ['US-TX', 'US-PR'], 'ASSENT'],
    ['a code that is none', ['US-TX', 'XX'], 'ASSENT'],
  ])('%s: %j is %s', (_name, places, expected) => {
    expect(outcome(call(...places.map((place, index) => seat(`p${String(index)}`, place))))).toBe(expected);
  });

  test('every candidate place of a party counts: an address in Texas does not undo a Californian number', () => {
    const party = { id: 'a', number: '+14155550100', addresses: ['US-TX'] };
    expect(outcome(call(party))).toBe('ASSENT');
    expect(outcome(call({ ...party, number: '+12125550100' }))).toBe('RECORD');
    expect(outcome(call({ ...party, number: '+12125550100', lastKnown: 'DE' }))).toBe('ASSENT');
  });

  test('a number that may be a mobile and is all that is known counts as an unknown place', () => {
    expect(outcome(call({ id: 'a', number: '+12125550100' }))).toBe('ASSENT');
    expect(outcome(call({ id: 'a', number: '+12125550100', line: 'fixed' }))).toBe('RECORD');
  });

  test("the recorder's own place counts", () => {
    const input = { ...call(seat('a', 'US-TX')), recorderJurisdiction: 'US-CA' };
    expect(outcome(input)).toBe('ASSENT');
  });

  test('a purpose can have its own row: systematic training recordings are not made in France', () => {
    expect(outcome({ ...call(seat('a', 'FR')), purpose: 'training' })).toBe('DO_NOT_RECORD');
  });

  test('a call for several purposes is bound by the rows of each, and the reasons name the circumstance', () => {
    expect(outcome({ ...call(seat('a', 'FR')), alsoFor: ['training'] })).toBe('DO_NOT_RECORD');
    expect(outcome({ ...call(seat('a', 'FR')), alsoFor: ['health'] })).toBe('ASSENT');
    const paying = decideConsent({ ...call(seat('a', 'US-TX')), circumstances: ['payment-card'] }, pack);
    expect(paying.reasons.join(' ')).toContain(
      'Whole call, while card data is given: recording has to pause',
    );
    expect(paying.rules.find(({ circumstance }) => circumstance === 'payment-card')?.id).toBe(
      'consent/pci-dss-3.3.1',
    );
  });

  test('Connecticut and Washington demand that the announcement is on the recording', () => {
    const decision = decideConsent(call(seat('a', 'US-CT')), pack);
    expect(decision).toMatchObject({ recordAnnouncement: true, toneEverySeconds: 15 });
    expect(decideConsent(call(seat('a', 'US-TX')), pack)).toMatchObject({
      recordAnnouncement: false,
      toneEverySeconds: null,
    });
  });

  test('a party who refuses or withdraws is not recorded, and a mandated call is then refused', () => {
    const refused = call(seat('a', 'US-TX'), { ...seat('b', 'US-TX'), stance: 'refused' });
    expect(outcome(refused)).toBe('DO_NOT_RECORD');
    expect(outcome({ ...refused, mandated: true })).toBe('REFUSE_CALL');
    expect(outcome({ ...call(seat('a', 'US-TX')), mandated: true })).toBe('RECORD');
    expect(outcome(call({ ...seat('a', 'US-TX'), stance: 'withdrawn' }))).toBe('DO_NOT_RECORD');
  });

  test('card data pauses a call, also a mandated one, and an emergency call is never refused', () => {
    const paying = { ...call(seat('a', 'US-TX')), circumstances: ['payment-card'] as const };
    expect(outcome(paying)).toBe('PAUSE');
    expect(outcome({ ...paying, mandated: true })).toBe('PAUSE');
    expect(outcome({ ...paying, circumstances: ['emergency'], mandated: true })).toBe('DO_NOT_RECORD');
    expect(outcome({ ...paying, circumstances: ['minor'] })).toBe('ASSENT');
  });

  test('a tenant can be stricter, for some places and purposes, and never looser', () => {
    const own = (value: 'announce' | 'own-side-only' | 'one-party', jurisdictions?: string[]) =>
      ({ tenantPolicy: [{ id: 'tenant/own', value, jurisdictions }] }) as const;
    expect(outcome({ ...call(seat('a', 'US-TX')), ...own('announce') })).toBe('ANNOUNCE');
    expect(outcome({ ...call(seat('a', 'US-CA')), ...own('one-party') })).toBe('ASSENT');
    expect(outcome({ ...call(seat('a', 'US-NY')), ...own('own-side-only', ['US-NY']) })).toBe(
      'OWN_SIDE_ONLY',
    );
    expect(outcome({ ...call(seat('a', 'US-NY')), ...own('own-side-only', ['EEA']) })).toBe('RECORD');
    const both = decideConsent({ ...call(seat('a', 'US-CA')), ...own('own-side-only') }, pack);
    expect(both).toMatchObject({
      outcome: 'OWN_SIDE_ONLY',
      demand: { notice: 'assent', capture: 'own-side' },
    });
  });
});

const place = fc.constantFrom(
  'US-CA',
  'US-TX',
  'US-CT',
  'US-WA',
  'US-VT',
  'US',
  'DE',
  'FR',
  'NL',
  'GB',
  'PL',
  'unknown',
  'XX',
);
const party: fc.Arbitrary<ConsentParty> = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c'),
    number: fc.constantFrom(
      '+14155550100',
      '+12125550100',
      '+49301234567',
      '+33612345678',
      'sip:x@y.example',
    ),
    line: fc.constantFrom('fixed', 'mobile'),
    addresses: fc.array(place, { maxLength: 2 }),
    lastKnown: place,
    seat: place,
    stance: fc.constantFrom('refused', 'withdrawn'),
  },
  { requiredKeys: ['id'] },
);
const input: fc.Arbitrary<ConsentInput> = fc.record({
  parties: fc.array(party, { minLength: 1, maxLength: 3 }),
  recorderJurisdiction: place,
  purpose: fc.constantFrom('business-record', 'training'),
  alsoFor: fc.subarray(['training', 'health']),
  mandated: fc.boolean(),
  circumstances: fc.subarray(['payment-card', 'emergency', 'minor'] as const),
  tenantPolicy: fc.array(
    fc.record({
      id: fc.constant('tenant/t'),
      value: fc.constantFrom('announce', 'own-side-only', 'pause', 'one-party'),
    }),
    { maxLength: 1 },
  ),
});

const rank = (decision: { readonly outcome: (typeof OUTCOMES)[number] }): number =>
  OUTCOMES.indexOf(decision.outcome);

describe('the consent decision, against a second evaluator', () => {
  test('agrees with the slow reference on random calls and random rows', () => {
    const seen = new Set<string>();
    const doubt = fc.array(fc.nat(200), { maxLength: 8 });
    const values = fc.array(fc.tuple(fc.nat(200), fc.constantFrom(...VALUES)), { maxLength: 8 });
    fc.assert(
      fc.property(input, doubt, values, (asked, doubted, changed) => {
        const others = new Map(changed.map(([at, value]) => [at % pack.consent.length, value]));
        const consent = pack.consent.map((row, i) => ({
          ...row,
          ...(doubted.includes(i) ? { status: 'unverified' as const } : {}),
          value: row.id === pack.defaults.consent ? row.value : (others.get(i) ?? row.value),
        }));
        const { outcome } = decideConsent(asked, { ...pack, consent });
        seen.add(outcome);
        expect(outcome).toBe(referenceOutcome(asked, { ...pack, consent }));
      }),
      { numRuns: RUNS },
    );
    expect(seen.size).toBeGreaterThanOrEqual(3); // else the calls were all alike
  });
});

describe('strictness', () => {
  test('a further party never makes the decision looser, in any respect', () => {
    fc.assert(
      fc.property(input, party, (before, joined) => {
        const first = decideConsent(before, pack);
        const second = decideConsent({ ...before, parties: [...before.parties, joined] }, pack);
        expect(rank(second)).toBeGreaterThanOrEqual(rank(first));
        expect(atLeast(second.demand, first.demand)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a further tenant rule, a mandate outside emergencies and a refusal never make it looser', () => {
    fc.assert(
      fc.property(
        input,
        fc.constantFrom('one-party', 'announce', 'all-party', 'prohibited'),
        (before, value) => {
          const first = decideConsent({ ...before, mandated: false }, pack);
          const tenantPolicy = [...(before.tenantPolicy ?? []), { id: 'tenant/more', value }];
          expect(
            rank(decideConsent({ ...before, mandated: false, tenantPolicy }, pack)),
          ).toBeGreaterThanOrEqual(rank(first));
          expect(rank(decideConsent({ ...before, mandated: true }, pack))).toBeGreaterThanOrEqual(
            rank(first),
          );
          const refused = before.parties.map((one) => ({ ...one, stance: 'refused' as const }));
          expect(rank(decideConsent({ ...before, parties: refused }, pack))).toBeGreaterThanOrEqual(
            OUTCOMES.indexOf('DO_NOT_RECORD'),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a further purpose or circumstance never makes it looser, but that an emergency call is not refused', () => {
    const more = fc.constantFrom('payment-card', 'emergency', 'minor');
    fc.assert(
      fc.property(input, more, fc.constantFrom('training', 'health'), (before, circumstance, purpose) => {
        const { circumstances = [], alsoFor = [], mandated } = before;
        const first = decideConsent(before, pack);
        expect(
          rank(decideConsent({ ...before, alsoFor: [...alsoFor, purpose] }, pack)),
        ).toBeGreaterThanOrEqual(rank(first));
        const there = { ...before, circumstances: [...circumstances, circumstance] };
        if (circumstance !== 'emergency' || mandated !== true)
          expect(rank(decideConsent(there, pack))).toBeGreaterThanOrEqual(rank(first));
        else expect(decideConsent(there, pack).outcome).toBe('DO_NOT_RECORD');
      }),
      { numRuns: 300 },
    );
  });

  test('a row that turns unverified never makes any decision looser', () => {
    fc.assert(
      fc.property(input, fc.nat(200), (before, pick) => {
        const doubted = pick % pack.consent.length;
        const consent = pack.consent.map((row, i) =>
          i === doubted ? { ...row, status: 'unverified' as const } : row,
        );
        const first = decideConsent(before, pack);
        expect(rank(decideConsent(before, { ...pack, consent }))).toBeGreaterThanOrEqual(rank(first));
      }),
      { numRuns: 200 },
    );
  });

  test('the order of parties and rows changes nothing, and asking twice gives the same answer', () => {
    fc.assert(
      fc.property(input, (before) => {
        const decision = decideConsent(before, pack);
        const turned = { ...before, parties: [...before.parties].reverse() };
        expect(decideConsent(turned, { ...pack, consent: [...pack.consent].reverse() })).toEqual(decision);
        expect(decideConsent(turned, pack)).toEqual(decision);
        expect(decideConsent(before, JSON.parse(JSON.stringify(pack)) as VerifiedRulePack)).toEqual(decision);
      }),
      { numRuns: 200 },
    );
  });
});
