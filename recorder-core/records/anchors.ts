import type { Act } from '../ledger/acts.ts';
import type { Tx } from './database.ts';

/** A checkpoint as kept, with all that outsiders said about it. */
export interface AnchoredCheckpoint {
  readonly size: number;
  /** The log's signed note, without cosignatures. */
  readonly note: string;
  readonly signedAt: Date;
  /** When it had as many cosignatures as the configuration asks for; null before. */
  readonly publishedAt: Date | null;
  /** Signature lines of witnesses, without newlines. */
  readonly cosignatures: readonly string[];
  readonly timeStamps: readonly StoredTimeStamp[];
}

/** An authority's answer (RFC 3161 TimeStampResp) over the note's signed text. */
export interface StoredTimeStamp {
  /** SHA-256 of the trusted certificate, hexadecimal. */
  readonly authority: string;
  readonly response: Buffer;
  readonly at: Date;
}

const ANCHORED = `c.size, c.note, c.signed_at as "signedAt", c.published_at as "publishedAt",
  array(select w.line from ledger_cosignature w where w.tenant_id = c.tenant_id and w.size = c.size order by w.witness) as cosignatures,
  coalesce((select jsonb_agg(jsonb_build_object('authority', t.authority, 'response', encode(t.response, 'base64'), 'at', t.stamped_at) order by t.authority)
              from ledger_time_stamp t where t.tenant_id = c.tenant_id and t.size = c.size), '[]') as "timeStamps"`;

/** Checkpoints above `after`, sizes ascending; published ones only where that is asked. */
export async function listCheckpoints(
  tx: Tx,
  {
    after,
    limit,
    published,
  }: { readonly after: number; readonly limit: number; readonly published: boolean },
): Promise<AnchoredCheckpoint[]> {
  const { rows } = await tx.query<Row>(
    `select ${ANCHORED} from ledger_checkpoint c
      where c.size > $1 and (not $3 or c.published_at is not null) order by c.size limit $2`,
    [after, limit, published],
  );
  return rows.map(fromRow);
}

