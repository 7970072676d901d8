import { beforeAll, describe, expect, test } from '@jest/globals';
import { decideConsent } from './consent.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
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
    expect(pack).toMatchObject({ id: 'base', version: '2026-11', signedBy: 'holdfast-rules-2026-11' });
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
    });
  });

  test('gives every row a source and every place a row or the strict default', () => {
    const rows = [...pack.consent, ...pack.retention, ...pack.residency];
    expect(rows.filter((one) => one.source === '' || one.asOf > pack.asOf)).toEqual([]);
    const withoutRow = Object.keys(pack.jurisdictions).filter(
      (code) => !pack.consent.some((one) => one.jurisdiction === code),
    );
    expect(new Set(withoutRow.map(outcomeIn))).toEqual(new Set(['ASSENT']));
  });
});
