import { exportStateAfter, type ExportEvent, type ExportState } from '../policy/export-state.ts';
import { joinGrounds, type Restriction, type RestrictionGround } from '../policy/restriction.ts';
import type { Tx } from './database.ts';

/** An export as the database knows it. People are named where the name still stands. */
export interface Export {
  readonly id: string;
  readonly state: ExportState;
  readonly purpose: string;
  readonly matter: string | null;
  /** Name of the recipient, as the watermark has it. */
  readonly recipient: string;
  /** age recipient or certificate (PEM) to which the bundle is encrypted. */
  readonly recipientKey: string;
  /** How many, and the bytes of their parts, when it was asked for. */
  readonly recordings: number;
  readonly bytes: number;
  readonly recordingIds: readonly string[];
  /** Labels of the lines that are given, of recordings that are not given whole. */
  readonly lines: Readonly<Record<string, readonly string[]>>;
  readonly requestedBy: Person;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly approvalRule: string;
  /** The question to a second person; null where none was needed, and for exports from before there was one. */
  readonly approvalId: string | null;
  /** What restricted recordings in it are needed for; null where none was restricted. */
  readonly restrictedPurpose: string | null;
  readonly decidedBy: Person | null;
  readonly decidedAt: string | null;
  readonly endedBy: Person | null;
  readonly endedAt: string | null;
  readonly reason: string | null;
  readonly bundle: ExportBundle | null;
}

/** Someone who acted; the name is the id where nobody of that id is known any more. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

/** The encrypted bundle in the object store. */
export interface ExportBundle {
  readonly objectKey: string;
  /** Object that opens the bundle with the recipient's certificate; null with an age recipient. */
  readonly envelopeKey: string | null;
  readonly size: number;
  /** Of the encrypted bundle, hexadecimal. */
  readonly sha256: string;
  /** Of `manifest.json`, as the leaf `export.sealed` has it. */
  readonly manifestSha256: string;
  readonly readyAt: string;
}

interface ExportRow extends Omit<
  Export,
  'requestedAt' | 'expiresAt' | 'decidedAt' | 'endedAt' | 'bundle' | 'requestedBy' | 'decidedBy' | 'endedBy'
> {
  readonly requested_by: string;
  readonly requester: string | null;
  readonly decided_by: string | null;
  readonly decider: string | null;
  readonly ended_by: string | null;
  readonly ender: string | null;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly decidedAt: Date | null;
  readonly endedAt: Date | null;
  readonly object_key: string | null;
  readonly envelope_key: string | null;
  readonly size: number | null;
  readonly sha256: Buffer | null;
  readonly manifest_sha256: string | null;
  readonly ready_at: Date | null;
}

const SELECT = `
  select e.id, e.state, e.purpose, e.matter, e.recipient, e.recipient_key as "recipientKey", e.recordings, e.bytes,
         array(select i.recording_id from export_item i where i.tenant_id = e.tenant_id and i.export_id = e.id
                order by i.recording_id) as "recordingIds",
         (select coalesce(jsonb_object_agg(i.recording_id, i.lines), '{}') from export_item i
           where i.tenant_id = e.tenant_id and i.export_id = e.id and i.lines is not null) as lines,
         e.requested_by, r.name as requester, e.requested_at as "requestedAt", e.expires_at as "expiresAt",
         e.approval_rule as "approvalRule", e.approval_id as "approvalId", e.restricted_purpose as "restrictedPurpose",
         e.decided_by, d.name as decider, e.decided_at as "decidedAt",
         e.ended_by, n.name as ender, e.ended_at as "endedAt", e.reason,
         e.object_key, e.envelope_key, e.size, e.sha256, e.manifest_sha256, e.ready_at
    from export e
    left join app_user r on r.tenant_id = e.tenant_id and r.id = e.requested_by
    left join app_user d on d.tenant_id = e.tenant_id and d.id = e.decided_by
    left join app_user n on n.tenant_id = e.tenant_id and n.id = e.ended_by`;

