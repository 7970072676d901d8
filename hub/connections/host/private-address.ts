import { BlockList, isIP } from 'node:net';

/** Public, inside the operator's own network, or never to be reached by a connection. */
export type AddressKind = 'public' | 'private' | 'forbidden';

const PRIVATE = blockList([
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
]);

// Special-purpose ranges of the IANA registries that lead nowhere a connection should go; link-local
// holds the metadata services of the clouds, 2002::/16 and 2001::/32 smuggle IPv4 addresses. The single addresses are
// metadata services and the like that clouds have elsewhere.
const FORBIDDEN = blockList([
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.88.99.0', 24, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['168.63.129.16', 32, 'ipv4'],
  ['2001::', 23, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['3fff::', 20, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
  ['fd00:42::42', 128, 'ipv6'],
  ['fd00:c1::a9fe:a9fe', 128, 'ipv6'],
  ['fd20:ce::254', 128, 'ipv6'],
]);

// IPv4, also mapped into IPv6, and the global unicast addresses of IPv6: of its rest, where other ways to write an IPv4 address
// are, nothing is public.
const PUBLIC = blockList([
  ['0.0.0.0', 0, 'ipv4'],
  ['2000::', 3, 'ipv6'],
]);

/** Classifies an IP address, IPv4-mapped IPv6 included; anything that is no IP address is `forbidden`. */
export function addressKind(address: string): AddressKind {
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return 'forbidden';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (FORBIDDEN.check(address, family)) return 'forbidden';
  if (PRIVATE.check(address, family)) return 'private';
  return PUBLIC.check(address, family) ? 'public' : 'forbidden';
}

function blockList(ranges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return list;
}
