/**
 * The records of a ZIP file (APPNOTE 6.3.10, sections 4.3.7 to 4.3.16) as far as a bundle has them. Each is read
 * strictly: a field that says nothing must have its one value, so that no bit can change unnoticed.
 */
import { MAX_PATH_BYTES } from './entry-path.ts';

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const END64_BYTES = 56;
export const LOCATOR_BYTES = 20;
/** More than a permitted name and the ZIP64 field of a bundle can take. */
export const MAX_VARIABLE_BYTES = MAX_PATH_BYTES + 28;

const U16 = 0xffff;
const U32 = 0xffffffff;
const UTF8 = 0x0800;
const DESCRIBED = 0x0008;
const UNIX = 3 << 8;
const FILE_0644 = 0x81a40000;

/** A header of the central directory, without its name. */
export interface CentralHeader {
  readonly described: boolean;
  /** 20, or 45 where the entry has a ZIP64 field in either of its headers. */
  readonly version: number;
  /** Time and date, which all entries of a bundle share. */
  readonly time: number;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/** Why a record was refused, in words that fit after "because". */
export interface Fault {
  readonly fault: string;
}

/** Length of the name and of the extra field behind a header of the central directory. */
export function centralLengths(header: Buffer): { readonly name: number; readonly extra: number } | Fault {
  if (header.readUInt32LE(0) !== 0x02014b50)
    return { fault: 'the directory does not have the entries it counts' };
  return { name: header.readUInt16LE(28), extra: header.readUInt16LE(30) };
}

/** Reads a header of the central directory with its extra field. */
export function parseCentral(header: Buffer, extra: Buffer): CentralHeader | Fault {
  const version = header.readUInt16LE(6);
  const common = commonFault(header.subarray(6, 12));
  if (common !== undefined) return { fault: common };
  if (extra.length > 0 && version !== 45) return { fault: VERSION };
  if (header.readUInt16LE(4) !== (UNIX | version)) return { fault: 'it names another system or version' };
  if (header.readUInt16LE(32) !== 0) return { fault: 'it has a comment' };
  if (header.readUInt16LE(34) !== 0) return { fault: 'it lies on another disk' };
  if (header.readUInt16LE(36) !== 0 || header.readUInt32LE(38) !== FILE_0644)
    return { fault: 'it is not a plain file: its attributes are others' };
  const stored = header.readUInt32LE(20);
  const told = [header.readUInt32LE(24), stored, header.readUInt32LE(42)];
  const values = readZip64(told, extra);
  if (values === undefined) return { fault: 'its extra fields are not the one ZIP64 field it needs' };
  const [size, storedSize, offset] = values as [number, number, number];
  if (size !== storedSize) return { fault: 'its two sizes differ, though nothing is compressed' };
  const time = header.readUInt32LE(12);
  const crc = header.readUInt32LE(16);
  return { described: described(header.readUInt16LE(8)), version, time, crc, size, offset };
}

/**
 * Compares a local header, with name and extra field, with the entry of the central directory.
 * Answers how many bytes the data descriptor has, 0 for none.
 */
export function checkLocal(
  header: Buffer,
  extra: Buffer,
  central: CentralHeader,
): { readonly descriptorBytes: number } | Fault {
  if (header.readUInt32LE(0) !== 0x04034b50) return { fault: 'it does not begin where the directory says' };
  const zip64 = extra.length > 0;
  const common = commonFault(header.subarray(4, 10));
  if (common !== undefined) return { fault: common };
  const long = zip64 || central.size >= U32 || central.offset >= U32;
  if (header.readUInt16LE(4) !== (zip64 ? 45 : 20) || central.version !== (long ? 45 : 20))
    return { fault: VERSION };
  if (described(header.readUInt16LE(6)) !== central.described || header.readUInt32LE(10) !== central.time)
    return { fault: 'its two headers differ' };
  const told = [header.readUInt32LE(22), header.readUInt32LE(18)];
  if (central.described) {
    if (header.readUInt32LE(14) !== 0) return { fault: 'it has a checksum in two places' };
    if (!zip64) return told.every((size) => size === 0) ? { descriptorBytes: 16 } : { fault: LYING };
    const zeros = Buffer.from([1, 0, 16, 0, ...Buffer.alloc(16)]);
    const open = told.every((size) => size === U32) && extra.equals(zeros);
    return open ? { descriptorBytes: 24 } : { fault: LYING };
  }
  const sizes = readZip64(told, extra);
  if (sizes === undefined || sizes.some((size) => size !== central.size)) return { fault: LYING };
  return header.readUInt32LE(14) === central.crc
    ? { descriptorBytes: 0 }
    : { fault: 'its two headers differ' };
}

/** Whether a data descriptor of 16 or 24 bytes says what the directory says. */
export function descriptorFits(descriptor: Buffer, { crc, size }: CentralHeader): boolean {
  const sizes =
    descriptor.length === 16
      ? [descriptor.readUInt32LE(8), descriptor.readUInt32LE(12)]
      : [Number(descriptor.readBigUInt64LE(8)), Number(descriptor.readBigUInt64LE(16))];
  return (
    descriptor.readUInt32LE(0) === 0x08074b50 &&
    descriptor.readUInt32LE(4) === crc &&
    sizes.every((told) => told === size)
  );
}

/** Where the central directory is and what it counts. */
export interface End {
  readonly entries: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
}

/** Reads the end of the file. `tail` is its last bytes, with those of the ZIP64 records where the file is so long. */
export function parseEnd(tail: Buffer): (End & { readonly endBytes: number }) | Fault {
  const end = tail.subarray(tail.length - END_BYTES);
  if (end.length < END_BYTES || end.readUInt32LE(0) !== 0x06054b50)
    return {
      fault:
        'it does not end as a ZIP file without a comment does: it was cut off, or something was appended',
    };
  if (end.readUInt16LE(20) !== 0) return { fault: 'it has a comment' };
  if (end.readUInt16LE(4) !== 0 || end.readUInt16LE(6) !== 0)
    return { fault: 'it is spread over several disks' };
  const told: End = {
    entries: end.readUInt16LE(10),
    directoryBytes: end.readUInt32LE(12),
    directoryOffset: end.readUInt32LE(16),
  };
  if (end.readUInt16LE(8) !== told.entries) return { fault: 'it counts its entries in two ways' };
  const open = [told.entries === U16, told.directoryBytes === U32, told.directoryOffset === U32];
  if (!open.includes(true)) return { ...told, endBytes: END_BYTES };
  return parseEnd64(tail.subarray(0, tail.length - END_BYTES), told);
}

function parseEnd64(tail: Buffer, told: End): (End & { readonly endBytes: number }) | Fault {
  const bytes = END64_BYTES + LOCATOR_BYTES;
  if (tail.length < bytes) return { fault: 'its ZIP64 end is missing' };
  const record = tail.subarray(tail.length - bytes, tail.length - LOCATOR_BYTES);
  const locator = tail.subarray(tail.length - LOCATOR_BYTES);
  const fixed = Buffer.from('504b06062c000000000000002d032d000000000000000000', 'hex');
  if (!record.subarray(0, 24).equals(fixed))
    return { fault: 'its ZIP64 end is not of the one permitted form' };
  const end: End = {
    entries: Number(record.readBigUInt64LE(32)),
    directoryBytes: Number(record.readBigUInt64LE(40)),
    directoryOffset: Number(record.readBigUInt64LE(48)),
  };
  const place = Number(locator.readBigUInt64LE(8));
  const consistent =
    Number(record.readBigUInt64LE(24)) === end.entries &&
    fits(told.entries, end.entries, U16) &&
    fits(told.directoryBytes, end.directoryBytes, U32) &&
    fits(told.directoryOffset, end.directoryOffset, U32) &&
    locator.readUInt32LE(0) === 0x07064b50 &&
    locator.readUInt32LE(4) === 0 &&
    locator.readUInt32LE(16) === 1 &&
    place === end.directoryOffset + end.directoryBytes;
  return consistent
    ? { ...end, endBytes: bytes + END_BYTES }
    : { fault: 'its two ends contradict each other' };
}

const VERSION = 'it needs another version of the format than its headers use';
const LYING = 'the sizes in its two headers differ';

/** Needed version, flags and method, which both headers have in this order. */
function commonFault(fields: Buffer): string | undefined {
  const [version, flags] = [fields.readUInt16LE(0), fields.readUInt16LE(2)];
  if (version !== 20 && version !== 45) return VERSION;
  if ((flags & 1) !== 0) return 'it is encrypted';
  if (flags !== UTF8 && flags !== (UTF8 | DESCRIBED)) return 'it has flags that a bundle does not have';
  return fields.readUInt16LE(4) === 0 ? undefined : 'it is compressed, so nobody knows what it grows to';
}

function described(flags: number): boolean {
  return (flags & DESCRIBED) !== 0;
}

/** The 8-byte values of the ZIP64 field put in for those that are all ones; a value that fits must not stand there. */
function readZip64(told: readonly number[], extra: Buffer): number[] | undefined {
  const open = told.filter((value) => value === U32).length;
  if (open === 0) return extra.length === 0 ? [...told] : undefined;
  if (extra.length !== 4 + open * 8 || extra.readUInt16LE(0) !== 1) return undefined;
  if (extra.readUInt16LE(2) !== open * 8) return undefined;
  let at = 4 - 8;
  const values = told.map((value) => (value === U32 ? Number(extra.readBigUInt64LE((at += 8))) : value));
  return values.every((value, index) => fits(told[index] as number, value, U32)) ? values : undefined;
}

/** Whether a short field says the value, or says rightly that it does not fit. */
function fits(short: number, value: number, limit: number): boolean {
  return Number.isSafeInteger(value) && short === Math.min(value, limit);
}
