import { beforeAll, describe, expect, test } from '@jest/globals';
import { decideConsent } from './consent.ts';
import { incidentClocksOf, requestClocksOf } from './due-at.ts';
import { decideRetention } from './retention.ts';
import { loadBundledPacks, loadShippedRulePack } from './rule-pack-file.ts';
import type { ConsentRow, VerifiedRulePack } from './rule-pack.ts';

let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});

const row = (id: string): ConsentRow => pack.consent.find((candidate) => candidate.id === id)!;
const outcomeIn = (place: string): string =>
  decideConsent(
    { parties: [{ id: 'a', seat: place }], recorderJurisdiction: place, purpose: 'business-record' },
    pack,
  ).outcome;

describe('the shipped rule pack', () => {
  test('verifies against the shipped keys and names the key', () => {
    expect(pack).toMatchObject({ id: 'base', version: '2026-12', signedBy: 'holdfast-rules-2026-12' });
    expect(pack.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('never records unannounced where all parties have to know or consent', () => {
    const stricter = ['CA', 'CT', 'DE', 'FL', 'IL', 'MA', 'MD', 'MI', 'MT', 'NH', 'NV', 'PA', 'WA'];
    const states = pack.consent.flatMap((one) => /^US-(..)$/.exec(one.jurisdiction)?.[1] ?? []);
    expect(states).toHaveLength(51);
    const notPlain = states.filter((state) => outcomeIn(`US-${state}`) !== 'RECORD').sort();
    expect(notPlain).toEqual([...stricter, 'VT'].sort());
  });

  test('does not silently flip Oregon, Vermont and Hawaii', () => {
    expect(row('consent/us-or')).toMatchObject({ value: 'one-party', status: 'verified' });
    expect(row('consent/us-hi')).toMatchObject({ value: 'one-party', status: 'verified' });
    expect(row('consent/us-vt')).toMatchObject({ value: 'one-party', status: 'unverified', disputed: true });
    expect([outcomeIn('US-OR'), outcomeIn('US-HI'), outcomeIn('US-VT')]).toEqual([
      'RECORD',
      'RECORD',
      'ASSENT',
    ]);
  });

  test.each([
    ['consent/us-ca', 'all-party'],
    ['consent/us-ct', 'notice-or-tone'],
    ['consent/us-de', 'all-party'],
    ['consent/us-mi', 'all-party'],
    ['consent/us-mt', 'knowledge-of-all'],
    ['consent/us-nh', 'all-party'],
    ['consent/us-nv', 'all-party'],
    ['consent/us-wa', 'announce'],
    ['consent/de', 'all-party'],
    ['consent/fr', 'all-party'],
    ['consent/dk', 'all-party'],
    ['consent/default-unknown', 'all-party'],
  ])('has %s as %s', (id, value) => {
    expect(row(id)).toMatchObject({ value });
  });

  test('says of every doubtful country row that it is unverified, so that it fails closed', () => {
    const doubtful = ['GB', 'CA', 'AU', 'CH', 'AT', 'ES', 'IT', 'IE', 'BR', 'JP', 'NZ', 'IN', 'SG'];
    const rows = doubtful.map((place) => row(`consent/${place.toLowerCase()}`));
    expect(rows.map((one) => one.status)).toEqual(doubtful.map(() => 'unverified'));
    expect(new Set(doubtful.map(outcomeIn))).toEqual(new Set(['ASSENT']));
  });

  test('has every retention regime with its period, and marks the unverified ones', () => {
    const periods = Object.fromEntries(
      pack.retention.map((rule) => [rule.id, `${rule.kind} ${rule.period} ${rule.status}`]),
    );
    expect(periods).toMatchObject({
      'retention/mifid2-art76': 'floor P5Y verified',
      'retention/mifid2-art76-extended': 'floor P7Y verified',
      'retention/fca-sysc-10a': 'floor P5Y verified',
      'retention/sec-17a-4-a': 'floor P6Y verified',
      'retention/sec-17a-4-b-4': 'floor P3Y verified',
      'retention/finra-4511': 'floor P6Y unverified',
      'retention/finra-3170': 'floor P3Y unverified',
      'retention/cftc-1.35-oral': 'floor P1Y unverified',
      'retention/cftc-swap-record': 'floor P5Y unverified',
      'retention/hipaa-documentation': 'floor P6Y verified',
      'retention/ftc-tsr': 'floor P5Y unverified',
      'retention/pci-dss-3.3.1': 'deleteAt P0D verified',
      'retention/cnil-call-audio': 'ceiling P6M verified',
      'retention/default-business-call': 'default P180D verified',
      'retention/gdpr-5-1-e': 'default P180D verified',
      'retention/ccpa-1798.100': 'default P180D unverified',
    });
  });

  test('has every clock of requests and incidents, and marks the unverified ones', () => {
    const clocks = [...pack.requestClocks, ...pack.incidentClocks];
    const lengths = Object.fromEntries(
      clocks.map((one) => [
        one.id.split('/')[1],
        `${one.duration.amount} ${one.duration.unit} ${one.status}`,
      ]),
    );
    expect(lengths).toMatchObject({
      'gdpr-12-3': '1 months verified',
      'ccpa-7021-acknowledge': '10 business-days verified',
      'ccpa-7021-answer': '45 days verified',
      'ccpa-opt-out': '15 business-days verified',
      'hipaa-164.524': '30 days unverified',
      'us-va': '45 days unverified',
      'uk-gdpr-12-3': '1 months unverified',
      'br-lgpd-19': '15 days unverified',
      'ch-fadp': '30 days unverified',
      'dora-initial': '4 hours verified',
      'dora-initial-latest': '24 hours verified',
      'nis2-early-warning': '24 hours verified',
      'nis2-notification': '72 hours verified',
      'nis2-final': '1 months unverified',
      'gdpr-33': '72 hours verified',
      'sec-8-k-1.05': '4 business-days verified',
      'hipaa-164.404': '60 days verified',
    });
  });

  test('answers where a person may be with the clocks of every place, and the strict default for the rest', () => {
    const ids = (places: string[], classes: string[] = []) =>
      requestClocksOf(pack, { kind: 'access', places, classes }).map(({ id }) => id.split('/')[1]);
    expect(ids(['DE'])).toEqual(['gdpr-12-3']);
    expect(ids(['DE', 'US-CA'])).toEqual(['ccpa-7021-acknowledge', 'ccpa-7021-answer', 'gdpr-12-3']);
    expect(ids(['US-NY'])).toEqual(['default']);
    expect(ids(['US-NY'], ['medical-record'])).toEqual(['hipaa-164.524']);
    expect(ids(['DE', 'unknown'])).toEqual(['default', 'gdpr-12-3']);
    expect(ids([])).toEqual(['default']);
  });

  test('runs every clock of an incident but those that surely do not apply', () => {
    const all = incidentClocksOf(pack, {});
    expect(all).toHaveLength(pack.incidentClocks.length);
    const regimes = incidentClocksOf(pack, {
      'financial-entity': false,
      'essential-entity': false,
      'listed-company': false,
      'health-data': false,
      'state-residents': false,
    }).map(({ id }) => id);
    expect(regimes).toEqual(['incident-clock/gdpr-33', 'incident-clock/gdpr-34']);
  });

  test('gives every row a source and every place a row or the strict default', () => {
    const clocks = [...pack.requestClocks, ...pack.incidentClocks];
    const rows = [...pack.consent, ...pack.retention, ...pack.residency, ...clocks];
    expect(rows.filter((one) => one.source === '' || one.asOf > pack.asOf)).toEqual([]);
    const withoutRow = Object.keys(pack.jurisdictions).filter(
      (code) => !pack.consent.some((one) => one.jurisdiction === code),
    );
    expect(new Set(withoutRow.map(outcomeIn))).toEqual(new Set(['ASSENT']));
  });
});

describe('the packs that were shipped before', () => {
  test('stay readable and are what they were', async () => {
    const { packs } = await loadBundledPacks();
    expect(packs.map(({ pack: { version, digest } }) => [version, digest.slice(0, 8)])).toEqual([
      ['2026-11', '7b04b6a5'],
      ['2026-12', '80c14e21'],
    ]);
    expect(packs[0]!.pack).toMatchObject({
      requestClocks: [],
      incidentClocks: [],
      defaults: { requestClock: null },
    });
  });

  test('give the answer that they gave', async () => {
    const [before, now] = (await loadBundledPacks()).packs.map(({ pack: one }) => one);
    const german = {
      id: 'r',
      capturedAt: '2026-01-10T09:00:00Z',
      kind: 'call',
      classes: [],
      triggers: { captureEnd: '2026-01-10T09:00:00Z' },
      holds: [],
      requests: [],
      jurisdictions: ['DE'],
    };
    const rules = (one: VerifiedRulePack) =>
      decideRetention(german, '2026-02-01T00:00:00Z', one).rules.map(({ id }) => id);
    expect(rules(before!)).toEqual(['retention/default']);
    expect(rules(now!)).toEqual(['retention/gdpr-5-1-e']);
  });
});
