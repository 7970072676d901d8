import { beforeAll, describe, expect, test } from '@jest/globals';
import { diffPacks } from './pack-diff.ts';
import { loadBundledPacks } from './rule-pack-file.ts';
import type { VerifiedRulePack } from './rule-pack.ts';

let before: VerifiedRulePack;
let now: VerifiedRulePack;
beforeAll(async () => {
  [before, now] = (await loadBundledPacks()).packs.map(({ pack }) => pack) as [
    VerifiedRulePack,
    VerifiedRulePack,
  ];
});

describe('the difference between two packs', () => {
  test('is nothing for the same rows in another order', () => {
    const turned = {
      ...now,
      consent: [...now.consent].reverse(),
      retention: now.retention.map((rule) => ({
        ...rule,
        scope: JSON.parse(JSON.stringify(rule.scope)) as typeof rule.scope,
      })),
    };
    expect(diffPacks(now, turned)).toEqual([]);
  });

  test('names each row that is new, gone or changed, with its fields and who reviewed it', () => {
    const changes = diffPacks(before, now);
    const of = (change: string) => changes.filter((one) => one.change === change).map(({ id }) => id);
    expect(of('removed')).toEqual([]);
    expect(of('added')).toEqual(
      expect.arrayContaining(['retention/gdpr-5-1-e', 'request-clock/gdpr-12-3', 'CA-QC']),
    );
    expect(of('changed')).toEqual(['consent/ca', 'default requestClock']);
    expect(changes.find(({ id }) => id === 'consent/ca')).toMatchObject({
      table: 'consent',
      fields: [{ name: 'note' }],
      reviewer: null,
      status: 'unverified',
    });
    expect(diffPacks(now, before).filter(({ change }) => change === 'removed')).toHaveLength(
      of('added').length,
    );
  });
});
