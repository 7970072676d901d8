/**
 * The Distinguished Encoding Rules (X.690), as far as time stamps and certificates need them. Strict: definite and
 * shortest lengths, one-byte tags, nothing after the end. Every fault is an `invalid_input`.
 */
import { HoldfastError } from '../errors.ts';

/** Tags as they stand in the first byte. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element. */
export interface DerElement {
  readonly tag: number;
  /** Its content. */
  readonly body: Buffer;
  /** Its whole encoding. */
  readonly raw: Buffer;
}

/** The tag of `[number]`; constructed unless it stands for a primitive. */
export function contextTag(number: number, form: 'constructed' | 'primitive' = 'constructed'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}

/** The one element that these bytes are. */
export function readDer(bytes: Buffer): DerElement {
  const element = readElement(bytes);
  if (element.raw.length !== bytes.length) throw malformed('something follows where it should end');
  return element;
}

/** The elements in the content of a constructed one. */
export function readChildren({ tag, body }: DerElement): DerElement[] {
  if ((tag & 0x20) === 0) throw malformed('a part that should consist of others does not');
  const children: DerElement[] = [];
  for (let rest = body; rest.length > 0;) {
    const child = readElement(rest);
    children.push(child);
    rest = rest.subarray(child.raw.length);
  }
  return children;
}

/** Takes the elements of a sequence one by one, in their order. */
export class DerFields {
  readonly #waiting: DerElement[];

  /** @throws invalid_input when `element` has not this tag. */
  constructor(element: DerElement | undefined, tag: number = TAG.sequence) {
    if (element?.tag !== tag) throw malformed('a part is missing or of another kind');
    this.#waiting = readChildren(element);
  }

  /** The next element, which must have this tag. */
  take(tag: number): DerElement {
    const next = this.#waiting.shift();
    if (next?.tag !== tag) throw malformed('a part is missing or of another kind');
    return next;
  }

  /** The next element if it has this tag. */
  takeIf(tag: number): DerElement | undefined {
    return this.#waiting[0]?.tag === tag ? this.#waiting.shift() : undefined;
  }

  /** The next element, whatever it is. */
  takeAny(): DerElement {
    const next = this.#waiting.shift();
    if (next === undefined) throw malformed('a part is missing');
    return next;
  }

  /** @throws invalid_input when elements are left over. */
  end(): void {
    if (this.#waiting.length > 0) throw malformed('it has a part that does not belong there');
  }
}

/** A non-negative integer below 2^53. */
export function readSmallInteger({ body }: DerElement): number {
  const [first = 0xff, second = 0xff] = body;
  if (body.length > 6 || first >= 0x80) throw malformed('a number is out of range');
  if (body.length > 1 && first === 0 && second < 0x80)
    throw malformed('a number is not in its shortest form');
  return body.readUIntBE(0, body.length);
}

/** An object identifier with dots. */
export function readOid({ tag, body }: DerElement): string {
  if (tag !== TAG.oid || (body.at(-1) ?? 0xff) >= 0x80) throw malformed('a name is not an identifier');
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of body) {
    arc = arc * 128 + (byte & 0x7f);
    if (!Number.isSafeInteger(arc)) throw malformed('an identifier is out of range');
    if ((byte & 0x80) === 0) {
      arcs.push(arc);
      arc = 0;
    }
  }
  const [joined, ...rest] = arcs as [number, ...number[]];
  const first = Math.min(Math.floor(joined / 40), 2);
  return [first, joined - first * 40, ...rest].join('.');
}

/** UTCTime (two-digit years, RFC 5280 section 4.1.2.5.1) or GeneralizedTime, in UTC. Below a millisecond is cut off. */
export function readTime({ tag, body }: DerElement): Date {
  const text = body.toString('latin1');
  const pattern =
    tag === TAG.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})()Z$/
      : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d*[1-9]))?Z$/;
  const [, year, month, day, hour, minute, second, fraction] = pattern.exec(text) ?? [];
  if (year === undefined || (tag !== TAG.utcTime && tag !== TAG.generalizedTime))
    throw malformed('a time is not written as one');
  const full = year.length === 4 ? year : Number(year) < 50 ? `20${year}` : `19${year}`;
  const milliseconds = (fraction ?? '').padEnd(3, '0').slice(0, 3);
  const iso = `${full}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`;
  const time = new Date(iso);
  // A 30th of February would roll over silently.
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) throw malformed('a time does not exist');
  return time;
}

/** Encodes one element. */
export function writeDer(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.from(
    body.length.toString(16).padStart(body.length > 0xffff ? 6 : body.length > 0xff ? 4 : 2, '0'),
    'hex',
  );
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, body]);
}

/** Encodes a non-negative integer from its bytes, most significant first. */
export function writeUnsigned(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const shortest = bytes.subarray(start);
  return writeDer(TAG.integer, (shortest[0] ?? 0) & 0x80 ? Buffer.of(0) : Buffer.alloc(0), shortest);
}

function readElement(bytes: Buffer): DerElement {
  const [tag, first] = bytes;
  if (tag === undefined || first === undefined) throw malformed('it is cut short');
  if ((tag & 0x1f) === 0x1f) throw malformed('it uses tags that do not occur there');
  let [start, length] = [2, first];
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 3 || bytes.length < 2 + count)
      throw malformed('a length is unbounded, too large or cut short');
    length = bytes.readUIntBE(2, count);
    if (length < 0x80 || length < 256 ** (count - 1)) throw malformed('a length is not in its shortest form');
    start = 2 + count;
  }
  if (bytes.length < start + length) throw malformed('it is cut short');
  return { tag, body: bytes.subarray(start, start + length), raw: bytes.subarray(0, start + length) };
}

function malformed(reason: string): HoldfastError {
  return new HoldfastError('invalid_input', `This is not well-formed DER: ${reason}.`);
}
