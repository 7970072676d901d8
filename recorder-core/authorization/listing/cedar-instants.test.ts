import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDatetime, readDuration } from './cedar-instants.ts';

/** Whether Cedar says that an expression holds; undefined where it errs. */
function cedarSays(expression: string): boolean | undefined {
  const nobody = { type: 'Nobody', id: '' };
  const answer = isAuthorized({
    principal: nobody,
    action: nobody,
    resource: nobody,
    context: {},
    entities: [],
    policies: { staticPolicies: `permit(principal, action, resource) when { ${expression} };` },
  });
  if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0) return undefined;
  return answer.response.decision === 'allow';
}

const two = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
const dates = fc
  .tuple(fc.constantFrom('0000', '0001', '0099', '1900', '1969', '2000', '2024', '9999'), two(13), two(32))
  .map((parts) => parts.join('-'));
const times = fc.tuple(two(24), two(60), two(60)).map((parts) => parts.join(':'));
const offsets = fc.oneof(
  fc.constantFrom('Z', '', '+2400', '-2359', '+0060', 'z'),
  fc.tuple(fc.constantFrom('+', '-'), two(24), two(60)).map((parts) => parts.join('')),
);
const datetimes = fc.oneof(
  dates,
  fc
    .tuple(dates, times, fc.constantFrom('', '.123', '.999', '.5'), offsets)
    .map(([date, time, ms, offset]) => `${date}T${time}${ms}${offset}`),
);

const amount = fc.oneof(
  fc.nat(100).map(String),
  fc.constantFrom('007', '106751991167', '9223372036854775807', '9223372036854775808'),
);
const durations = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.array(fc.tuple(amount, fc.constantFrom('d', 'h', 'm', 's', 'ms', 'w')), { maxLength: 4 }),
  )
  .map(([sign, parts]) => sign + parts.map((part) => part.join('')).join(''));

describe('instants of policies', () => {
  it('are read as Cedar reads them, and refused where Cedar refuses them', () => {
    fc.assert(
      fc.property(datetimes, (text) => {
        const ms = readDatetime(text);
        const same = `datetime("1970-01-01").offset(duration("${ms ?? 0}ms")) == datetime("${text}")`;
        expect(cedarSays(same)).toBe(ms === undefined ? undefined : true);
      }),
      { numRuns: 800 },
    );
  });

  it('and durations too, up to the last millisecond of 64 bits', () => {
    fc.assert(
      fc.property(durations, (text) => {
        const ms = readDuration(text);
        const same = `duration("${text}") == duration("${ms ?? 0}ms")`;
        expect(cedarSays(same)).toBe(ms === undefined ? undefined : true);
      }),
      { numRuns: 800 },
    );
  });

  it.each([
    ['2026-11-27', 1_795_737_600_000n],
    ['2026-11-27T10:00:00Z', 1_795_773_600_000n],
    ['2026-11-27T10:00:00.001+0130', 1_795_768_200_001n],
    ['1969-12-31T23:59:59.999Z', -1n],
    ['2026-11-27T10:00:00-0030', 1_795_775_400_000n],
    ['2026-11-27T10:00:00+2359', 1_795_687_260_000n],
    ['2026-11-27T10:59:59Z', 1_795_777_199_000n],
    ['2026-02-29', undefined],
    ['2026-13-01', undefined],
    ['2026-00-10', undefined],
    ['2026-01-00', undefined],
    ['2026-01-32', undefined],
    ['2026-11-27T24:00:00Z', undefined],
    ['2026-11-27T10:60:00Z', undefined],
    ['2026-11-27T10:00:60Z', undefined],
    ['2026-11-27T10:00:00+2400', undefined],
    ['2026-11-27T10:00:00+0060', undefined],
    ['2026-11-27T10:00:00', undefined],
    ['x2026-11-27', undefined],
    ['2026-11-27x', undefined],
  ] as readonly (readonly [string, bigint | undefined])[])('%s', (text, ms) => {
    expect(readDatetime(text)).toBe(ms);
  });

  it.each([
    ['-9223372036854775808ms', -9223372036854775808n],
    ['9223372036854775807ms', 9223372036854775807n],
    ['9223372036854775808ms', undefined],
    ['1d1h1m1s1ms', 90_061_001n],
    ['-1d1ms', -86_400_001n],
    ['x', undefined],
    ['', undefined],
    ['-', undefined],
    ['1h1d', undefined],
  ] as readonly (readonly [string, bigint | undefined])[])('%s', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });
});
