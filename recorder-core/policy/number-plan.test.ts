import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { originOf } from './number-plan.ts';
import { loadShippedRulePack } from './rule-pack-file.ts';
import type { NumberPlan } from './rule-pack.ts';

let plan: NumberPlan;
beforeAll(async () => {
  plan = (await loadShippedRulePack()).numberPlan;
});

describe('the origin of a number', () => {
  test.each([
    ['+14155550100', ['US-CA'], 'unknown'],
    ['tel:+1-212-555-0100;ext=7', ['US-NY'], 'unknown'],
    ['sip:+15035550100@example.com;user=phone', ['US-OR'], 'unknown'],
    ['sips:+12065550100;npdi@[2001:db8::1]:5061', ['US-WA'], 'unknown'],
    ['<sip:+17875550100@example.com>', ['US-PR'], 'unknown'],
    ['+14165550100', ['CA'], 'unknown'],
    ['+18765550100', ['JM'], 'unknown'],
    ['+49301234567', ['DE'], 'fixed'],
    ['+4915112345678', ['DE'], 'mobile'],
    ['+33 1 23 45 67 89', ['FR'], 'fixed'],
    ['+33612345678', ['FR'], 'mobile'],
    ['+77011234567', ['KZ'], 'unknown'],
    ['+74951234567', ['RU'], 'unknown'],
    ['+441481234567', ['GG'], 'fixed'],
    ['+442079460000', ['GB'], 'fixed'],
    ['tel:123456;phone-context=+4930', ['DE'], 'fixed'],
  ])('%s is from %j, line %s', (address, jurisdictions, line) => {
    expect(originOf(address, plan)).toEqual({ jurisdictions, line });
  });

  test.each([
    'sip:alice@example.com',
    'sip:14155550100@example.com',
    'tel:7042;phone-context=example.com',
    '+18005550100',
    '+15005550100',
    '+88216123456',
    '911',
    '+1415',
    '+1234567890123456',
    'anonymous',
    '',
    `+1415555${'0'.repeat(300)}`,
  ])('"%s" says nothing about a place', (address) => {
    expect(originOf(address, plan)).toEqual({ jurisdictions: [], line: 'unknown' });
  });

  test('never throws and only names places of the plan, whatever it is given', () => {
    const known = new Set(Object.values(plan.prefixes).flat());
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^(tel:|sip:)?\+[0-9.()-]{0,18}(@h|;ext=1)?$/)),
        (address) => {
          expect(originOf(address, plan).jurisdictions.every((place) => known.has(place))).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('the shipped number plan', () => {
  test('has at least one area code for every state and DC', () => {
    const places = new Set(Object.values(plan.prefixes).flat());
    expect([...places].filter((place) => place.startsWith('US-'))).toHaveLength(51 + 5);
  });

  test('gives each North American area code exactly one place', () => {
    const shared = Object.entries(plan.prefixes).filter(
      ([prefix, places]) => /^1\d{3}$/.test(prefix) && places.length !== 1,
    );
    expect(shared).toEqual([]);
    expect(plan.prefixes['1']).toBeUndefined();
  });
});
