import { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { tagOf } from './name-addr.ts';

/** Headers by name; several values make several rows. */
export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** What an answer may carry besides its status. */
export interface Answer {
  readonly reason?: string;
  readonly contentType?: string;
  readonly body?: Buffer;
  readonly headers?: HeaderValues;
}

/** Reason phrases of RFC 3261 section 21 and its extensions, for the statuses this product sends. */
const REASONS: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  181: 'Call Is Being Forwarded',
  182: 'Queued',
  183: 'Session Progress',
  200: 'OK',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  422: 'Session Interval Too Small',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
  606: 'Not Acceptable',
};

const EMPTY = Buffer.alloc(0);

/** The standard reason phrase, or a general one for a status we have no words for. */
export function reasonPhrase(status: number): string {
  return REASONS[status] ?? (status < 300 ? 'OK' : 'Request Failed');
}

/**
 * The response to a request (RFC 3261 section 8.2.6): Via, From, Call-ID and CSeq as received, To with
 * `localTag` unless it has a tag or the status is 100, Record-Route in what can make a dialog, Timestamp in 100.
 */
export function buildResponse(
  request: SipRequest,
  status: number,
  localTag: string,
  answer: Answer = {},
): SipResponse {
  const { headers: theirs } = request;
  const headers = new Headers();
  for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
    for (const [, value] of theirs.entries().filter((row) => row[0].toLowerCase() === name.toLowerCase())) {
      headers.append(name, name === 'To' ? toValue(value, status, localTag) : value);
    }
  }
  if (status === 100 && theirs.has('Timestamp')) headers.append('Timestamp', theirs.get('Timestamp') ?? '');
  if (request.method === 'INVITE' && status > 100 && status < 300) {
    for (const route of theirs.getAll('Record-Route')) headers.append('Record-Route', route);
  }
  if (answer.contentType !== undefined) headers.append('Content-Type', answer.contentType);
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (typeof value === 'string') headers.set(name, value);
    else for (const row of value) headers.append(name, row);
  }
  const body = answer.body ?? EMPTY;
  // A reason may come from an error's text; a line break in it must not cost the caller the answer.
  const reason = (answer.reason ?? reasonPhrase(status)).replace(/[\r\n\0]+/g, ' ');
  return { kind: 'response', status, reason, headers, body };
}

function toValue(value: string, status: number, localTag: string): string {
  return status === 100 || tagOf(value) !== undefined ? value : `${value};tag=${localTag}`;
}
