/**
 * The container of a bundle, written as it is read: a ZIP file (APPNOTE 6.3.10) of stored entries whose sizes stand in
 * data descriptors (4.3.9), with ZIP64 (4.5.3) only where a size needs it. `docs/evidence-bundle.md` says what readers may rely on.
 */
import { crc32 } from 'node:zlib';
import { HoldfastError } from '../errors.ts';

/** What the format lets a bundle have. */
export const MAX_ENTRIES = 200_000;

/** At this size and beyond, a field of 32 bits holds this mark and ZIP64 the size. */
const ZIP64_MARK = 0xffffffff;
const ZIP64_COUNT = 0xffff;
const VERSION_STORED = 20;
const VERSION_ZIP64 = 45;
/** Bit 3: sizes in a data descriptor; bit 11: the name is UTF-8. */
const FLAGS = 0x0808;
/** A regular file that its owner may read and write, as Unix says it. */
const MADE_BY_UNIX = 3 << 8;
const FILE_MODE = (0o100644 << 16) >>> 0;

const SEGMENT = /^[A-Za-z0-9_=](?:[A-Za-z0-9_=.-]{0,126}[A-Za-z0-9_=-])?$/;
const MAX_SEGMENTS = 16;

interface OpenEntry {
  readonly name: Buffer;
  readonly offset: number;
  readonly zip64: boolean;
  size: number;
  crc: number;
}

/**
 * Makes the bytes around the contents. Call `open`, then `take` for each piece of the content and pass the piece on, then
 * `close`; at the end `finish`. What the calls return goes out in that order.
 */
export class ZipWriter {
  readonly #time: number;
  readonly #entries: OpenEntry[] = [];
  readonly #names = new Set<string>();
  #offset = 0;
  #open: OpenEntry | undefined;

  /** `at` is the time that every entry bears, in UTC; ZIP knows no zone and only even seconds. */
  constructor(at: Date) {
    this.#time = dosTime(at);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.#offset;
  }

