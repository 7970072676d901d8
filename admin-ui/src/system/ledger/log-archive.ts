/** The whole log as a ZIP file, made in the page: the checkpoint and the tiles of entries below it (C2SP tlog-tiles). */
import { joined, utf8, type Bytes } from '../../proof/bytes.ts';

/** A file of an archive. */
export interface ArchivedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const WIDTH = 256;
/** Beyond it the page would hold too much at once; the addresses are fetched by a program then. */
export const MOST_ENTRIES = 100_000;

/** Paths of the tiles that hold the entries of a log of this size. Pure. */
export function entryTiles(size: number): string[] {
  return Array.from({ length: Math.ceil(size / WIDTH) }, (_, index) => {
    const width = Math.min(WIDTH, size - index * WIDTH);
    const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
    const parts = digits.match(/\d{3}/g) ?? [];
    const name = parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join('/');
    return `tile/entries/${name}${width < WIDTH ? `.p/${String(width)}` : ''}`;
  });
}

/** A ZIP of files as they are, without compression (APPNOTE 6.3, method 0); the entries of a log are hard to compress. Pure. */
export function zipOf(files: readonly ArchivedFile[]): Bytes {
  const locals: Uint8Array[] = [];
  const centrals: Uint8Array[] = [];
  let at = 0;
  for (const { path, bytes } of files) {
    const name = utf8(path);
    const facts = headerOf(bytes, name.length);
    const local = joined(Uint8Array.of(0x50, 0x4b, 3, 4), facts, name);
    locals.push(local, bytes);
    const rest = new DataView(new ArrayBuffer(14));
    rest.setUint32(10, at, true);
    centrals.push(joined(Uint8Array.of(0x50, 0x4b, 1, 2, 20, 0), facts, new Uint8Array(rest.buffer), name));
    at += local.length + bytes.length;
  }
  const directory = joined(...centrals);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, directory.length, true);
  end.setUint32(16, at, true);
  return joined(...locals, directory, new Uint8Array(end.buffer));
}

/** Version, flags (names in UTF-8), method, time, CRC, both sizes, length of the name; the same in both headers. */
function headerOf(bytes: Uint8Array, nameLength: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, 20, true);
  view.setUint16(2, 0x0800, true);
  view.setUint16(8, 0x21, true); // 1 January 1980: the log has its own times
  view.setUint32(10, crc32(bytes), true);
  view.setUint32(14, bytes.length, true);
  view.setUint32(18, bytes.length, true);
  view.setUint16(22, nameLength, true);
  return new Uint8Array(view.buffer);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
