/** Which addresses a connection may reach: by name before it connects, by address while it connects. */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { remoteError, RemoteFailure } from '../../../connectors/kit/remote-error.ts';
import type { HostRule } from '../../../connectors/kit/manifest.ts';
import { addressKind } from './private-address.ts';

/** What the operator allows; a tenant cannot widen it. */
export interface EgressPolicy {
  /** Whether connections may reach private and loopback addresses; link-local and metadata addresses never. */
  readonly allowPrivateNetwork: boolean;
}

/** The origins (`https://host:port`) that the manifest's rules allow for this configuration. */
export function allowedOrigins(rules: readonly HostRule[], config: unknown): ReadonlySet<string> {
  return new Set(rules.flatMap((rule) => originOf(rule, config) ?? []));
}

function originOf(rule: HostRule, config: unknown): string | undefined {
  if ('host' in rule) return new URL(`https://${rule.host}:${rule.port ?? 443}`).origin;
  if ('template' in rule) return templateOrigin(rule.template, config);
  if (rule.optional === true && valueOf(config, rule.fromConfig) === undefined) return undefined;
  return configuredOrigin(config, rule.fromConfig);
}

function valueOf(config: unknown, property: string): unknown {
  return typeof config === 'object' && config !== null ? Reflect.get(config, property) : undefined;
}

/** What fills a template can only be labels of a name: no character that ends or redirects it. */
function templateOrigin(template: string, config: unknown): string {
  const host = template.replace(/\{(\w+)\}/g, (_hole, property: string) => {
    const value = valueOf(config, property);
    if (typeof value === 'string' && /^[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?$/i.test(value)) return value;
    throw refusal(`The configuration's "${property}" is no part of a host name.`, 'Enter the plain name.');
  });
  return new URL(`https://${host}`).origin;
}

function configuredOrigin(config: unknown, property: string): string {
  const value = valueOf(config, property);
  if (typeof value === 'string' && URL.canParse(value)) return new URL(value).origin;
  throw refusal(`The configuration's "${property}" holds no address.`, 'Enter a complete URL.');
}

/** Refuses, as RemoteFailure `config`, a URL outside the allow-list or one whose literal address is not allowed. */
export function checkUrl(url: URL, origins: ReadonlySet<string>, policy: EgressPolicy): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw refusal('Only http and https can be spoken; nothing was sent.', 'Enter an https address.');
  if (!origins.has(url.origin) || url.username !== '' || url.password !== '') {
    throw refusal(
      'The connector tried to reach an address outside its allow-list; nothing was sent.',
      'Only the hosts that the connector declares can be reached.',
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) checkAddress(host, url.protocol === 'https:', policy);
}

/** Refuses, as RemoteFailure `config`, an address the policy forbids, and plain HTTP to a public one. */
export function checkAddress(address: string, encrypted: boolean, policy: EgressPolicy): void {
  const kind = addressKind(address);
  if (kind === 'forbidden') {
    throw refusal('The address is link-local or reserved; nothing was sent.', 'Enter another address.');
  }
  if (kind === 'private' && !policy.allowPrivateNetwork) {
    throw refusal(
      'The address is inside a private network; nothing was sent.',
      'Enter a public address, or let the operator allow private networks for connections.',
    );
  }
  if (kind === 'public' && !encrypted) {
    throw refusal('A public address must be reached by https; nothing was sent.', 'Use an https address.');
  }
}

/**
 * A lookup for sockets that lets only allowed addresses through. The socket connects to the very address that
 * was checked, so a name that changes its mind between check and connection gains nothing.
 */
export function guardedLookup(
  encrypted: boolean,
  policy: EgressPolicy,
  resolve = resolveAll,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const first = addresses[0];
      if (error !== null || first === undefined) {
        callback(error ?? Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 4);
        return;
      }
      try {
        for (const { address } of addresses) checkAddress(address, encrypted, policy);
      } catch (refused) {
        callback(refused as NodeJS.ErrnoException, '', 4);
        return;
      }
      if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Resolves a name to all its addresses. */
export type ResolveAll = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const resolveAll: ResolveAll = (hostname, callback) => {
  dnsLookup(hostname, { all: true }, (error, addresses) => {
    callback(error, error === null ? addresses : []);
  });
};

function refusal(title: string, fix: string): RemoteFailure {
  return new RemoteFailure(remoteError('config', title, { scope: 'connection', fix }));
}
