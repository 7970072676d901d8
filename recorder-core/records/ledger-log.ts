import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { SALT_BYTES, type Opening } from '../ledger/commitment.ts';
import { splitList } from '../ledger/continued-lists.ts';
import { makeLeaf, type LeafInput } from '../ledger/leaf.ts';
import { parseFrontier, rootFrom, type ReadNode } from '../ledger/merkle.ts';
import { arrayText, sharedText } from './array-text.ts';
import type { Tx } from './database.ts';
import { packBytes } from './pack-bytes.ts';

/** What a leaf says, and the personal values that enter it as commitments only. */
export interface LeafEntry {
  readonly leaf: Omit<LeafInput, 'tenant'>;
  readonly personal?: Readonly<Record<string, string>>;
}

/**
 * Adds a leaf to the tenant's log, in the transaction of the act it records: committed with the act or not at all. It
 * waits for no other transaction. Its index, and its place among the leaves about the same object, are given after the
 * commit (`sequence-leaves.ts` says in which order); who needs them calls `sequenceLeaves` first. `personal` values
 * enter the leaf as salted commitments only; what opens them is stored beside it and can be erased.
 * @throws HoldfastError as `makeLeaf` does.
 */
export function appendLeaf(
  tx: Tx,
  tenantId: string,
  leaf: LeafEntry['leaf'],
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  return appendLeaves(tx, tenantId, [{ leaf, personal }]);
}

/** `appendLeaf` for a leaf whose `facts[list]` may be longer than one leaf can be; see `splitList`. */
export function appendListing(
  tx: Tx,
  tenantId: string,
  list: string,
  leaf: LeafEntry['leaf'],
): Promise<void> {
  return appendLeaves(
    tx,
    tenantId,
    splitList(leaf, list).map((one) => ({ leaf: one })),
  );
}

/** `appendLeaf` for several leaves in one statement; they keep their order. */
export async function appendLeaves(tx: Tx, tenantId: string, entries: readonly LeafEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const random = drawnAtOnce(entries);
  const drafts = entries.map(({ leaf, personal = {} }) =>
    makeLeaf({ ...leaf, tenant: tenantId }, personal, random),
  );
  const [all, starts, lengths] = packBytes(drafts.map(({ bytes }) => bytes));
  await tx.query({
    name: 'append-leaves',
    text: APPEND,
    values: [
      tenantId,
      sharedText(entries.map(({ leaf }) => leaf.at.toISOString())),
      sharedText(entries.map(({ leaf }) => leaf.act)),
      sharedText(entries.map(({ leaf }) => leaf.object.type)),
      arrayText(entries.map(({ leaf }) => leaf.object.id)),
      all,
      arrayText(starts),
      arrayText(lengths),
      sharedText(drafts.map(({ openings }) => openingsText(openings))),
    ],
  });
}

function openingsText(openings: readonly Opening[]): string {
  if (openings.length === 0) return '[]';
  return JSON.stringify(openings.map((opening) => ({ ...opening, salt: opening.salt.toString('base64') })));
}

/** Random bytes for all salts of some leaves, asked of the system in one go. */
function drawnAtOnce(entries: readonly LeafEntry[]): (size: number) => Buffer {
  const salts = entries.reduce((sum, { personal = {} }) => sum + Object.keys(personal).length, 0);
  let rest = randomBytes(salts * SALT_BYTES);
  return (size) => {
    if (size > rest.length) return randomBytes(size);
    const drawn = rest.subarray(0, size);
    rest = rest.subarray(size);
    return drawn;
  };
}

/** The ids are drawn after the sorting, so a transaction's leaves keep the order it gave them. */
const APPEND = `
  insert into ledger_pending (tenant_id, at, act, object_type, object_id, body, openings)
  select $1, coalesce(l.at, ($2::timestamptz[])[1]), coalesce(l.act, ($3::text[])[1]),
         coalesce(l.object_type, ($4::text[])[1]), l.object_id, substring($6::bytea from l.start for l.length),
         coalesce(l.openings, ($9::jsonb[])[1])
    from unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $7::int[], $8::int[], $9::jsonb[])
           with ordinality as l (at, act, object_type, object_id, start, length, openings, n)
   order by l.n`;

