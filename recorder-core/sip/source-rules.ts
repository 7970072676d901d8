import { BlockList, isIP, isIPv6 } from 'node:net';
import { HoldfastError } from '../errors.ts';
import type { DigestAccount } from './digest-account.ts';
import type { SipSource, SipTransport } from './flow.ts';

/** Who may send us requests, and how they prove it. */
export interface SourceRule {
  /** Unique; safe to log. */
  readonly name: string;
  /** CIDR blocks or addresses, IPv4 and IPv6; absent: from anywhere. */
  readonly networks?: readonly string[];
  /** Absent: over any. */
  readonly transports?: readonly SipTransport[];
  /**
   * One of these certificates, by SHA-256 fingerprint (hex, colons or not), vouched for or not; or one that an authority of
   * ours vouches for, for one of these names.
   */
  readonly clientCertificate?: {
    readonly fingerprints?: readonly string[];
    readonly names?: readonly string[];
  };
  readonly digest?: DigestAccount;
}

/** A rule made ready to be asked for every request. */
export interface CompiledRule<Rule extends SourceRule> {
  readonly rule: Rule;
  /** True when network and transport are those of the rule. */
  covers(source: SipSource): boolean;
  /** True when the rule asks for no certificate, or for that of this source. */
  trustsCertificate(source: SipSource): boolean;
}

/** Throws `config_invalid` with the rule's name for a network that cannot be read. */
export function compileRule<Rule extends SourceRule>(rule: Rule): CompiledRule<Rule> {
  const networks = rule.networks === undefined ? undefined : blockListOf(rule.name, rule.networks);
  const fingerprints = new Set((rule.clientCertificate?.fingerprints ?? []).map(plainFingerprint));
  const names = new Set((rule.clientCertificate?.names ?? []).map((name) => name.toLowerCase()));
  return {
    rule,
    covers: ({ address, transport }) =>
      (networks === undefined || networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) &&
      (rule.transports === undefined || rule.transports.includes(transport)),
    trustsCertificate: ({ tls }) => {
      if (rule.clientCertificate === undefined) return true;
      if (tls?.fingerprint256 === undefined) return false;
      if (fingerprints.has(plainFingerprint(tls.fingerprint256))) return true;
      return tls.authorized && tls.names.some((name) => names.has(name));
    },
  };
}

/** True when a rule asks its sources for a proof beyond their address. */
export function asksForProof({ clientCertificate, digest }: SourceRule): boolean {
  return clientCertificate !== undefined || digest !== undefined;
}

function blockListOf(name: string, networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits, more] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    const longest = family === 'ipv6' ? 128 : 32;
    const prefix = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (isIP(address) === 0 || more !== undefined || !(prefix <= longest)) {
      throw new HoldfastError(
        'config_invalid',
        `The source rule ${name} holds a network that cannot be read; write it as 192.0.2.0/24 or 2001:db8::/32.`,
      );
    }
    list.addSubnet(address, prefix, family);
  }
  return list;
}

function plainFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}
