import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseCountryRanges } from './country-ranges.ts';

describe('ranges of countries', () => {
  test('name the country of an address, the smallest range first, for IPv4 and IPv6', () => {
    const { countryAt } = parseCountryRanges(
      [
        '# addresses of documentation (RFC 5737, RFC 3849)',
        '203.0.113.0/24,DE',
        '203.0.113.128/25,fr,FR-IDF,Paris,',
        '203.0.113.255/32,',
        '',
        '2001:db8::/32,NL',
        '2001:db8:ffff::/48,BE',
      ].join('\r\n'),
    );
    expect(['203.0.113.1', '203.0.113.200', '203.0.113.255', '198.51.100.1'].map(countryAt)).toEqual([
      'DE',
      'FR',
      undefined,
      undefined,
    ]);
    expect(['2001:db8::1', '2001:db8:ffff:1::2', '2001:db9::', '::1'].map(countryAt)).toEqual([
      'NL',
      'BE',
      undefined,
      undefined,
    ]);
    expect(countryAt('::ffff:203.0.113.7')).toBe('DE'); // as a socket for both families tells it
    expect(countryAt('2001:db8::203.0.113.7')).toBe('NL');
    expect(countryAt('no address')).toBeUndefined();
  });

  test.each([
    ['203.0.113.0/33,DE', 'range'],
    ['203.0.113.0,DE', 'range'],
    ['example.net/24,DE', 'range'],
    ['2001:db8::/129,DE', 'range'],
    ['203.0.113.0/24,Germany', 'country'],
    [',', 'range'],
  ])('with the line %j are refused by its number', (wrong, what) => {
    expect(() => parseCountryRanges(`198.51.100.0/24,DE\n${wrong}\n`)).toThrow(
      expect.objectContaining({
        code: 'config_invalid',
        message: expect.stringMatching(new RegExp(`^Line 2 .*${what}`)) as unknown,
      }),
    );
  });

  test('hold each address of a range and none beside it', () => {
    const part = fc.nat(255);
    fc.assert(
      fc.property(
        fc.tuple(part, part, part, part),
        fc.integer({ min: 1, max: 32 }),
        fc.nat(31),
        (parts, bits, n) => {
          const { countryAt } = parseCountryRanges(`${parts.join('.')}/${bits},DE`);
          const value = parts.reduce((sum, each) => sum * 256 + each, 0);
          const flipped = (value ^ (1 << (31 - n))) >>> 0; // the same address with one bit changed
          const other = [24, 16, 8, 0].map((shift) => (flipped >>> shift) & 255).join('.');
          expect(countryAt(parts.join('.'))).toBe('DE');
          expect(countryAt(other)).toBe(n >= bits ? 'DE' : undefined);
        },
      ),
    );
  });
});
