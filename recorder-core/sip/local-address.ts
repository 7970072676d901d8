import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import type { Flow } from './flow.ts';

/** The host we show in Contact and Via to the peer of this flow: advertised, bound, or the interface nearest to the peer. */
export function localHost(flow: Flow): string {
  const { advertisedHost, host } = flow.local;
  if (advertisedHost !== undefined) return advertisedHost;
  if (host !== '0.0.0.0' && host !== '::' && host !== '') return host;
  return nearestAddress(
    flow.source.address,
    Object.values(networkInterfaces()).flatMap((list) => list ?? []),
  );
}

/**
 * Our address towards `remote`, for sockets bound to all addresses: loopback for loopback, else an interface in
 * the peer's subnet, else the first external one of the family.
 */
export function nearestAddress(remote: string, interfaces: readonly NetworkInterfaceInfo[]): string {
  const family = isIPv6(remote) ? 'ipv6' : 'ipv4';
  const loopback = family === 'ipv6' ? '::1' : '127.0.0.1';
  const usable = interfaces.filter((entry) => isIPv6(entry.address) === (family === 'ipv6'));
  const near = usable.find((entry) => inSubnet(remote, entry.cidr, family));
  const external = usable.find((entry) => !entry.internal && !/^fe80:/i.test(entry.address));
  return (near ?? external)?.address ?? loopback;
}

function inSubnet(address: string, cidr: string | null, family: 'ipv4' | 'ipv6'): boolean {
  const [network, bits] = (cidr ?? '').split('/');
  if (network === undefined || bits === undefined) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}
