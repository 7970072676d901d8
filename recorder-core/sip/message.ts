import { HoldfastError } from '../errors.ts';
import { readHeaderLines } from './header-lines.ts';
import { Headers, type HeaderRow } from './headers.ts';
import { ownCopy } from './own-copy.ts';

/** A request (RFC 3261 section 7.1). `method` keeps its case, as SIP methods are case-sensitive. */
export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** A response (RFC 3261 section 7.2); `status` is 100 to 699. */
export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What a well-formed message is. */
export type SipMessage = SipRequest | SipResponse;

/**
 * Bytes that are no message we can use: the one form in which reading refuses. A request whose headers could
 * be read in part carries them, so that it can be answered with `status` and `reason`.
 */
export interface MalformedMessage {
  readonly kind: 'malformed';
  readonly status: 400 | 413 | 505 | 513;
  /** What is wrong, in our own words: safe as a reason phrase. */
  readonly reason: string;
  /** Present when the start line was that of a request. */
  readonly method?: string;
  readonly headers: Headers;
}

/** Largest head and body we read, in bytes, and most header lines. A head of 64 KiB fills a whole datagram. */
export const SIZE_LIMITS = { head: 65_536, body: 1_048_576, headerLines: 512 } as const;

/** Start line and headers, before the body is cut. */
export type MessageHead = Omit<SipRequest, 'body'> | Omit<SipResponse, 'body'>;

/**
 * Reads one datagram (RFC 3261 section 18.3): the body reaches to Content-Length, what follows is dropped; without
 * a Content-Length it reaches to the end; too short a body is malformed. Never throws.
 */
export function readMessage(datagram: Buffer): SipMessage | MalformedMessage {
  let start = 0;
  while (datagram[start] === 0x0d || datagram[start] === 0x0a) start += 1;
  const { head, bodyAt } = readHead(datagram.subarray(start));
  if (head.kind === 'malformed') return head;
  const rest = datagram.subarray(start + bodyAt);
  const length = contentLength(head);
  if (typeof length === 'object') return length;
  if (length !== undefined && length > rest.length)
    return malformed(head, 400, 'Content-Length exceeds the body');
  return { ...head, body: ownCopy(rest.subarray(0, length)) };
}

/** `readMessage` for trusted text such as tests and tools: throws `invalid_input` where that returns a refusal. */
export function parseMessage(datagram: Buffer | string): SipMessage {
  const message = readMessage(typeof datagram === 'string' ? Buffer.from(datagram) : datagram);
  if (message.kind !== 'malformed') return message;
  throw new HoldfastError(
    'invalid_input',
    `The SIP message cannot be read: ${message.reason}. Correct and resend it.`,
  );
}

/** Reads start line and headers from bytes that begin with them; `bodyAt` is the offset behind the empty line. Never throws. */
export function readHead(bytes: Buffer): { head: MessageHead | MalformedMessage; bodyAt: number } {
  const lineEnd = bytes.indexOf(0x0a);
  const startLine = bytes.toString('utf8', 0, lineEnd === -1 ? bytes.length : lineEnd).replace(/\r$/, '');
  const after = lineEnd === -1 ? bytes.length : lineEnd + 1;
  const lines = readHeaderLines(bytes.subarray(after));
  const bodyAt = after + lines.end;
  const headers = new Headers(lines.rows.slice(0, SIZE_LIMITS.headerLines) satisfies HeaderRow[]);
  const start = readStartLine(startLine, headers);
  return { head: refusalOf(start, lines, bodyAt) ?? start, bodyAt };
}

/**
 * The Content-Length, `undefined` when absent, or a refusal when it is no number, too large, or given twice
 * with different values. Never throws.
 */
export function contentLength(head: {
  method?: string;
  headers: Headers;
}): number | undefined | MalformedMessage {
  const values = new Set(head.headers.getAll('Content-Length'));
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.size > 1) return malformed(head, 400, 'Conflicting Content-Length headers');
  if (!/^\d{1,10}$/.test(value)) return malformed(head, 400, 'Content-Length is not a number');
  const length = Number.parseInt(value, 10);
  return length > SIZE_LIMITS.body ? malformed(head, 413, 'Body larger than this server reads') : length;
}

/** Writes a message; Content-Length is always set from the body, last when it was not there. */
export function serializeMessage(message: SipMessage): Buffer {
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0`
      : `SIP/2.0 ${String(message.status)} ${message.reason}`;
  const headers = message.headers.clone().set('Content-Length', String(message.body.length));
  const rows = headers.entries().map(([name, value]) => `${name}: ${value}\r\n`);
  if (/[\r\n\0]/.test(start)) {
    throw new HoldfastError('invalid_input', 'A SIP start line would hold a line break or NUL; remove it.');
  }
  return Buffer.concat([Buffer.from(`${start}\r\n${rows.join('')}\r\n`), message.body]);
}

/** A refusal for a head that was read but may not be used. */
export function malformed(
  head: { method?: string; headers: Headers },
  status: MalformedMessage['status'],
  reason: string,
): MalformedMessage {
  return {
    kind: 'malformed',
    status,
    reason,
    headers: head.headers,
    ...(head.method === undefined ? {} : { method: head.method }),
  };
}

function readStartLine(line: string, headers: Headers): MessageHead | MalformedMessage {
  const response = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/is.exec(line);
  if (response?.[1] !== undefined) {
    return { kind: 'response', status: Number(response[1]), reason: response[2] ?? '', headers };
  }
  const request = /^([\w.!%*+`'~-]+) ([^\s\0]+) SIP\/(\d+\.\d+)$/i.exec(line);
  const [, method, uri, version] = request ?? [];
  if (method !== undefined && uri !== undefined && version !== undefined) {
    if (version !== '2.0') return malformed({ method, headers }, 505, 'SIP version is not 2.0');
    return { kind: 'request', method, uri, headers };
  }
  // A request line that is nearly one can still be answered; anything else cannot.
  const nearly = /^([\w.!%*+`'~-]+)[ \t].*[ \t]SIP\/\d+\.\d+\s*$/i.exec(line)?.[1];
  return malformed(
    { ...(nearly === undefined ? {} : { method: nearly }), headers },
    400,
    'Malformed start line',
  );
}

function refusalOf(
  start: MessageHead | MalformedMessage,
  lines: ReturnType<typeof readHeaderLines>,
  headLength: number,
): MalformedMessage | undefined {
  if (start.kind === 'malformed') return start;
  if (lines.rows.length > SIZE_LIMITS.headerLines) return malformed(start, 513, 'Too many header lines');
  if (headLength > SIZE_LIMITS.head) return malformed(start, 513, 'Headers larger than this server reads');
  if (lines.fault !== undefined) return malformed(start, 400, `Malformed ${lines.fault}`);
  return lines.complete ? undefined : malformed(start, 400, 'No empty line after the headers');
}
