import { randomBytes } from 'node:crypto';
import { HoldfastError } from '../errors.ts';
import { makeLeaf, type LeafInput } from '../ledger/leaf.ts';
import {
  append,
  leafHash,
  parseFrontier,
  rootFrom,
  serializeFrontier,
  type Frontier,
  type MerkleNode,
  type ReadNode,
} from '../ledger/merkle.ts';
import type { Tx } from './database.ts';

/**
 * Adds a leaf to the tenant's log, in the transaction of the act it records, and
 * answers its index. Indices are contiguous: the head's row lock lets one
 * transaction append at a time, so append last. `personal` values enter the leaf
 * as salted commitments only; what opens them is stored beside it and can be erased.
 */
export async function appendLeaf(
  tx: Tx,
  tenantId: string,
  input: Omit<LeafInput, 'tenant'>,
  personal: Readonly<Record<string, string>> = {},
): Promise<number> {
  const { bytes, openings } = makeLeaf({ ...input, tenant: tenantId }, personal, randomBytes);
  const head = await lockHead(tx, tenantId);
  const { index, newNodes, frontier } = append(head.size, head.frontier, leafHash(bytes));
  await tx.query(
    'insert into ledger_leaf (tenant_id, index, at, act, object_type, object_id, body) values ($1, $2, $3, $4, $5, $6, $7)',
    [tenantId, index, input.at, input.act, input.object.type, input.object.id, bytes],
  );
  await insertNodes(tx, tenantId, newNodes);
  for (const { name, salt, value } of openings) {
    await tx.query(
      'insert into ledger_opening (tenant_id, leaf_index, name, salt, value) values ($1, $2, $3, $4, $5)',
      [tenantId, index, name, salt, value],
    );
  }
  await tx.query('update ledger_head set size = $1, frontier = $2', [index + 1, serializeFrontier(frontier)]);
  return index;
}

/** Size and root of the log now. */
export async function readHead(tx: Tx): Promise<{ size: number; root: Buffer }> {
  const { rows } = await tx.query<{ size: number; frontier: Buffer }>(
    'select size, frontier from ledger_head',
  );
  const size = rows[0]?.size ?? 0;
  return { size, root: rootFrom(size, parseFrontier(size, rows[0]?.frontier ?? Buffer.alloc(0))) };
}

/** A stored leaf with what still opens its commitments. */
export interface StoredLeaf {
  readonly index: number;
  readonly at: string;
  readonly act: string;
  readonly body: Buffer;
  readonly openings: readonly { readonly name: string; readonly value: string }[];
}

/** All leaves about one object, oldest first. */
export async function readLeavesAbout(tx: Tx, objectId: string): Promise<StoredLeaf[]> {
  const { rows } = await tx.query<Omit<StoredLeaf, 'at'> & { at: Date }>(
    `select l.index, l.at, l.act, l.body,
            coalesce((select jsonb_agg(jsonb_build_object('name', o.name, 'value', o.value) order by o.name)
                        from ledger_opening o where o.tenant_id = l.tenant_id and o.leaf_index = l.index), '[]') as openings
       from ledger_leaf l where l.object_id = $1 order by l.index limit 2000`,
    [objectId],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
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
 * Reads stored nodes for proofs, which ask for several at once; a connection
 * answers one query at a time, so they queue here. Proofs share their upper
 * nodes and a node never changes, so each is read once.
 * @throws HoldfastError `integrity_failed` when a node that must exist is missing.
 */
export function nodeReader(tx: Tx): ReadNode {
  const read = new Map<string, Promise<Buffer>>();
  let tail: Promise<unknown> = Promise.resolve();
  return (level, index) => {
    const name = `${level}/${index}`;
    const known = read.get(name);
    if (known !== undefined) return known;
    const node = tail.then(() => readNode(tx, level, index));
    tail = node.catch(() => undefined);
    read.set(name, node);
    return node;
  };
}

async function readNode(tx: Tx, level: number, index: number): Promise<Buffer> {
  const { rows } = await tx.query<{ hash: Buffer }>(
    'select hash from ledger_node where level = $1 and index = $2',
    [level, index],
  );
  const hash = rows[0]?.hash;
  if (hash === undefined) {
    throw new HoldfastError(
      'integrity_failed',
      'The ledger lacks a node that must exist, so nothing can be proven from it. Run `holdfast verify` and restore the database from a backup.',
    );
  }
  return hash;
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

async function lockHead(tx: Tx, tenantId: string): Promise<{ size: number; frontier: Frontier }> {
  await tx.query(
    "insert into ledger_head (tenant_id, size, frontier) values ($1, 0, '') on conflict do nothing",
    [tenantId],
  );
  const { rows } = await tx.query<{ size: number; frontier: Buffer }>(
    'select size, frontier from ledger_head for update',
  );
  const head = rows[0];
  if (head === undefined) throw new HoldfastError('internal', 'The ledger has no head for this tenant.');
  return { size: head.size, frontier: parseFrontier(head.size, head.frontier) };
}

async function insertNodes(tx: Tx, tenantId: string, nodes: readonly MerkleNode[]): Promise<void> {
  await tx.query(
    `insert into ledger_node (tenant_id, level, index, hash)
     select $1, * from unnest($2::smallint[], $3::bigint[], $4::bytea[])`,
    [
      tenantId,
      nodes.map(({ level }) => level),
      nodes.map(({ index }) => index),
      nodes.map(({ hash }) => hash),
    ],
  );
}
