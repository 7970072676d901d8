import { parseCSeq } from './cseq.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { tagOf } from './name-addr.ts';
import { formatHostPort } from './uri.ts';
import { BRANCH_COOKIE, parseVia } from './via.ts';

/**
 * What names a server transaction (RFC 3261 section 17.2.3): branch, sent-by and method, where ACK belongs to its
 * INVITE and `method` may be given to find the INVITE of a CANCEL. Requests of RFC 2543 clients, whose branch has no cookie,
 * are named by the fields that section lists.
 */
export function serverTransactionKey(request: SipRequest, method = request.method): string {
  const { headers } = request;
  const top = headers.get('Via') ?? '';
  const via = parseVia(top);
  const branch = via?.params.get('branch') ?? '';
  const owner = method === 'ACK' ? 'INVITE' : method;
  const sentBy = via === undefined ? '' : formatHostPort(via.host, via.port);
  if (branch.startsWith(BRANCH_COOKIE)) return [branch, sentBy, owner].join('|');
  const number = parseCSeq(headers.get('CSeq'))?.number ?? 0;
  const fields = [
    request.uri,
    tagOf(headers.get('From')) ?? '',
    headers.get('Call-ID') ?? '',
    number,
    branch,
  ];
  return ['2543', ...fields, sentBy, owner].join('|');
}

/** What names a client transaction (RFC 3261 section 17.1.3): the branch of the top Via and the CSeq method. */
export function clientTransactionKey(message: SipRequest | SipResponse): string {
  const branch = parseVia(message.headers.get('Via') ?? '')?.params.get('branch') ?? '';
  return `${branch}|${parseCSeq(message.headers.get('CSeq'))?.method ?? ''}`;
}

/**
 * What the copies of one request have in common that reached us over different paths (RFC 3261 section 8.2.2.2).
 */
export function mergeKey(request: SipRequest): string {
  const { headers } = request;
  return [tagOf(headers.get('From')) ?? '', headers.get('Call-ID') ?? '', headers.get('CSeq') ?? ''].join(
    '|',
  );
}