/** How many leaves the log of the tenant has. */
export async function readLogSize(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ size: number }>('select size from ledger_head');
  return rows[0]?.size ?? 0;
}

/** Size and root of the log now. */
export async function readHead(tx: Tx): Promise<{ size: number; root: Buffer }> {
  const { rows } = await tx.query<{ size: number; frontier: Buffer }>(
    'select size, frontier from ledger_head',
  );
  const size = rows[0]?.size ?? 0;
  return { size, root: rootFrom(size, parseFrontier(size, rows[0]?.frontier ?? Buffer.alloc(0))) };
}

/** The bodies of leaves [from, to), in order. */
export async function readLeafBodies(tx: Tx, from: number, to: number): Promise<Buffer[]> {
  const { rows } = await tx.query<{ body: Buffer }>(
    'select body from ledger_leaf where index >= $1 and index < $2 order by index',
    [from, to],
  );
  return rows.map((row) => row.body);
}

/**
 * Reads stored nodes for proofs. What is asked for before the caller waits (all nodes of a proof, or of many proofs at
 * once) is read by one statement. Proofs share nodes and a node never changes, so what was read is remembered.
 * @throws HoldfastError `integrity_failed` when a node that must exist is missing.
 */
export function nodeReader(tx: Tx): ReadNode {
  const known = new Map<string, Promise<Buffer>>();
  let tail = Promise.resolve(); // a connection answers one statement at a time
  let asked: AskedNode[] = [];
  return (level, index) => {
    const name = `${level}/${index}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    if (known.size >= KNOWN_NODES) known.clear();
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    known.set(name, promise);
    if (asked.push({ level, index, name, resolve, reject }) === 1)
      tail = tail.then(() => {
        const nodes = asked;
        asked = [];
        return readNodes(tx, nodes);
      });
    return promise;
  };
}

/** What a reader remembers at most, in nodes; about 20 MB. */
const KNOWN_NODES = 100_000;

interface AskedNode {
  readonly level: number;
  readonly index: number;
  readonly name: string;
  readonly resolve: (hash: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

async function readNodes(tx: Tx, nodes: readonly AskedNode[]): Promise<void> {
  try {
    const { rows } = await tx.query<{ name: string; hash: Buffer }>(
      // Lateral with a limit, so that each node is looked up: a join may read all nodes of the tenant for a few.
      `select asked.level || '/' || asked.index as name, node.hash
         from unnest($1::smallint[], $2::bigint[]) as asked (level, index)
         join lateral (select hash from ledger_node
                        where level = asked.level and index = asked.index limit 1) as node on true`,
      [nodes.map(({ level }) => level), nodes.map(({ index }) => index)],
    );
    const hashes = new Map(rows.map(({ name, hash }) => [name, hash]));
    for (const { name, resolve, reject } of nodes) {
      const hash = hashes.get(name);
      if (hash === undefined) reject(lacksNode());
      else resolve(hash);
    }
  } catch (error) {
    for (const { reject } of nodes) reject(error);
  }
}

function lacksNode(): HoldfastError {
  return new HoldfastError(
    'integrity_failed',
    'The ledger lacks a node that must exist, so nothing can be proven from it. Run `holdfast audit` and restore the database from a backup.',
  );
}

/** Keeps a signed checkpoint; does nothing where one of that size stands. */
export async function insertCheckpoint(
  tx: Tx,
  tenantId: string,
  size: number,
  note: string,
  at: string,
): Promise<void> {
  await tx.query(
    'insert into ledger_checkpoint (tenant_id, size, note, signed_at) values ($1, $2, $3, $4) on conflict do nothing',
    [tenantId, size, note, at],
  );
}

/** The checkpoint of one size, if one was signed. */
export async function readCheckpoint(tx: Tx, size: number): Promise<string | undefined> {
  const { rows } = await tx.query<{ note: string }>('select note from ledger_checkpoint where size = $1', [
    size,
  ]);
  return rows[0]?.note;
}

/** The largest checkpoint ever signed, which the log must still extend. */
export async function readNewestCheckpoint(tx: Tx): Promise<string | undefined> {
  const { rows } = await tx.query<{ note: string }>(
    'select note from ledger_checkpoint order by size desc limit 1',
  );
  return rows[0]?.note;
}
