import { isHoldfastError } from '../errors.ts';
import { parseLeaf, type Leaf } from '../ledger/leaf.ts';
import { append, leafHash, rootFrom, type Frontier } from '../ledger/merkle.ts';
import type { Tx } from './database.ts';

/** What the stored leaves say: the root they give, or the first thing that is wrong with them. */
export type WalkedLog = { readonly root: Buffer } | { readonly fault: string };

const PAGE = 500;

/**
 * Reads the first `size` leaves of the log, one after the other, and checks of each: that it is there and is a leaf of
 * this tenant, that its row says what it says itself (rows are searched, leaves are proven), and that it goes on from
 * the leaf before it about the same object. Faults are sentences without personal data.
 */
export async function walkLog(tx: Tx, tenantId: string, size: number): Promise<WalkedLog> {
  const walked = await walkStretch(tx, tenantId, { from: 0, to: size, size, frontier: [] });
  return 'fault' in walked ? walked : { root: rootFrom(size, walked.frontier) };
}

/** A stretch of the log, and the frontier of all leaves before it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Of the whole log, for the words of a fault. */
  readonly size: number;
  readonly frontier: Frontier;
}

/** As `walkLog` for one stretch, so that a long log can be walked in many transactions; answers the frontier at its end. */
export async function walkStretch(
  tx: Tx,
  tenantId: string,
  { from, to, size, frontier: before }: Stretch,
): Promise<{ readonly frontier: Frontier } | { readonly fault: string }> {
  let frontier = before;
  for (let index = from; index < to;) {
    const rows = await readPage(tx, index, Math.min(to, index + PAGE));
    if (rows.length === 0)
      return { fault: `The log has ${size} leaves by its head, and leaf ${index} is missing.` };
    for (const row of rows) {
      const fault = row.index === index ? await faultOf(tx, tenantId, row) : `leaf ${index} is missing`;
      if (fault !== undefined) return { fault: `The log is not whole: ${fault}.` };
      frontier = append(index, frontier, leafHash(row.body)).frontier;
      index += 1;
    }
  }
  return { frontier };
}

interface Row {
  readonly index: number;
  readonly at: Date;
  readonly act: string;
  readonly object_type: string;
  readonly object_id: string;
  readonly ordinal: number | null;
  readonly body: Buffer;
  /** The leaf before it about the same object. */
  readonly previous: Buffer | null;
}

async function readPage(tx: Tx, from: number, to: number): Promise<Row[]> {
  const { rows } = await tx.query<Row>(
    `select l.*, p.body as previous
       from ledger_leaf l
       left join lateral (select body from ledger_leaf
                           where tenant_id = l.tenant_id and object_id = l.object_id and object_type = l.object_type
                             and index < l.index order by index desc limit 1) p on true
      where l.index >= $1 and l.index < $2 order by l.index`,
    [from, to],
  );
  return rows;
}

async function faultOf(tx: Tx, tenantId: string, row: Row): Promise<string | undefined> {
  const leaf = attempt(row.body);
  const before = row.previous === null ? null : attempt(row.previous);
  if (leaf === undefined || before === undefined)
    return `leaf ${row.index} or the one before it about the same object is no leaf`;
  const { at, act, object, of } = leaf;
  const same =
    leaf.tenant === tenantId &&
    Date.parse(at) === row.at.getTime() &&
    act === row.act &&
    object.type === row.object_type &&
    object.id === row.object_id &&
    (of?.ordinal ?? null) === row.ordinal;
  if (!same) return `the row of leaf ${row.index} says something else than the leaf`;
  if (of === undefined) return undefined;
  const ordinal = before === null ? 1 : 1 + (before.of?.ordinal ?? (await countBefore(tx, row)));
  const previous = row.previous === null ? null : leafHash(row.previous).toString('base64');
  if (of.ordinal === ordinal && of.previous === previous) return undefined;
  return `leaf ${row.index} does not go on from the leaf before it about the same object`;
}

/** Where the leaf before is of schema 1, which has no ordinals. */
async function countBefore(tx: Tx, { index, object_type, object_id }: Row): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*) from ledger_leaf where object_id = $1 and object_type = $2 and index < $3',
    [object_id, object_type, index],
  );
  return rows[0]?.count ?? 0;
}

function attempt(body: Buffer): Leaf | undefined {
  try {
    return parseLeaf(body);
  } catch (error) {
    if (isHoldfastError(error)) return undefined;
    throw error;
  }
}
