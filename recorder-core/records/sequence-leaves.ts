/**
 * The sequencer: gives leaves that transactions have left in `ledger_pending` their index in the tenant's log and their
 * place among the leaves about the same object. Any process may do it at any time, several at once: the lock on the
 * tenant's head lets one work, and what it did not commit another does again.
 *
 * The order. Ids are drawn from one sequence when a leaf is left, and a batch is the smallest ids among all that are
 * committed when the head is locked. Hence:
 * - leaves of one transaction keep their order;
 * - a leaf that was left after another transaction had committed (so that its act could see what that one did, and
 *   always where both acts take turns at a lock) comes after the leaves of that transaction;
 * - leaves of transactions that ran at the same time come in either order, whoever committed first;
 * - an index and an ordinal are given once. A leaf that commits late comes after what is in the log already.
 */
import type pg from 'pg';
import { HoldfastError } from '../errors.ts';
import { placeLeaf, type LeafPlace } from '../ledger/leaf.ts';
import {
  append,
  leafHash,
  parseFrontier,
  serializeFrontier,
  type Frontier,
  type MerkleNode,
} from '../ledger/merkle.ts';
import type { Database, Tx } from './database.ts';
import { packBytes } from './pack-bytes.ts';

/** Leaves placed by one statement, and in one transaction of the background sequencer. */
const BATCH = 1_000;

/**
 * Places every leaf that was committed before the call, and those of the running transaction itself. Call it before
 * reading the log, where nothing may be missing. It goes on until a batch is not full, which then had all that was
 * committed: never some leaves of a transaction without the others, for a list may go on in the next leaf. Holds the
 * tenant's head until the transaction ends, so others who need the log wait for it: call it in a transaction that ends
 * soon and takes no row locks afterwards.
 * @throws HoldfastError `integrity_failed` where the stored head does not fit the log.
 */
export async function sequenceLeaves(tx: Tx, tenantId: string): Promise<void> {
  const { rows } = await tx.query('select from ledger_pending where tenant_id = $1 limit 1', [tenantId]);
  if (rows.length === 0) return;
  let head = await lockHead(tx, tenantId, 'wait');
  for (let full = true; full && head !== undefined;) {
    const next = await placeBatch(tx, tenantId, head);
    full = next?.size === head.size + BATCH;
    head = next;
  }
}

/**
 * Places what is pending of one tenant, a transaction a batch, and answers how many leaves that were. Does nothing
 * while another process is at it. Errors as `sequenceLeaves`, and of the database.
 */
export async function sequenceTenant(db: Database, tenantId: string, batch = BATCH): Promise<number> {
  for (let placed = 0; ;) {
    const size = await db.forTenant(tenantId, async (tx) => {
      const head = await lockHead(tx, tenantId, 'skip');
      const next = head && (await placeBatch(tx, tenantId, head, batch));
      return head && next ? next.size - head.size : 0;
    });
    placed += size;
    if (size < batch) return placed;
  }
}

/** Tenants with leaves that wait for their place; asked with the dispatcher's role. Looks once per tenant, not per leaf. */
export async function listPendingTenants(dispatcher: pg.Pool): Promise<string[]> {
  const { rows } = await dispatcher.query<{ tenant_id: string }>(
    `with recursive waiting as (
       (select tenant_id from ledger_pending order by tenant_id limit 1)
       union all
       select (select p.tenant_id from ledger_pending p where p.tenant_id > w.tenant_id order by p.tenant_id limit 1)
         from waiting w where w.tenant_id is not null
     )
     select tenant_id from waiting where tenant_id is not null`,
  );
  return rows.map((row) => row.tenant_id);
}

interface Head {
  readonly size: number;
  readonly frontier: Frontier;
}

/** Answers nothing where another has the lock and `otherwise` is to skip. */
async function lockHead(tx: Tx, tenantId: string, otherwise: 'wait' | 'skip'): Promise<Head | undefined> {
  const { rows } = await tx.query<{ size: number; frontier: Buffer }>(
    `select size, frontier from ledger_head where tenant_id = $1 for update ${otherwise === 'skip' ? 'skip locked' : ''}`,
    [tenantId],
  );
  const head = rows[0];
  if (head !== undefined) return { size: head.size, frontier: parseFrontier(head.size, head.frontier) };
  if (otherwise === 'skip') return undefined;
  throw new HoldfastError(
    'integrity_failed',
    'The ledger of this tenant has no head, so nothing can be placed in it or read from it. Restore the database from a backup.',
  );
}

/** A pending leaf, and what stands last in the log about its object. */
interface Pending {
  readonly id: number;
  readonly object: string;
  readonly body: Buffer;
  readonly last: LastAbout | null;
}

interface LastAbout {
  readonly ordinal: number;
  readonly hash: Buffer;
}

