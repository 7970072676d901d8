import { canonical } from './plain-json.ts';
import { consistencyProof } from '../ledger/proofs.ts';
import { addSignatureLines } from '../ledger/signed-note.ts';
import type { Database, Tx } from '../records/database.ts';
import { nodeReader } from '../records/ledger-log.ts';
import { readStamped, sizesStampedFor } from '../records/stamped-checkpoints.ts';
import { damaged } from './bundle-files.ts';
import type { BundleCheckpoint } from './bundle-order.ts';
import { presentLeaf, readLeavesAt } from './recording-leaves.ts';

const NEWLINE = Buffer.from('\n');

/** Whose log it is, and the checkpoint that the bundle's proofs are for. */
export interface LogOfTenant {
  readonly db: Database;
  readonly tenantId: string;
  readonly head: BundleCheckpoint;
}

/** A line of `ledger/history.jsonl`: a checkpoint that extends the one of the line before. */
export interface HistoryLine {
  readonly checkpoint: string;
  readonly consistency: readonly string[];
  readonly timestamp: string | null;
}

/** Checkpoints of rising sizes as lines; `from` is the size that the first of them is shown to extend, 0 for none. */
export async function historyLines(
  tx: Tx,
  checkpoints: readonly Omit<BundleCheckpoint, 'root'>[],
  from = 0,
): Promise<HistoryLine[]> {
  const readNode = nodeReader(tx);
  const lines: HistoryLine[] = [];
  let before = from;
  for (const { size, note, timestamp } of checkpoints) {
    const proof = await consistencyProof(before, size, readNode);
    lines.push({
      checkpoint: note,
      consistency: proof.map((hash) => hash.toString('base64')),
      timestamp: timestamp?.toString('base64') ?? null,
    });
    before = size;
  }
  return lines;
}

/** Canonical JSON, one value a line. */
export function* jsonLines(values: Iterable<object>): Generator<Buffer, void, undefined> {
  for (const value of values) yield Buffer.concat([canonical(value), NEWLINE]);
}

/** Leaves read and proven together, and leaves whose earliest stamp is looked for together. */
const PAGE = 500;
const MOST_ASKED = 20_000;
/** More earlier checkpoints than this are thinned out evenly: each still proves all leaves below it. */
const MOST_CHECKPOINTS = 1000;

/**
 * The lines of `ledger/leaves.jsonl`; `indices` ascend, and those of `unopened` come without what opens their commitments. Read
 * anew, so that no more than a page is in memory.
 */
export async function* leafLines(
  { db, tenantId, head }: LogOfTenant,
  indices: readonly number[],
  unopened: ReadonlySet<number> = new Set(),
): AsyncGenerator<Buffer, void, undefined> {
  for (let from = 0; from < indices.length; from += PAGE) {
    const page = indices.slice(from, from + PAGE);
    const leaves = await db.forTenant(tenantId, (tx) => readLeavesAt(tx, page, head));
    if (leaves.length < page.length) throw damaged('entries of the log are gone that were there before');
    yield* jsonLines(
      leaves.map((leaf) => presentLeaf(unopened.has(leaf.index) ? { ...leaf, openings: [] } : leaf)),
    );
  }
}

/** The lines of `ledger/history.jsonl`: for every leaf the first time-stamped checkpoint that covers it, and the head. */
export async function bundleHistory(
  { db, tenantId, head }: LogOfTenant,
  indices: readonly number[],
): Promise<HistoryLine[]> {
  const sizes = new Set<number>();
  for (let from = 0; from < indices.length; from += MOST_ASKED) {
    const asked = indices.slice(from, from + MOST_ASKED);
    const found = await db.forTenant(tenantId, (tx) => sizesStampedFor(tx, asked, head.size));
    for (const size of found) sizes.add(size);
  }
  return db.forTenant(tenantId, async (tx) => {
    const stamped = await readStamped(tx, thinned([...sizes]));
    const checkpoints = stamped.map(({ note, cosignatures, ...rest }) => ({
      ...rest,
      note: addSignatureLines(note, cosignatures),
    }));
    return historyLines(tx, [...checkpoints, head]);
  });
}

/** At most so many, the first and the last among them. Pure. */
function thinned(sizes: readonly number[]): number[] {
  if (sizes.length <= MOST_CHECKPOINTS) return [...sizes];
  const step = (sizes.length - 1) / (MOST_CHECKPOINTS - 1);
  return Array.from({ length: MOST_CHECKPOINTS }, (_, i) => sizes[Math.floor(i * step)] as number);
}