function fromRow(row: ExportRow): Export {
  const { requested_by, requester, decided_by, decider, ended_by, ender, ...rest } = row;
  const { object_key, envelope_key, size, sha256, manifest_sha256, ready_at, ...facts } = rest;
  return {
    ...facts,
    requestedBy: { id: requested_by, name: requester ?? requested_by },
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedBy: decided_by === null ? null : { id: decided_by, name: decider ?? decided_by },
    decidedAt: row.decidedAt?.toISOString() ?? null,
    endedBy: ended_by === null ? null : { id: ended_by, name: ender ?? ended_by },
    endedAt: row.endedAt?.toISOString() ?? null,
    bundle:
      object_key === null || size === null || sha256 === null || ready_at === null
        ? null
        : {
            objectKey: object_key,
            envelopeKey: envelope_key,
            size,
            sha256: sha256.toString('hex'),
            manifestSha256: manifest_sha256 ?? '',
            readyAt: ready_at.toISOString(),
          },
  };
}

/** What a request brings to its first row. */
export type NewExport = Pick<
  Export,
  | 'id'
  | 'purpose'
  | 'matter'
  | 'recipient'
  | 'recipientKey'
  | 'recordings'
  | 'bytes'
  | 'recordingIds'
  | 'requestedAt'
  | 'expiresAt'
  | 'approvalRule'
> &
  Partial<Pick<Export, 'restrictedPurpose' | 'lines' | 'approvalId'>> & {
    readonly requestedBy: string;
    /** The grant without which it would have been refused: its links end with that. */
    readonly grantId?: string | null;
  };

