import { formatParams, parseParams, type Params } from './params.ts';

/** A sip: or sips: URI (RFC 3261 section 19.1). Escapes are left as written. */
export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** User part with password, as written. */
  readonly user?: string;
  /** A name, an IPv4 address, or an IPv6 address without its square brackets; lower-case. */
  readonly host: string;
  readonly port?: number;
  readonly params: Params;
  /** What stands behind the question mark, as written. */
  readonly headers?: string;
}

/** Reads a sip: or sips: URI; `undefined` for anything else. Never throws. */
export function parseUri(text: string): SipUri | undefined {
  const match =
    /^(sips?):(?:([^@\s]*)@)?(\[[\da-f:.%]+\]|[^\s:;?[\]@]+)(?::(\d{1,5}))?(;[^?\s]*)?(?:\?(\S*))?$/i.exec(
      text,
    );
  const [, scheme, user, host, port, params, headers] = match ?? [];
  if (host === undefined || Number(port ?? 0) > 65_535) return undefined;
  return {
    scheme: scheme?.toLowerCase() === 'sips' ? 'sips' : 'sip',
    host: host.replace(/^\[|\]$/g, '').toLowerCase(),
    params: parseParams(params ?? ''),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(headers === undefined ? {} : { headers }),
  };
}

/** Writes a URI; IPv6 hosts get their brackets. */
export function formatUri(uri: SipUri): string {
  const user = uri.user === undefined ? '' : `${uri.user}@`;
  const headers = uri.headers === undefined ? '' : `?${uri.headers}`;
  return `${uri.scheme}:${user}${formatHostPort(uri.host, uri.port)}${formatParams(uri.params)}${headers}`;
}

/** `host:port` with the brackets an IPv6 address needs. */
export function formatHostPort(host: string, port?: number): string {
  const written = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? written : `${written}:${String(port)}`;
}

/** The lower-case scheme of any URI, or `undefined` when the text is no URI. */
export function uriScheme(text: string): string | undefined {
  return /^([a-z][a-z\d+.-]*):./i.exec(text)?.[1]?.toLowerCase();
}
