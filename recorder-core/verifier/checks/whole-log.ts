/**
 * The whole log as static files (https://c2sp.org/tlog-tiles) against the bundle: the one check that shows that the
 * exporter kept no later entry about a recording to itself.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLeaf } from '../../ledger/leaf.ts';
import { append, leafHash, rootFrom, type Frontier } from '../../ledger/merkle.ts';
import { TILE_WIDTH, parseEntryBundle, tilePath } from '../../ledger/tiles.ts';
import type { Manifest } from '../manifest.ts';
import { counted, refused, unreadable } from '../refused.ts';
import type { Passed } from '../report.ts';
import type { SignedPoint } from './history.ts';

/** A folder that holds `tile/entries/…` of one log. */
export type LogFolder = string;

const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + 65_535);

/**
 * Reads every entry of the log of `head`, holds them against its root, and counts those about each recording.
 * @throws integrity_failed; unavailable when a file is missing.
 */
export async function checkLog(
  folder: LogFolder,
  { recordings }: Manifest,
  head: SignedPoint,
): Promise<Passed<true>> {
  const counts = new Map(recordings.map(({ id }) => [id, 0]));
  let frontier: Frontier = [];
  let size = 0;
  while (size < head.size) {
    for (const entry of await readEntries(
      folder,
      size / TILE_WIDTH,
      Math.min(TILE_WIDTH, head.size - size),
    )) {
      frontier = append(size, frontier, leafHash(entry)).frontier;
      size += 1;
      const { type, id } = parseLeaf(entry).object;
      const before = type === 'recording' ? counts.get(id) : undefined;
      if (before !== undefined) counts.set(id, before + 1);
    }
  }
  if (!rootFrom(size, frontier).equals(head.root))
    throw refused(
      `The log in the folder is not the one that the checkpoint over ${head.size} entries was signed for: the two are different histories.`,
    );
  const short = recordings.find(({ id, leaves }) => counts.get(id) !== leaves);
  if (short !== undefined)
    throw refused(
      `The whole log has ${counts.get(short.id) ?? 0} entries about the recording ${short.id}, and the bundle states ${short.leaves}: the exporter left some out.`,
    );
  return {
    statement: `The whole log of ${counted(size, 'entry', 'entries')} is the one that was signed, and says no more about the recordings than the bundle does.`,
    value: true,
  };
}

/** The first `wanted` entries of one bundle: the full one, or a partial one that is wide enough. */
async function readEntries(folder: LogFolder, index: number, wanted: number): Promise<Buffer[]> {
  for (const width of [
    TILE_WIDTH,
    ...Array.from({ length: TILE_WIDTH - wanted }, (_, more) => wanted + more),
  ]) {
    const path = join(folder, tilePath({ level: 'entries', index, width }));
    const bytes = await readIfThere(path);
    if (bytes === undefined) continue;
    const entries = parseEntryBundle(bytes);
    if (entries.length !== width)
      throw refused(`The file ${path} has ${entries.length} entries and not the ${width} of its name.`);
    return entries.slice(0, wanted);
  }
  throw unreadable(
    `The folder ${folder} lacks entries from number ${index * TILE_WIDTH} on. Fetch the whole log, up to the size of the bundle.`,
  );
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    if ((await stat(path)).size > MAX_BUNDLE_BYTES)
      throw unreadable(`The file ${path} is too large for entries of a log.`);
    return await readFile(path);
  } catch (error) {
    if ((error as { readonly code?: unknown } | null)?.code === 'ENOENT') return undefined;
    throw error;
  }
}