/** Published checkpoints below `before`, or from the largest on, sizes descending. */
export async function listNewestCheckpoints(
  tx: Tx,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<AnchoredCheckpoint[]> {
  const { rows } = await tx.query<Row>(
    `select ${ANCHORED} from ledger_checkpoint c
      where c.published_at is not null and ($1::bigint is null or c.size < $1) order by c.size desc limit $2`,
    [before ?? null, limit],
  );
  return rows.map(fromRow);
}

/** The largest published checkpoint. */
export async function readPublishedCheckpoint(tx: Tx): Promise<AnchoredCheckpoint | undefined> {
  const { rows } = await tx.query<Row>(
    `select ${ANCHORED} from ledger_checkpoint c where c.published_at is not null order by c.size desc limit 1`,
  );
  return rows.map(fromRow)[0];
}

/** One checkpoint, whether published or not. */
export async function readAnchored(tx: Tx, size: number): Promise<AnchoredCheckpoint | undefined> {
  const { rows } = await tx.query<Row>(`select ${ANCHORED} from ledger_checkpoint c where c.size = $1`, [
    size,
  ]);
  return rows.map(fromRow)[0];
}

/** Size of the largest checkpoint a witness is known to have cosigned; 0 where it has none. */
export async function readCosignedSize(tx: Tx, witness: string): Promise<number> {
  const { rows } = await tx.query<{ size: number | null }>(
    'select max(size) as size from ledger_cosignature where witness = $1',
    [witness],
  );
  return rows[0]?.size ?? 0;
}

/** Size of the largest checkpoint ever signed. */
export async function readSignedSize(tx: Tx): Promise<number> {
  const { rows } = await tx.query<{ size: number | null }>('select max(size) as size from ledger_checkpoint');
  return rows[0]?.size ?? 0;
}

/**
 * Keeps a cosignature. Does nothing where the key that signed the checkpoint ended before the witness signed: a
 * verifier would find the two at odds, and the log has a later checkpoint by then.
 */
export async function insertCosignature(
  tx: Tx,
  tenantId: string,
  size: number,
  cosignature: {
    readonly witness: string;
    readonly line: string;
    readonly at: Date;
    readonly signedBy: string;
  },
): Promise<void> {
  if (!(await isInTime(tx, cosignature.signedBy, cosignature.at))) return;
  await tx.query(
    `insert into ledger_cosignature (tenant_id, size, witness, line, cosigned_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [tenantId, size, cosignature.witness, cosignature.line, cosignature.at],
  );
}

/** Marks a checkpoint as published once `quorum` of these witnesses have cosigned it. @returns whether it is published. */
export async function publishCheckpoint(
  tx: Tx,
  size: number,
  {
    witnesses,
    quorum,
    at,
  }: { readonly witnesses: readonly string[]; readonly quorum: number; readonly at: Date },
): Promise<boolean> {
  await tx.query(
    `update ledger_checkpoint c set published_at = $4 where size = $1 and published_at is null
        and (select count(*) from ledger_cosignature w
              where w.tenant_id = c.tenant_id and w.size = c.size and w.witness = any ($2)) >= $3`,
    [size, witnesses, quorum, at],
  );
  const { rowCount } = await tx.query(
    'select from ledger_checkpoint where size = $1 and published_at is not null',
    [size],
  );
  return rowCount === 1;
}

/** Keeps a time stamp; as for cosignatures, none that is later than the key that signed. */
export async function insertTimeStamp(
  tx: Tx,
  tenantId: string,
  size: number,
  stamp: StoredTimeStamp & { readonly signedBy: string },
): Promise<void> {
  if (!(await isInTime(tx, stamp.signedBy, stamp.at))) return;
  await tx.query(
    `insert into ledger_time_stamp (tenant_id, size, authority, response, stamped_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [tenantId, size, stamp.authority, stamp.response, stamp.at],
  );
}

/** The newest time stamp of all: which size, and when. */
export async function readLastStamp(
  tx: Tx,
): Promise<{ readonly size: number; readonly at: Date } | undefined> {
  const { rows } = await tx.query<{ size: number; at: Date }>(
    'select size, stamped_at as at from ledger_time_stamp order by size desc, stamped_at desc limit 1',
  );
  return rows[0];
}

/** Whether any of the leaves [from, to) is of one of these acts. */
export async function hasLeafOf(tx: Tx, acts: readonly Act[], from: number, to: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from ledger_leaf where act = any ($1) and index >= $2 and index < $3 limit 1',
    [acts, from, to],
  );
  return rowCount === 1;
}

/** Notes that the log shall be anchored as soon as possible, with a time stamp; answers at once. */
export async function wishForAnchor(tx: Tx, tenantId: string, at: Date): Promise<void> {
  await tx.query(
    `insert into ledger_anchor_wish (tenant_id, asked_at) values ($1, $2)
     on conflict (tenant_id) do update set asked_at = excluded.asked_at`,
    [tenantId, at],
  );
}

/** When someone last wished for an anchor that was not granted yet. */
export async function readAnchorWish(tx: Tx): Promise<Date | undefined> {
  const { rows } = await tx.query<{ at: Date }>('select asked_at as at from ledger_anchor_wish');
  return rows[0]?.at;
}

/** Forgets wishes up to the one that was granted. */
export async function grantAnchorWish(tx: Tx, upTo: Date): Promise<void> {
  await tx.query(
    "delete from ledger_anchor_wish where asked_at < $1::timestamptz + interval '1 millisecond'",
    [upTo],
  );
}

/** Whether the key was still in force at `at`; a rotation waits until this transaction has ended. */
async function isInTime(tx: Tx, verifierKey: string, at: Date): Promise<boolean> {
  const { rows } = await tx.query<{ until: Date | null }>(
    'select valid_until as until from ledger_signing_key where verifier_key = $1 for share',
    [verifierKey],
  );
  const [key] = rows;
  return key !== undefined && (key.until === null || at < key.until);
}

interface Row extends Omit<AnchoredCheckpoint, 'timeStamps'> {
  readonly timeStamps: readonly {
    readonly authority: string;
    readonly response: string;
    readonly at: string;
  }[];
}

function fromRow(row: Row): AnchoredCheckpoint {
  return {
    ...row,
    timeStamps: row.timeStamps.map(({ authority, response, at }) => ({
      authority,
      response: Buffer.from(response, 'base64'),
      at: new Date(at),
    })),
  };
}
