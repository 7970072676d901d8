import { z } from 'zod';

/**
 * An IP address as people write it. An IPv6 address is described by its format alone: the pattern that zod describes it with
 * leaves out those that end like an IPv4 address (RFC 4291, section 2.2), which zod itself takes.
 */
export const ipAddress = z.union([
  z.ipv4(),
  z
    .string()
    .refine((text) => z.ipv6().safeParse(text).success, 'must be an IP address')
    .meta({ format: 'ipv6' }),
]);

/**
 * The address as policies compare it: an IPv4 address in the clothes of IPv6 (RFC 4291, section 2.5.5.2) is the IPv4 address, the end
 * of another that is written like one is written like the rest, and a zone is of no concern.
 */
export function comparedAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/s, '');
  if (!plain.includes(':')) return plain;
  return plain.replace(
    /(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/,
    (_, a: string, b: string, c: string, d: string) => `${pair(a, b)}:${pair(c, d)}`,
  );
}

function pair(high: string, low: string): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
