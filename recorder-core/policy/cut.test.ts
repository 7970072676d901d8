import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CUT_GROUNDS, factsOfSpan, maySpanGo, type CutGround } from './cut.ts';
import type { RetentionItem } from './retention-item.ts';
import { decideRetention } from './retention.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

const NOW = '2026-03-01T00:00:00.000Z';
let pack: VerifiedRulePack;
beforeAll(async () => {
  pack = await loadShippedRulePack();
});

function decide(ground: CutGround, change: Partial<RetentionItem> = {}) {
  const item: RetentionItem = {
    id: 'r1',
    capturedAt: '2026-01-10T08:55:00.000Z',
    kind: 'call',
    classes: ['business-call'],
    triggers: { captureEnd: '2026-01-10T09:00:00.000Z' },
    holds: [],
    requests: [],
    jurisdictions: ['DE'],
    ...change,
  };
  const requests = [...item.requests, { kind: 'erasure', state: 'approved' } as const];
  return decideRetention(factsOfSpan({ ...item, requests }, ground, NOW), NOW, pack);
}

test('nothing keeps a span of an ordinary call', () => {
  for (const ground of CUT_GROUNDS) expect(maySpanGo(decide(ground))).toBe(true);
});

test('a floor lets card data go by the rule on it, and keeps what the purpose does not cover', () => {
  const floored = { classes: ['business-call', 'mifid2'] };
  const card = decide('card-data', floored);
  expect(maySpanGo(card)).toBe(true);
  expect(card).toMatchObject({ decision: 'RESTRICT' });
  expect(card.rules.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['retention/mifid2-art76', 'retention/pci-dss-3.3.1']),
  );
  expect(maySpanGo(decide('beyond-purpose', floored))).toBe(false);
});

test('a hold and an open request keep every span, on whatever ground and under whatever floor', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CUT_GROUNDS),
      fc.subarray(['business-call', 'mifid2', 'training', 'card-authentication-data']),
      fc.constantFrom<Partial<RetentionItem>>(
        { holds: [{ id: 'h', kind: 'legal' }] },
        { holds: [{ id: 'h', kind: 'legal', releasedAt: '2026-02-25T00:00:00.000Z' }] },
        { requests: [{ kind: 'access', state: 'verified' }] },
        { requests: [{ kind: 'export', state: 'approved' }] },
      ),
      (ground, classes, keeping) => {
        expect(maySpanGo(decide(ground, { classes, ...keeping }))).toBe(false);
      },
    ),
  );
});
