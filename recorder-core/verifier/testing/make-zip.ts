/** ZIP files for tests, in the form of a bundle, and in any other that a hostile hand could give them. */
import { crc32 } from 'node:zlib';

/** A file to be put in. Each member but the first two overrides what an honest writer would write. */
export interface ZipFile {
  readonly path: string;
  readonly bytes: Buffer;
  /** Sizes and checksum in a descriptor behind the content, of 16 or 24 bytes. */
  readonly descriptor?: 16 | 24;
  readonly local?: Overrides;
  readonly central?: Overrides;
  /** Bytes between this file and what comes after it. */
  readonly gap?: Buffer;
}

/** Values in place of the honest ones. */
export interface Overrides {
  readonly name?: string;
  readonly version?: number;
  readonly madeBy?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly time?: number;
  readonly crc?: number;
  readonly stored?: number;
  readonly size?: number;
  readonly extra?: Buffer;
  readonly comment?: Buffer;
  readonly disk?: number;
  readonly internal?: number;
  readonly external?: number;
  readonly offset?: number;
}

/** What the end of the file says, in place of the honest values. */
export interface EndOverrides {
  readonly entries?: number;
  readonly entriesHere?: number;
  readonly directoryBytes?: number;
  readonly directoryOffset?: number;
  readonly comment?: Buffer;
  /** With a ZIP64 end, whether or not it is needed. */
  readonly zip64?: boolean;
}

const TIME = 0x5b7a5000;

/** Makes a ZIP file. */
export function makeZip(files: readonly ZipFile[], end: EndOverrides = {}): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const local = makeLocal(file);
    const pack = Buffer.concat([local, file.bytes, makeDescriptor(file), file.gap ?? Buffer.alloc(0)]);
    directory.push(makeCentral(file, offset));
    pieces.push(pack);
    offset += pack.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...pieces, central, makeEnd(files.length, offset, central.length, end)]);
}

function makeLocal({ path, bytes, descriptor, local = {} }: ZipFile): Buffer {
  const open = descriptor !== undefined;
  const extra = local.extra ?? (descriptor === 24 ? zip64Extra([0, 0]) : Buffer.alloc(0));
  const size = open ? (descriptor === 24 ? 0xffffffff : 0) : bytes.length;
  const name = Buffer.from(local.name ?? path, 'latin1');
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(local.version ?? (extra.length > 0 ? 45 : 20), 4);
  header.writeUInt16LE(local.flags ?? (open ? 0x0808 : 0x0800), 6);
  header.writeUInt16LE(local.method ?? 0, 8);
  header.writeUInt32LE(local.time ?? TIME, 10);
  header.writeUInt32LE(local.crc ?? (open ? 0 : crc32(bytes)), 14);
  header.writeUInt32LE(local.stored ?? size, 18);
  header.writeUInt32LE(local.size ?? size, 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function makeDescriptor({ bytes, descriptor }: ZipFile): Buffer {
  if (descriptor === undefined) return Buffer.alloc(0);
  const made = Buffer.alloc(descriptor);
  made.writeUInt32LE(0x08074b50, 0);
  made.writeUInt32LE(crc32(bytes), 4);
  made.writeUInt32LE(bytes.length, 8);
  made.writeUInt32LE(bytes.length, descriptor === 16 ? 12 : 16);
  return made;
}

function makeCentral({ path, bytes, descriptor, central = {} }: ZipFile, offset: number): Buffer {
  const extra = central.extra ?? Buffer.alloc(0);
  const comment = central.comment ?? Buffer.alloc(0);
  const name = Buffer.from(central.name ?? path, 'latin1');
  const version = central.version ?? (descriptor === 24 || extra.length > 0 ? 45 : 20);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(central.madeBy ?? (0x0300 + version) & 0xffff, 4);
  header.writeUInt16LE(version, 6);
  header.writeUInt16LE(central.flags ?? (descriptor === undefined ? 0x0800 : 0x0808), 8);
  header.writeUInt16LE(central.method ?? 0, 10);
  header.writeUInt32LE(central.time ?? TIME, 12);
  header.writeUInt32LE(central.crc ?? crc32(bytes), 16);
  header.writeUInt32LE(central.stored ?? bytes.length, 20);
  header.writeUInt32LE(central.size ?? bytes.length, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt16LE(comment.length, 32);
  header.writeUInt16LE(central.disk ?? 0, 34);
  header.writeUInt16LE(central.internal ?? 0, 36);
  header.writeUInt32LE(central.external ?? 0x81a40000, 38);
  header.writeUInt32LE(central.offset ?? offset, 42);
  return Buffer.concat([header, name, extra, comment]);
}

function makeEnd(count: number, offset: number, bytes: number, over: EndOverrides): Buffer {
  const [entries, directoryBytes, directoryOffset] = [
    over.entries ?? count,
    over.directoryBytes ?? bytes,
    over.directoryOffset ?? offset,
  ];
  const comment = over.comment ?? Buffer.alloc(0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(over.entriesHere ?? entries, 0xffff), 8);
  end.writeUInt16LE(Math.min(entries, 0xffff), 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  end.writeUInt16LE(comment.length, 20);
  const long = over.zip64 ?? entries >= 0xffff;
  const end64 = long ? makeEnd64(entries, directoryBytes, directoryOffset) : Buffer.alloc(0);
  return Buffer.concat([end64, end, comment]);
}

/** The ZIP64 end record and its locator. */
export function makeEnd64(entries: number, bytes: number, offset: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(0x032d, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + bytes), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

/** A ZIP64 extra field with these values. */
export function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  for (const [at, value] of values.entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * at);
  return extra;
}
