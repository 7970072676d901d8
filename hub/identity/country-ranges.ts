import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';

/** Which country an address belongs to, by ranges that the operator gave. */
export interface CountryRanges {
  /** Code of ISO 3166; undefined for an address in no range. Where ranges lie within each other, the smallest counts. */
  readonly countryAt: (address: string) => string | undefined;
}

/** One line: a range and its country, as the first two fields of RFC 8805 have them; an empty country says that there is none. */
const line = z.object({
  range: z.union([z.cidrv4(), z.cidrv6()], 'its first field must be a range such as 203.0.113.0/24'),
  country: z.string().regex(/^(?:[A-Za-z]{2})?$/, 'its second field must be a country such as DE'),
});

/** Networks of one length, by their number: the country. */
type Networks = Map<bigint, string | undefined>;

/**
 * Reads ranges of addresses with their countries: lines `range,country` in the form of RFC 8805, of which region, city and postal code
 * are passed over; empty lines and those that begin with `#` as well.
 * @throws HoldfastError `config_invalid` with the number of the first line that is wrong.
 */
export function parseCountryRanges(text: string): CountryRanges {
  const families = { 4: new Map<number, Networks>(), 6: new Map<number, Networks>() } as const;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (raw.trim() === '' || raw.startsWith('#')) continue;
    const [range = '', country = ''] = raw.split(',').map((field) => field.trim());
    const { success, data, error } = line.safeParse({ range, country });
    if (!success)
      throw new HoldfastError(
        'config_invalid',
        `Line ${index + 1} of the file of countries cannot be read: ${error.issues[0]?.message ?? 'it is no range'}. Nothing of it is used.`,
        { field: 'countryFile' },
      );
    const [address = '', bits = ''] = data.range.split('/');
    const lengths = families[isIPv4(address) ? 4 : 6];
    const networks: Networks = lengths.get(Number(bits)) ?? new Map();
    lengths.set(Number(bits), networks);
    networks.set(
      networkOf(address, Number(bits)),
      data.country === '' ? undefined : data.country.toUpperCase(),
    );
  }
  const longestFirst = (lengths: ReadonlyMap<number, Networks>) => [...lengths].sort(([a], [b]) => b - a);
  const ordered = { 4: longestFirst(families[4]), 6: longestFirst(families[6]) } as const;
  return {
    countryAt(given) {
      const address = given.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/s, '');
      if (!z.union([z.ipv4(), z.ipv6()]).safeParse(address).success) return undefined;
      for (const [bits, networks] of ordered[isIPv4(address) ? 4 : 6]) {
        const network = networkOf(address, bits);
        if (networks.has(network)) return networks.get(network);
      }
      return undefined;
    },
  };
}

/** The first bits of an address, as a number. */
function networkOf(address: string, bits: number): bigint {
  const [value, length] = isIPv4(address) ? [numberOfV4(address), 32] : [numberOfV6(address), 128];
  return value >> BigInt(length - bits);
}

function numberOfV4(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** RFC 4291, section 2.2: `::` stands for as many groups of zeros as are missing, and the last two may be written as IPv4. */
function numberOfV6(address: string): bigint {
  const plain = address.replace(/[^:]*\.[^:]*$/, (tail) => {
    const number = numberOfV4(tail);
    return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
  });
  const [before = '', after] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(before), groups(after ?? '')];
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}