/** Places the oldest `limit` of the pending leaves; answers the new head, or nothing when there were none. */
async function placeBatch(tx: Tx, tenantId: string, head: Head, limit = BATCH): Promise<Head | undefined> {
  // A statement of its own, so that its snapshot is younger than the lock on the head.
  const pending = await readPending(tx, tenantId, limit);
  if (pending.length === 0) return undefined;
  const ends = new Map<string, LastAbout>();
  const nodes: MerkleNode[] = [];
  const bodies: Buffer[] = [];
  const ordinals: number[] = [];
  let { size, frontier } = head;
  for (const { object, body, last } of pending) {
    const place = placeAfter(ends.get(object) ?? last);
    const placed = complete(body, place);
    const hash = leafHash(placed);
    ends.set(object, { ordinal: place.ordinal, hash });
    const appended = append(size, frontier, hash);
    nodes.push(...appended.newNodes);
    bodies.push(placed);
    ordinals.push(place.ordinal);
    frontier = appended.frontier;
    size += 1;
  }
  const ids = pending.map(({ id }) => id);
  await write(tx, tenantId, head, { size, frontier }, { ids, ordinals, bodies, nodes });
  return { size, frontier };
}

function complete(draft: Buffer, place: LeafPlace): Buffer {
  try {
    return placeLeaf(draft, place);
  } catch (cause) {
    throw new HoldfastError(
      'integrity_failed',
      'A leaf that waits for its place in the ledger is none, so nothing is placed and the log is not read. Something other than Holdfast wrote it into ledger_pending: find out what, and remove that row.',
      { cause },
    );
  }
}

function placeAfter(last: LastAbout | null): LeafPlace {
  return last === null
    ? { ordinal: 1, previous: null }
    : { ordinal: last.ordinal + 1, previous: last.hash.toString('base64') };
}

async function readPending(tx: Tx, tenantId: string, limit: number): Promise<Pending[]> {
  const { rows } = await tx.query<Omit<Pending, 'last'> & { ordinal: number | null; hash: Buffer | null }>({
    name: 'read-pending-leaves',
    text: PENDING,
    values: [tenantId, limit],
  });
  return rows.map(({ ordinal, hash, ...leaf }) => ({
    ...leaf,
    last: ordinal === null || hash === null ? null : { ordinal, hash },
  }));
}

/** Leaves of schema 1 have no ordinal; they count all the same. */
const PENDING = `
  select p.id, p.object_type || ' ' || p.object_id as object, p.body, sha256('\\x00'::bytea || l.body) as hash,
         coalesce(l.ordinal, (select count(*) from ledger_leaf c
                               where c.tenant_id = $1 and c.object_id = p.object_id
                                 and c.object_type = p.object_type and l.body is not null)) as ordinal
    from (select * from ledger_pending where tenant_id = $1 order by id limit $2) p
    left join lateral (select ordinal, body from ledger_leaf
                        where tenant_id = $1 and object_id = p.object_id and object_type = p.object_type
                        order by object_id desc, object_type desc, index desc limit 1) l on true
   order by p.id`;

interface PlacedBatch {
  readonly ids: readonly number[];
  readonly ordinals: readonly number[];
  readonly bodies: readonly Buffer[];
  readonly nodes: readonly MerkleNode[];
}

/** Everything a batch changes, in one statement: leaves, openings, nodes, head; and it is pending no longer. */
async function write(tx: Tx, tenantId: string, old: Head, head: Head, batch: PlacedBatch): Promise<void> {
  const { rows } = await tx.query<{ placed: number }>({
    name: 'place-leaves',
    text: PLACE,
    values: [
      tenantId,
      old.size,
      batch.ids,
      batch.ordinals,
      ...packBytes(batch.bodies),
      batch.nodes.map(({ level }) => level),
      batch.nodes.map(({ index }) => index),
      Buffer.concat(batch.nodes.map(({ hash }) => hash)),
      head.size,
      serializeFrontier(head.frontier),
    ],
  });
  if (rows[0]?.placed === batch.ids.length) return;
  throw new HoldfastError(
    'integrity_failed',
    'Leaves that waited for their place in the ledger, or its head, changed under its lock, so nothing was placed. Something other than Holdfast writes to its tables: find it, and try again.',
  );
}

const PLACE = `
  with gone as (
    delete from ledger_pending where tenant_id = $1 and id = any ($3::bigint[])
    returning id, at, act, object_type, object_id, openings
  ), placed as (
    select gone.*, row_number() over (order by id) as n from gone
  ), leaves as (
    insert into ledger_leaf (tenant_id, index, at, act, object_type, object_id, ordinal, body)
    select $1, $2 + n - 1, at, act, object_type, object_id, ($4::bigint[])[n],
           substring($5::bytea from ($6::int[])[n] for ($7::int[])[n])
      from placed order by n
  ), openings as (
    insert into ledger_opening (tenant_id, leaf_index, name, salt, value)
    select $1, $2 + n - 1, o.name, decode(o.salt, 'base64'), o.value
      from placed, jsonb_to_recordset(openings) as o (name text, salt text, value text)
  ), nodes as (
    insert into ledger_node (tenant_id, level, index, hash)
    select $1, level, index, substring($10::bytea from (32 * (n - 1) + 1)::int for 32)
      from unnest($8::smallint[], $9::bigint[]) with ordinality as node (level, index, n)
  )
  update ledger_head set size = $11, frontier = $12 where tenant_id = $1 and size = $2
  returning (select count(*) from placed) as placed`;
