/**
 * The read side of a log as static files (https://c2sp.org/tlog-tiles): tiles of 256 hashes and bundles of 256
 * entries, from which a client computes every proof for itself.
 */
import { HoldfastError } from '../errors.ts';
import { MAX_LEAF_BYTES } from './leaf.ts';
import type { ReadNode } from './merkle.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Levels of the tree that one level of tiles spans. */
export const TILE_HEIGHT = 8;

/** Names a tile: hashes of one level, or entries. */
export interface TileAddress {
  /** Level in tiles, or `entries`. */
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; below 256 for the partial tile at the right edge of a log. */
  readonly width: number;
}

/** The path of a tile below the log's prefix, such as `tile/0/x001/x234/067` or `tile/entries/000.p/12`. */
export function tilePath({ level, index, width }: TileAddress): string {
  const digits = index.toString().padStart(Math.ceil(Math.max(index.toString().length, 1) / 3) * 3, '0');
  const parts = digits.match(/\d{3}/g) ?? [];
  const name = parts.map((part, at) => (at < parts.length - 1 ? `x${part}` : part)).join('/');
  return `tile/${level}/${name}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** Reads what `tilePath` writes, and nothing else. @returns undefined for any other path. */
export function parseTilePath(path: string): TileAddress | undefined {
  const [, level, name, width] =
    /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(
      path,
    ) ?? [];
  if (level === undefined || name === undefined) return undefined;
  const address: TileAddress = {
    level: level === 'entries' ? level : Number(level),
    index: Number(name.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  // One path for each tile: no needless zeros, and a full tile is not written as a partial one.
  return tilePath(address) === path ? address : undefined;
}

/** The tiles a log of `size` leaves has at a level: `full` complete ones, then one of `partial` hashes unless that is 0. */
export function tilesAt(
  level: number | 'entries',
  size: number,
): { readonly full: number; readonly partial: number } {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return { full: Math.floor(hashes / TILE_WIDTH), partial: hashes % TILE_WIDTH };
}

/** Whether a log of `size` leaves has this tile, at full width or as it stood when the log was smaller. */
export function hasTile({ level, index, width }: TileAddress, size: number): boolean {
  const { full, partial } = tilesAt(level, size);
  return index < full || (index === full && width <= partial);
}

/** The bytes of a tile of hashes: 32 each. @throws whatever `readNode` throws; not_found where the log has no such tile. */
export async function readHashTile(address: TileAddress, size: number, readNode: ReadNode): Promise<Buffer> {
  const { level, index, width } = address;
  if (level === 'entries' || !hasTile(address, size)) {
    throw new HoldfastError(
      'not_found',
      'The log has no such tile. Ask for tiles up to the size of its checkpoint.',
    );
  }
  const hashes = Array.from({ length: width }, (_, at) =>
    readNode(level * TILE_HEIGHT, index * TILE_WIDTH + at),
  );
  return Buffer.concat(await Promise.all(hashes));
}

/** A bundle of entries: each with its length before it, 16 bits, big-endian. @throws too_large for an entry that has no such length. */
export function writeEntryBundle(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > MAX_LEAF_BYTES)
        throw new HoldfastError('too_large', 'An entry of a log has at most 65,535 bytes.');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** The entries of a bundle. @throws integrity_failed when it is cut short or has more than 256. */
export function parseEntryBundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 <= bytes.length ? at + 2 + bytes.readUInt16BE(at) : Infinity;
    if (end > bytes.length || entries.length === TILE_WIDTH)
      throw new HoldfastError(
        'integrity_failed',
        'The bundle of entries is cut short or too long. Fetch it again.',
      );
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
