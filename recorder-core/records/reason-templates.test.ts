import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { putTogether, takeApart } from './reason-templates.ts';
import type { Explanation } from './explanation.ts';

const instant = fc
  .date({
    min: new Date('1970-01-01T00:00:00.000Z'),
    max: new Date('2999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
/** Words, instants, and what merely looks like one of them or like a gap. */
const words = fc
  .array(
    fc.oneof(
      fc.string(),
      instant,
      fc.constantFrom(
        '{0}',
        '"',
        '\\',
        '\n',
        '2026-02-30T00:00:00.000Z',
        '9999-99-99T99:99:99.999Z',
        '2026-11-27T10:00:00Z',
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(' '));
const explanation: fc.Arbitrary<Explanation> = fc.record(
  {
    outcome: fc.constantFrom('RETAIN', 'DISPOSE'),
    reasons: fc.array(words, { maxLength: 4 }),
    rules: fc.array(fc.record({ id: words, source: words, detail: words }), { maxLength: 4 }),
    packDigest: fc.constant('d'),
    policyVersion: fc.nat(9),
    decidedAt: instant,
  },
  { requiredKeys: ['outcome', 'reasons', 'rules', 'packDigest', 'decidedAt'] },
);

test('what was taken apart is put together again word for word', () => {
  fc.assert(
    fc.property(explanation, (said) => {
      const { reason, dates } = takeApart(said);
      expect(putTogether(JSON.parse(JSON.stringify(reason.body)), dates)).toEqual(said);
      expect(new Set(dates).size).toBe(dates.length);
    }),
  );
});

const SAID: Explanation = {
  outcome: 'RETAIN',
  reasons: ['Keep.', 'Must be kept until 2031-01-01T00:00:00.000Z (a, b).'],
  rules: [{ id: 'a', detail: 'floor until 2031-01-01T00:00:00.000Z' }],
  packDigest: 'd',
  decidedAt: '2026-01-01T00:00:00.000Z',
};
const later = (said: Explanation): Explanation =>
  JSON.parse(JSON.stringify(said).replaceAll('2031-', '2032-')) as Explanation;

test('two that differ by their instants alone share a template; one word, or an instant that became two, makes another', () => {
  const { reason, dates } = takeApart({ ...SAID, keptFor: '2031-01-01T00:00:00.000Z' });
  expect(dates).toEqual([Date.parse('2031-01-01T00:00:00Z'), Date.parse('2026-01-01T00:00:00Z')]);
  expect(takeApart(later(SAID)).reason).toEqual(reason);
  expect(takeApart({ ...SAID, packDigest: 'e' }).reason.id).not.toBe(reason.id);
  const apart = { ...SAID, rules: [{ id: 'a', detail: 'floor until 2033-01-01T00:00:00.000Z' }] };
  expect(takeApart(apart).reason.id).not.toBe(reason.id);
});
