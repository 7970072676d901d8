import { HoldfastError } from '../errors.ts';
import { parseContentType } from './content-type.ts';
import { Headers } from './headers.ts';
import { readHeaderLines } from './header-lines.ts';
import { quote } from './quoted-text.ts';

/** One part of a body. `contentType` and `disposition` are lower-case and without parameters. */
export interface BodyPart {
  readonly headers: Headers;
  readonly contentType: string;
  readonly disposition?: string;
  readonly body: Buffer;
}

/** A part to be written; a Content-Type in `headers` wins over `contentType` and so can carry parameters. */
export interface PartToBuild {
  readonly contentType: string;
  readonly disposition?: string;
  readonly headers?: Headers | Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** More parts than this is no SIP body but an attack. */
const MAX_PARTS = 32;

/**
 * Takes a multipart body apart (RFC 2046 section 5.1, RFC 5621). Boundary quoted or bare, with a preamble,
 * bare line ends, a missing closing delimiter, part headers in any order: all are read. A content type that
 * is not multipart gives the whole body as one part. Throws `invalid_input` when no boundary is named, none is
 * found in the body, a part header cannot be read, or there are more than 32 parts. Nested multiparts stay one part.
 */
export function parseMultipart(contentType: string, body: Buffer): BodyPart[] {
  const { type, params } = parseContentType(contentType);
  if (!type.startsWith('multipart/')) return [partFrom(Headers.from({ 'Content-Type': contentType }), body)];
  const boundary = params.get('boundary');
  if (!boundary) throw refused('names no boundary');
  const marks = delimiters(body, boundary);
  if (marks.length === 0) throw refused('does not contain the boundary its Content-Type names');
  const parts: BodyPart[] = [];
  for (const [index, mark] of marks.entries()) {
    if (mark.closing) break;
    if (parts.length === MAX_PARTS) throw refused(`has more than ${String(MAX_PARTS)} parts`);
    parts.push(readPart(body.subarray(mark.end, marks[index + 1]?.start ?? body.length)));
  }
  return parts;
}

/**
 * Writes parts as multipart/mixed. Throws `invalid_input` when the boundary is no boundary or stands
 * inside a part; choose another then.
 */
export function buildMultipart(
  parts: readonly PartToBuild[],
  boundary: string,
): { contentType: string; body: Buffer } {
  const legal = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary);
  if (!legal || parts.some((part) => part.body.includes(`--${boundary}`))) {
    throw new HoldfastError(
      'invalid_input',
      'The boundary is not usable for these parts; choose another one.',
    );
  }
  const pieces: Buffer[] = [];
  for (const part of parts) {
    const headers = part.headers instanceof Headers ? part.headers.clone() : Headers.from(part.headers);
    if (!headers.has('Content-Type')) headers.append('Content-Type', part.contentType);
    if (part.disposition !== undefined && !headers.has('Content-Disposition')) {
      headers.append('Content-Disposition', part.disposition);
    }
    const lines = headers.entries().map(([name, value]) => `${name}: ${value}\r\n`);
    pieces.push(Buffer.from(`--${boundary}\r\n${lines.join('')}\r\n`), part.body, Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  const value = /^[\w.+-]+$/.test(boundary) ? boundary : quote(boundary);
  return { contentType: `multipart/mixed;boundary=${value}`, body: Buffer.concat(pieces) };
}

interface Delimiter {
  /** Where the part before it ends: the line break in front belongs to the delimiter. */
  readonly start: number;
  /** Where the part after it begins. */
  readonly end: number;
  readonly closing: boolean;
}

/** Finds `--boundary` at line starts, followed by nothing but blanks, or by `--`. */
function delimiters(body: Buffer, boundary: string): Delimiter[] {
  const found: Delimiter[] = [];
  const mark = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at + 1)) {
    if (at > 0 && body[at - 1] !== 0x0a) continue;
    const lineFeed = body.indexOf(0x0a, at);
    const end = lineFeed === -1 ? body.length : lineFeed + 1;
    const rest = body
      .subarray(at + mark.length, end)
      .toString('latin1')
      .trim();
    const closing = rest.startsWith('--');
    if (rest !== '' && !closing) continue;
    const breakLength = at === 0 ? 0 : body[at - 2] === 0x0d ? 2 : 1;
    // Two delimiters in a row share a line break: it must not be counted twice.
    found.push({ start: Math.max(at - breakLength, found.at(-1)?.end ?? 0), end, closing });
    if (closing || found.length > MAX_PARTS + 1) break;
  }
  return found;
}

function readPart(bytes: Buffer): BodyPart {
  const { rows, fault, end } = readHeaderLines(bytes);
  if (fault !== undefined) throw refused(`has a part with a header line that cannot be read (${fault})`);
  return partFrom(new Headers(rows), bytes.subarray(end));
}

function partFrom(headers: Headers, body: Buffer): BodyPart {
  const disposition = headers.get('Content-Disposition');
  return {
    headers,
    contentType: parseContentType(headers.get('Content-Type') || 'text/plain').type,
    ...(disposition === undefined ? {} : { disposition: parseContentType(disposition).type }),
    body,
  };
}

function refused(why: string): HoldfastError {
  return new HoldfastError(
    'invalid_input',
    `The multipart body ${why}; it cannot be read. Correct and resend it.`,
    {
      field: 'Content-Type',
    },
  );
}
