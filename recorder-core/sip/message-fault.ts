import { parseCSeq } from './cseq.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseNameAddr } from './name-addr.ts';
import { parseUri, uriScheme } from './uri.ts';
import { parseVia } from './via.ts';

/** Why a request cannot be served; the reason is our own words and safe as a reason phrase. */
export interface RequestFault {
  readonly status: 400 | 416;
  readonly reason: string;
}

/** Headers that exactly one row may carry (RFC 3261 section 8.1.1). */
const REQUIRED_ONCE = ['From', 'To', 'Call-ID', 'CSeq'] as const;
const AT_MOST_ONCE = [
  'Max-Forwards',
  'Content-Type',
  'Content-Disposition',
  'Expires',
  'Session-Expires',
] as const;

/**
 * Checks what every request needs before a transaction may be made of it (RFC 3261 section 8.1.1, 8.2.2).
 * `undefined` when it is in order. A missing Max-Forwards or From tag is forgiven, as RFC 2543 clients lack them.
 */
export function requestFault(request: SipRequest): RequestFault | undefined {
  const { headers } = request;
  const bad = (reason: string): RequestFault => ({ status: 400, reason });
  for (const name of REQUIRED_ONCE) {
    if (headers.count(name) !== 1)
      return bad(`${headers.has(name) ? 'More than one' : 'Missing'} ${name} header`);
  }
  for (const name of AT_MOST_ONCE) if (headers.count(name) > 1) return bad(`More than one ${name} header`);
  if (!headers.getAll('Via').every((via) => parseVia(via)) || !headers.get('Via'))
    return bad('Malformed Via header');
  if (!isAddress(headers.get('From'))) return bad('Malformed From header');
  if (!isAddress(headers.get('To'))) return bad('Malformed To header');
  if (!/^\S+$/.test(headers.get('Call-ID') ?? '')) return bad('Malformed Call-ID header');
  const cseq = parseCSeq(headers.get('CSeq'));
  if (cseq === undefined) return bad('Malformed CSeq header');
  if (cseq.method !== request.method) return bad('CSeq method differs from the request method');
  if (!isHopCount(headers.get('Max-Forwards') ?? '70')) return bad('Malformed Max-Forwards header');
  return uriFault(request.uri);
}

/** True for a response that can be matched to a transaction of ours. */
export function isUsableResponse(response: SipResponse): boolean {
  // More than one Via: the response is not for us but for somebody we are said to stand before (section 8.1.3.3).
  if (response.headers.getAll('Via').length !== 1) return false;
  const via = parseVia(response.headers.get('Via') ?? '');
  return via?.params.get('branch') !== undefined && parseCSeq(response.headers.get('CSeq')) !== undefined;
}

/** We serve sip, sips and tel addresses; the address itself is not looked at, as one recorder answers for all. */
function uriFault(uri: string): RequestFault | undefined {
  const scheme = uriScheme(uri);
  if (scheme === undefined) return { status: 400, reason: 'Malformed Request-URI' };
  if (scheme === 'tel') return undefined;
  if (scheme !== 'sip' && scheme !== 'sips') return { status: 416, reason: 'Unsupported URI Scheme' };
  return parseUri(uri) === undefined ? { status: 400, reason: 'Malformed Request-URI' } : undefined;
}

function isAddress(value: string | undefined): boolean {
  const address = parseNameAddr(value ?? '');
  return address !== undefined && uriScheme(address.uri) !== undefined;
}

function isHopCount(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) <= 255;
}