/** Adds an export in the state `requested`, with its items. */
export async function insertExport(tx: Tx, tenantId: string, made: NewExport): Promise<void> {
  await tx.query(
    `insert into export (tenant_id, id, state, purpose, matter, recipient, recipient_key, recordings, bytes,
                         requested_by, requested_at, expires_at, approval_rule, restricted_purpose, grant_id,
                         approval_id)
     values ($1, $2, 'requested', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      tenantId,
      made.id,
      made.purpose,
      made.matter,
      made.recipient,
      made.recipientKey,
      made.recordings,
      made.bytes,
      made.requestedBy,
      made.requestedAt,
      made.expiresAt,
      made.approvalRule,
      made.restrictedPurpose ?? null,
      made.grantId ?? null,
      made.approvalId ?? null,
    ],
  );
  await tx.query(
    `insert into export_item (tenant_id, export_id, recording_id, lines)
     select $1, $2, r, case when $4::jsonb ? r::text then array(select jsonb_array_elements_text($4::jsonb -> r::text)) end
       from unnest($3::uuid[]) r`,
    [tenantId, made.id, made.recordingIds, JSON.stringify(made.lines ?? {})],
  );
}

/** One export, or undefined. */
export async function readExport(tx: Tx, id: string): Promise<Export | undefined> {
  const { rows } = await tx.query<ExportRow>(`${SELECT} where e.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** One export under a row lock: two who decide about it come one after the other. */
export async function lockExport(tx: Tx, id: string): Promise<Export | undefined> {
  const { rowCount } = await tx.query('select from export where id = $1 for update', [id]);
  return rowCount === 1 ? readExport(tx, id) : undefined;
}

const LIST_LIMIT = 500;

/** The newest exports, at most 500; those with one recording in them where one is named. */
export async function listExports(tx: Tx, recordingId?: string): Promise<Export[]> {
  const { rows } = await tx.query<ExportRow>(
    `${SELECT}
      where ($1::uuid is null or exists (select from export_item i
              where i.tenant_id = e.tenant_id and i.export_id = e.id and i.recording_id = $1))
      order by e.requested_at desc, e.id desc limit $2`,
    [recordingId ?? null, LIST_LIMIT],
  );
  return rows.map(fromRow);
}

/** What an event brings to the row besides the state. */
export interface ExportChange {
  readonly decidedBy?: string;
  readonly decidedAt?: string;
  readonly endedBy?: string;
  readonly endedAt?: string;
  readonly reason?: string;
  readonly bundle?: ExportBundle;
}

/** Moves a locked export by an event; answers false, and changes nothing, where that cannot happen in its state. */
export async function moveExport(
  tx: Tx,
  { id, state }: Pick<Export, 'id' | 'state'>,
  event: ExportEvent,
  change: ExportChange = {},
): Promise<boolean> {
  const next = exportStateAfter(state, event);
  if (next === undefined) return false;
  const { bundle } = change;
  const { rowCount } = await tx.query(
    `update export set state = $3, decided_by = coalesce($4, decided_by), decided_at = coalesce($5, decided_at),
            ended_by = coalesce($6, ended_by), ended_at = coalesce($7, ended_at), reason = coalesce($8, reason),
            object_key = coalesce($9, object_key), envelope_key = coalesce($10, envelope_key),
            size = coalesce($11, size), sha256 = coalesce($12, sha256),
            manifest_sha256 = coalesce($13, manifest_sha256), ready_at = coalesce($14, ready_at)
      where id = $1 and state = $2`,
    [
      id,
      state,
      next,
      change.decidedBy ?? null,
      change.decidedAt ?? null,
      change.endedBy ?? null,
      change.endedAt ?? null,
      change.reason ?? null,
      bundle?.objectKey ?? null,
      bundle?.envelopeKey ?? null,
      bundle?.size ?? null,
      bundle === undefined ? null : Buffer.from(bundle.sha256, 'hex'),
      bundle?.manifestSha256 ?? null,
      bundle?.readyAt ?? null,
    ],
  );
  return rowCount === 1;
}

/** A recording as a request for export sees it. */
export interface ExportCandidate {
  readonly id: string;
  /** True where parts have not reached the object store yet. */
  readonly moving: boolean;
  /** Bytes of the parts that still have their keys. */
  readonly bytes: number;
  readonly restriction: Restriction | null;
}

/** Those of the recordings that exist, with what an export of them would weigh. */
export async function measureForExport(tx: Tx, recordingIds: readonly string[]): Promise<ExportCandidate[]> {
  const { rows } = await tx.query<
    Omit<ExportCandidate, 'restriction'> & { restriction: RestrictionGround[] | null }
  >(
    `select r.id, r.state = 'captured' as moving, r.restriction,
            coalesce((select sum(p.bytes) from part p where p.tenant_id = r.tenant_id and p.recording_id = r.id
                         and p.destroyed_at is null), 0)::bigint as bytes
       from recording r where r.id = any ($1) order by r.id`,
    [recordingIds],
  );
  return rows.map((row) => ({ ...row, restriction: joinGrounds(row.restriction ?? []) }));
}

/** Recordings under a hold, or under every active hold of a matter; at most `limit`. */
export async function recordingsUnderHold(
  tx: Tx,
  by: { readonly holdId: string } | { readonly matter: string },
  limit: number,
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `with wanted as materialized (
       select tenant_id, id from hold
        where ($1::uuid is not null and id = $1) or ($2::text is not null and lower(matter) = lower($2) and released_at is null))
     select i.recording_id as id from wanted w join hold_item i on i.tenant_id = w.tenant_id and i.hold_id = w.id
     union
     (select r.id from wanted w
        join hold_query q on q.tenant_id = w.tenant_id and q.hold_id = w.id
        join recording r on r.tenant_id = w.tenant_id
        cross join lateral query_reaches(q, r)
       where r.state <> 'disposed' limit $3)
     order by 1 limit $3`,
    ['holdId' in by ? by.holdId : null, 'matter' in by ? by.matter : null, limit],
  );
  return rows.map(({ id }) => id);
}
