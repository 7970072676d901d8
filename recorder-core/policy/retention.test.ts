import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RetentionItem } from './retention-item.ts';
import { decideRetention } from './retention.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});

const END = '2026-01-10T09:00:00.000Z';
const item = (change: Partial<RetentionItem> = {}): RetentionItem => ({
  id: 'r1',
  capturedAt: '2026-01-10T08:55:00.000Z',
  kind: 'call',
  classes: ['business-call'],
  triggers: { captureEnd: END },
  holds: [],
  requests: [],
  jurisdictions: ['DE'],
  ...change,
});
const decide = (change: Partial<RetentionItem>, at: string) => decideRetention(item(change), at, pack);

describe('the retention decision', () => {
  test('an ordinary business call is kept for its default period and then disposed of', () => {
    const early = decide({}, '2026-02-01T00:00:00Z');
    expect(early).toMatchObject({
      decision: 'RETAIN',
      retainUntil: '2026-07-09T09:00:00.000Z',
      packDigest: pack.digest,
    });
    expect(early.rules.map((rule) => rule.id)).toEqual([
      'retention/default-business-call',
      'retention/gdpr-5-1-e',
    ]);
    expect(decide({}, '2026-07-09T08:59:59.999Z').decision).toBe('RETAIN');
    expect(decide({}, '2026-07-09T09:00:00Z').decision).toBe('DISPOSE');
  });

  test('a class without any rule still has a delete date', () => {
    expect(decide({ classes: ['unheard-of'] }, END).retainUntil).toBe('2026-07-09T09:00:00.000Z');
    const nowhere = { classes: [], jurisdictions: ['CH'] };
    expect(decide(nowhere, END).rules.map((rule) => rule.id)).toEqual(['retention/default']);
  });

  test('a call still running is kept without a date', () => {
    expect(decide({ triggers: {} }, '2036-01-01T00:00:00Z')).toMatchObject({
      decision: 'RETAIN',
      retainUntil: null,
    });
  });

  test("a trade call is kept five years in the regime's zone, and the explanation names the rule", () => {
    const answer = decide({ classes: ['business-call', 'mifid2'] }, '2030-01-01T00:00:00Z');
    expect(answer).toMatchObject({ decision: 'RETAIN', retainUntil: '2031-01-10T09:00:00.000Z' });
    expect(answer.reasons.join(' ')).toContain(
      'Must be kept until 2031-01-10T09:00:00.000Z (retention/mifid2-art76',
    );
  });

  test('a hold keeps what is due, and its release keeps it through the grace', () => {
    const hold = { id: 'm1', kind: 'legal' };
    const held = decide({ holds: [hold] }, '2030-01-01T00:00:00Z');
    expect(held).toMatchObject({ decision: 'RETAIN', retainUntil: null });
    expect(held.rules).toContainEqual(expect.objectContaining({ id: 'precedence/hold', subject: 'm1' }));
    const released = decide(
      { holds: [{ ...hold, releasedAt: '2030-01-01T00:00:00Z' }] },
      '2030-01-01T00:00:00Z',
    );
    expect(released).toMatchObject({ decision: 'RETAIN', retainUntil: '2030-01-31T00:00:00.000Z' });
  });

  test('an open access request, dispute or export defers; an answered one does not', () => {
    const due = '2027-01-01T00:00:00Z';
    expect(decide({ requests: [{ kind: 'access', state: 'received' }] }, due)).toMatchObject({
      decision: 'DEFER',
      retainUntil: null,
    });
    expect(decide({ requests: [{ kind: 'export', state: 'approved' }] }, due).decision).toBe('DEFER');
    expect(decide({ requests: [{ kind: 'access', state: 'fulfilled' }] }, due).decision).toBe('DISPOSE');
  });

  test('an erasure asked of a call under a floor restricts it; after the floor it is disposed of', () => {
    const asked = { classes: ['mifid2'], requests: [{ kind: 'erasure', state: 'approved' }] } as const;
    const early = decide(asked, '2026-02-01T00:00:00Z');
    expect(early).toMatchObject({ decision: 'RESTRICT', retainUntil: '2031-01-10T09:00:00.000Z' });
    expect(early.actions).toEqual(['restrict-playback', 'erase-derived']);
    expect(decide(asked, '2031-01-10T09:00:00Z').decision).toBe('DISPOSE');
  });

  test('an approved erasure disposes at once of what nothing keeps; an unchecked one does not', () => {
    expect(
      decide({ requests: [{ kind: 'erasure', state: 'approved' }] }, '2026-02-01T00:00:00Z').decision,
    ).toBe('DISPOSE');
    expect(
      decide({ requests: [{ kind: 'erasure', state: 'received' }] }, '2026-02-01T00:00:00Z').decision,
    ).toBe('RETAIN');
  });

  test('card data is deleted at authorisation, but under a floor its span is redacted instead', () => {
    const triggers = { captureEnd: END, paymentAuthorised: END };
    expect(decide({ classes: ['card-authentication-data'], triggers }, END).decision).toBe('DISPOSE');
    const floored = decide({ classes: ['card-authentication-data', 'mifid2'], triggers }, END);
    expect(floored).toMatchObject({ decision: 'RESTRICT', actions: ['restrict-playback', 'redact-span'] });
  });

  test('a ceiling before a floor is a conflict for a person, never a deletion by schedule', () => {
    const both = { classes: ['training', 'mifid2'], jurisdictions: ['FR'] };
    expect(decide(both, '2026-03-01T00:00:00Z').decision).toBe('RETAIN');
    const broken = decide(both, '2026-07-10T09:00:00Z');
    expect(broken).toMatchObject({
      decision: 'CONFLICT',
      retainUntil: null,
      actions: ['restrict-playback', 'open-ticket'],
    });
    expect(decide(both, '2040-01-01T00:00:00Z').decision).toBe('CONFLICT');
  });

  test('a French training recording goes at its ceiling', () => {
    const answer = decide({ classes: ['training'], jurisdictions: ['FR'] }, '2026-07-10T09:00:00Z');
    expect(answer).toMatchObject({ decision: 'DISPOSE', retainUntil: '2026-07-10T08:00:00.000Z' });
  });

  test('where the place is unknown, floors of any place keep and ceilings of none delete', () => {
    const unknown = { jurisdictions: [], classes: ['training', 'medical-record'] };
    const ids = decide(unknown, END).rules.map((rule) => rule.id);
    expect(ids).toContain('retention/us-nc-medical');
    expect(ids).not.toContain('retention/cnil-call-audio');
  });

  test("a tenant's floor prolongs, its delete date replaces the default, and neither undoes a legal floor", () => {
    const own = (kind: 'floor' | 'deleteAt', period: string) =>
      ({ tenantRules: [{ id: 'tenant/own', kind, trigger: 'captureEnd', period, zone: 'UTC' }] }) as const;
    expect(decide(own('floor', 'P2Y'), END).retainUntil).toBe('2028-01-10T09:00:00.000Z');
    expect(decide(own('deleteAt', 'P1Y'), END).retainUntil).toBe('2027-01-10T09:00:00.000Z');
    expect(decide({ ...own('deleteAt', 'P30D'), classes: ['mifid2'] }, END).retainUntil).toBe(
      '2031-01-10T09:00:00.000Z',
    );
  });

  test('an unverified rule that would delete is shown but not acted on', () => {
    const retention = pack.retention.map((rule) =>
      rule.id === 'retention/cnil-call-audio' ? { ...rule, status: 'unverified' as const } : rule,
    );
    const answer = decideRetention(
      item({ classes: ['training'], jurisdictions: ['FR'] }),
      '2026-07-09T00:00:00Z',
      { ...pack, retention },
    );
    expect(answer.retainUntil).toBe('2026-07-09T09:00:00.000Z');
    expect(answer.rules).toContainEqual(
      expect.objectContaining({ id: 'retention/cnil-call-audio', binding: false }),
    );
    expect(answer.reasons.join(' ')).toContain('not acted on, because it is unverified');
  });

  test.each([
    ['capturedAt', { capturedAt: 'yesterday' }],
    ['triggers/captureEnd', { triggers: { captureEnd: '2026-01-10' } }],
    ['lockedUntil', { lockedUntil: 'later' }],
    ['holds/releasedAt', { holds: [{ id: 'h', kind: 'legal', releasedAt: '' }] }],
  ] as const)('a malformed %s is refused by name and decides nothing', (field, change) => {
    expect(() => decide(change, END)).toThrow(field);
  });
});
