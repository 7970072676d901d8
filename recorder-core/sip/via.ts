import { formatParams, parseParams, type Params } from './params.ts';
import { trimBlanks } from './quoted-text.ts';
import { formatHostPort } from './uri.ts';

/** One Via member (RFC 3261 section 20.42). */
export interface Via {
  /** Upper-case: `UDP`, `TCP`. */
  readonly transport: string;
  /** sent-by host, lower-case, IPv6 without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly params: Params;
}

/** The cookie with which every branch of RFC 3261 begins (section 8.1.1.7). */
export const BRANCH_COOKIE = 'z9hG4bK';

/** Reads one Via member with blanks wherever SIP allows them; `undefined` when it cannot be read. Never throws. */
export function parseVia(text: string): Via | undefined {
  const end = text.indexOf(';');
  // Trimmed, and with one run of blanks per place, so that hostile blanks cost linear time.
  const sentBy = trimBlanks(end === -1 ? text : text.slice(0, end));
  const match = /^SIP\s*\/\s*2\.0\s*\/\s*([\w.-]+)\s+(\[[\da-f:.%]+\]|[\w.-]+)(?:\s*:\s*(\d{1,5}))?$/i.exec(
    sentBy,
  );
  const [, transport, host, port] = match ?? [];
  if (transport === undefined || host === undefined || Number(port ?? 0) > 65_535) return undefined;
  return {
    transport: transport.toUpperCase(),
    host: host.replace(/^\[|\]$/g, '').toLowerCase(),
    params: parseParams(end === -1 ? '' : text.slice(end + 1)),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** Writes a Via member. */
export function formatVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${formatHostPort(via.host, via.port)}${formatParams(via.params)}`;
}

/**
 * The top Via as the server must keep it: `received` with the source address when the sender wrote another
 * host or asked by `rport` (RFC 3261 section 18.2.1, RFC 3581 section 4), and `rport` with the source port.
 */
export function stampVia(via: Via, source: { address: string; port: number }): Via {
  const params = new Map(via.params);
  params.delete('received');
  if (params.has('rport')) params.set('rport', String(source.port));
  if (params.has('rport') || via.host !== source.address) params.set('received', source.address);
  return { ...via, params };
}