  /**
   * Begins an entry. `expected` is how large it can become at most, which decides whether its descriptor has the long form.
   * @throws HoldfastError `internal` for a name that the format does not allow or that is there already, `too_large` beyond MAX_ENTRIES.
   */
  open(path: string, expected: number): Buffer {
    this.#checkName(path);
    if (this.#entries.length >= MAX_ENTRIES) throw tooMany();
    const name = Buffer.from(path, 'utf8');
    const zip64 = expected >= ZIP64_MARK;
    this.#open = { name, offset: this.#offset, zip64, size: 0, crc: 0 };
    const extra = zip64 ? zip64Extra([0, 0]) : Buffer.alloc(0);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(zip64 ? VERSION_ZIP64 : VERSION_STORED, 4);
    header.writeUInt16LE(FLAGS, 6);
    header.writeUInt32LE(this.#time, 10);
    if (zip64) header.fill(0xff, 18, 26);
    header.writeUInt16LE(name.length, 26);
    header.writeUInt16LE(extra.length, 28);
    return this.#count(Buffer.concat([header, name, extra]));
  }

  /** Counts a piece of the content of the open entry; the caller passes it on unchanged. */
  take(piece: Buffer): void {
    this.skip(piece.length, crc32(piece, this.#current().crc));
  }

  /** As `take`, for content that is at hand as its length and the checksum over all of the entry so far. */
  skip(length: number, crc: number): void {
    const current = this.#current();
    current.size += length;
    current.crc = crc;
    this.#offset += length;
    if (!current.zip64 && current.size >= ZIP64_MARK) {
      throw new HoldfastError(
        'internal',
        'An entry of the bundle became larger than was announced, so no bundle was made.',
      );
    }
  }

  /** Ends the open entry. */
  close(): Buffer {
    const current = this.#current();
    const { zip64, size, crc } = current;
    this.#open = undefined;
    this.#entries.push(current);
    const descriptor = Buffer.alloc(zip64 ? 24 : 16);
    descriptor.writeUInt32LE(0x08074b50, 0);
    descriptor.writeUInt32LE(crc, 4);
    if (zip64) {
      descriptor.writeBigUInt64LE(BigInt(size), 8);
      descriptor.writeBigUInt64LE(BigInt(size), 16);
    } else {
      descriptor.writeUInt32LE(size, 8);
      descriptor.writeUInt32LE(size, 12);
    }
    return this.#count(descriptor);
  }

  /** The central directory and what ends it, in pieces. */
  *finish(): Generator<Buffer, void, undefined> {
    const start = this.#offset;
    for (const entry of this.#entries) yield this.#count(this.#directoryEntry(entry));
    yield this.#count(endOfDirectory(this.#entries.length, start, this.#offset - start));
  }

  #directoryEntry({ name, offset, size, crc, zip64 }: OpenEntry): Buffer {
    const long = [...(size >= ZIP64_MARK ? [size, size] : []), ...(offset >= ZIP64_MARK ? [offset] : [])];
    const extra = long.length > 0 ? zip64Extra(long) : Buffer.alloc(0);
    const version = zip64 || long.length > 0 ? VERSION_ZIP64 : VERSION_STORED;
    const header = Buffer.alloc(46);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE(MADE_BY_UNIX | version, 4);
    header.writeUInt16LE(version, 6);
    header.writeUInt16LE(FLAGS, 8);
    header.writeUInt32LE(this.#time, 12);
    header.writeUInt32LE(crc, 16);
    header.writeUInt32LE(Math.min(size, ZIP64_MARK), 20);
    header.writeUInt32LE(Math.min(size, ZIP64_MARK), 24);
    header.writeUInt16LE(name.length, 28);
    header.writeUInt16LE(extra.length, 30);
    header.writeUInt32LE(FILE_MODE, 38);
    header.writeUInt32LE(Math.min(offset, ZIP64_MARK), 42);
    return Buffer.concat([header, name, extra]);
  }

  #checkName(path: string): void {
    const segments = path.split('/');
    const folded = path.toLowerCase();
    const fits = segments.length <= MAX_SEGMENTS && segments.every((segment) => SEGMENT.test(segment));
    if (!fits || this.#names.has(folded) || this.#open !== undefined) {
      throw new HoldfastError('internal', 'A bundle cannot have an entry of this name, so none was made.', {
        detail: `refused entry ${path}`,
      });
    }
    this.#names.add(folded);
  }

  #current(): OpenEntry {
    if (this.#open === undefined) throw new HoldfastError('internal', 'No entry of the bundle is open.');
    return this.#open;
  }

  #count(bytes: Buffer): Buffer {
    this.#offset += bytes.length;
    return bytes;
  }
}

/** Header id 1: the sizes and the offset that do not fit 32 bits, in that order. */
function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [i, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
  return extra;
}

function endOfDirectory(count: number, start: number, size: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, ZIP64_COUNT), 8);
  end.writeUInt16LE(Math.min(count, ZIP64_COUNT), 10);
  end.writeUInt32LE(Math.min(size, ZIP64_MARK), 12);
  end.writeUInt32LE(Math.min(start, ZIP64_MARK), 16);
  if (count < ZIP64_COUNT && start < ZIP64_MARK && size < ZIP64_MARK) return end;
  return Buffer.concat([zip64End(count, start, size), end]);
}

/** ZIP64 end of central directory record and its locator (4.3.14, 4.3.15). */
function zip64End(count: number, start: number, size: number): Buffer {
  const end = Buffer.alloc(56 + 20);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12);
  end.writeUInt16LE(VERSION_ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(start), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(start + size), 64);
  end.writeUInt32LE(1, 72);
  return end;
}

/** Date in the upper, time in the lower half; the format begins with 1980. */
function dosTime(at: Date): number {
  const year = Math.min(Math.max(at.getUTCFullYear(), 1980), 2107);
  const date = ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}

function tooMany(): HoldfastError {
  return new HoldfastError(
    'too_large',
    `A bundle can have ${MAX_ENTRIES} files and this one needs more, so none was made. Export fewer recordings at once.`,
  );
}
