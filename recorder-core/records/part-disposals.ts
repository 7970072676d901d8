import { HoldfastError } from '../errors.ts';
import type { PartGround } from '../policy/part-disposal.ts';
import type { Tx } from './database.ts';
import { appendListing } from './ledger-log.ts';
import { insertOutbox } from './outbox.ts';
import type { Explanation } from './explanation.ts';
import { lockRecording } from './recordings.ts';

/** `spared`: a hold or a rule keeps all of them. `destroyed`: the keys are gone, and what follows only clears up. */
export type PartDisposalState = 'asked' | 'spared' | 'destroyed' | 'certified';

/** One order to destroy some parts of a recording and to keep the rest. */
export interface PartDisposal {
  readonly id: string;
  readonly recordingId: string;
  readonly partIds: readonly string[];
  readonly ground: PartGround;
  readonly approvalId: string | null;
  readonly requestId: string | null;
  readonly askedAt: string;
  readonly state: PartDisposalState;
  readonly tombstoneId: string | null;
  /** Parts that were asked for and stay, with the decision that keeps them. */
  readonly keptIds: readonly string[];
  readonly decision: Explanation | null;
  /** What was destroyed and what was tried to read it; null until it is certified. */
  readonly evidence: Readonly<Record<string, unknown>> | null;
  readonly endedAt: string | null;
  /** From when on no older backup brings the parts back; null until their roots are destroyed. */
  readonly beyondRecoveryAt: string | null;
}

/** What is asked for. `id` is a fresh UUIDv7 of the caller: asking again with it changes nothing. */
export interface PartDisposalOrder {
  readonly tenantId: string;
  readonly id: string;
  readonly recordingId: string;
  readonly partIds: readonly string[];
  readonly ground: PartGround;
  readonly approvalId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly now: Date;
  /** W3C trace context of the act. */
  readonly trace?: Readonly<Record<string, string>>;
}

/**
 * Orders the destruction of some parts of a recording: row, leaf and the message that starts the workflow `partDisposal`,
 * in the caller's transaction. With media goes what was derived from the recording; it is made anew from the rest. Whether they may go is decided again when they go: a part under a hold or a floor stays,
 * and the row then says why. Idempotent by `id`.
 * @throws HoldfastError `not_found`; `invalid_input` for no part, or one of another recording; `conflict` while the
 * recording is on its way to the object store; `gone` once it is being disposed of as a whole.
 */
export async function askPartDisposal(tx: Tx, order: PartDisposalOrder): Promise<void> {
  const { tenantId, id, recordingId, ground, approvalId, requestId, now } = order;
  const partIds = [...new Set(order.partIds)].sort();
  if ((await readPartDisposal(tx, id)) !== undefined) return;
  await requireDivisible(tx, recordingId, partIds);
  await tx.query(
    `insert into part_disposal (tenant_id, id, recording_id, part_ids, ground, approval_id, request_id, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [tenantId, id, recordingId, partIds, ground, approvalId ?? null, requestId ?? null, now.toISOString()],
  );
  await appendListing(tx, tenantId, 'parts', {
    at: now,
    act: 'parts.condemned',
    object: { type: 'recording', id: recordingId },
    outcome: 'asked',
    facts: {
      disposal: id,
      ground,
      parts: partIds,
      ...(approvalId !== undefined && { approval: approvalId }),
      ...(requestId !== undefined && { request: requestId }),
    },
  });
  await insertOutbox(tx, {
    tenantId,
    id,
    topic: 'parts.condemned',
    payload: { disposalId: id },
    trace: order.trace ?? {},
  });
}

async function requireDivisible(tx: Tx, recordingId: string, partIds: readonly string[]): Promise<void> {
  const recording = await lockRecording(tx, recordingId);
  if (recording === undefined)
    throw new HoldfastError('not_found', 'There is no such recording in your tenant, so no part of it goes.');
  if (recording.state === 'captured')
    throw new HoldfastError(
      'conflict',
      'The recording is still being stored, so no part of it can be destroyed. Try again in a few seconds.',
      { retryAfterMs: 5000 },
    );
  if (recording.state !== 'stored' && recording.state !== 'retained')
    throw new HoldfastError(
      'gone',
      'The recording is being disposed of as a whole, so no part of it is destroyed alone. Its certificate will say why.',
    );
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from part where recording_id = $1 and id = any ($2)',
    [recordingId, partIds],
  );
  if (partIds.length === 0 || rows[0]?.count !== partIds.length)
    throw new HoldfastError(
      'invalid_input',
      'A part to be destroyed is none of this recording, so nothing was ordered. Name parts of the recording.',
      { field: 'partIds' },
    );
}

/** Ids of the parts of a recording that were ordered to go and of which it is not known yet whether they did. */
export async function listCondemned(tx: Tx, recordingId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    "select distinct unnest(part_ids) as id from part_disposal where recording_id = $1 and state = 'asked'",
    [recordingId],
  );
  return rows.map(({ id }) => id);
}

interface PartDisposalRow extends Omit<PartDisposal, 'askedAt' | 'endedAt'> {
  readonly askedAt: Date;
  readonly endedAt: Date | null;
}

const COLUMNS = `id, recording_id as "recordingId", part_ids as "partIds", ground, approval_id as "approvalId",
  request_id as "requestId", asked_at as "askedAt", state, tombstone_id as "tombstoneId", kept_ids as "keptIds", decision,
  evidence, ended_at as "endedAt", completion ->> 'beyondRecoveryAt' as "beyondRecoveryAt"`;

function fromRow(row: PartDisposalRow): PartDisposal {
  return { ...row, askedAt: row.askedAt.toISOString(), endedAt: row.endedAt?.toISOString() ?? null };
}

/** One order, or undefined. */
export async function readPartDisposal(tx: Tx, id: string): Promise<PartDisposal | undefined> {
  const { rows } = await tx.query<PartDisposalRow>(`select ${COLUMNS} from part_disposal where id = $1`, [
    id,
  ]);
  return rows[0] && fromRow(rows[0]);
}

/** Orders about a recording, or for a request, oldest first. */
export async function listPartDisposals(
  tx: Tx,
  of: { readonly recordingId: string } | { readonly requestId: string },
): Promise<PartDisposal[]> {
  const { rows } = await tx.query<PartDisposalRow>(
    `select ${COLUMNS} from part_disposal where ${'recordingId' in of ? 'recording_id' : 'request_id'} = $1 order by id`,
    ['recordingId' in of ? of.recordingId : of.requestId],
  );
  return rows.map(fromRow);
}

/** Adds parts that must go with those of an order: what was derived from them since. */
export async function widenPartDisposal(tx: Tx, id: string, partIds: readonly string[]): Promise<void> {
  await tx.query('update part_disposal set part_ids = $2 where id = $1', [id, partIds]);
}

/** Names the tombstone under which the keys of an order go, and the parts that stay. */
export async function setPartTombstone(
  tx: Tx,
  id: string,
  tombstoneId: string,
  kept: { readonly ids: readonly string[]; readonly decision: Explanation },
): Promise<void> {
  await tx.query('update part_disposal set tombstone_id = $2, kept_ids = $3, decision = $4 where id = $1', [
    id,
    tombstoneId,
    kept.ids,
    kept.decision,
  ]);
}

/** Moves an order from one state to the next with what belongs to it; answers false, and changes nothing, from another state. */
export async function movePartDisposal(
  tx: Tx,
  id: string,
  from: PartDisposalState,
  to: PartDisposalState,
  change: {
    readonly endedAt?: string;
    readonly keptIds?: readonly string[];
    readonly decision?: Explanation;
    readonly evidence?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update part_disposal set state = $3, ended_at = coalesce($4, ended_at), kept_ids = coalesce($5, kept_ids),
            decision = coalesce($6, decision), evidence = coalesce($7, evidence)
      where id = $1 and state = $2`,
    [
      id,
      from,
      to,
      change.endedAt ?? null,
      change.keptIds ?? null,
      change.decision ?? null,
      change.evidence ?? null,
    ],
  );
  return rowCount === 1;
}

/**
 * Takes up again in a restored database what a tombstone says was carried out: the order as it was, to be certified once
 * more. Does nothing where it stands already.
 */
export async function restorePartDisposal(
  tx: Tx,
  tenantId: string,
  order: Pick<PartDisposal, 'id' | 'recordingId' | 'partIds' | 'tombstoneId' | 'askedAt'> & {
    readonly ground: string;
  },
): Promise<void> {
  await tx.query(
    `insert into part_disposal (tenant_id, id, recording_id, part_ids, ground, asked_at, state, tombstone_id)
     values ($1, $2, $3, $4, $5, $6, 'destroyed', $7)
     on conflict (tenant_id, id) do update
        set state = 'destroyed', tombstone_id = excluded.tombstone_id, part_ids = excluded.part_ids
      where part_disposal.state <> 'certified'`,
    [tenantId, order.id, order.recordingId, order.partIds, order.ground, order.askedAt, order.tombstoneId],
  );
  // The backup may have been made before the message was taken.
  const { rowCount } = await tx.query('select from outbox where id = $1', [order.id]);
  if (rowCount !== 0) return;
  await insertOutbox(tx, {
    tenantId,
    id: order.id,
    topic: 'parts.condemned',
    payload: { disposalId: order.id },
    trace: {},
  });
}

/** A certified part disposal whose last copies of keys are dead. */
export interface CompletableParts {
  readonly id: string;
  readonly recordingId: string;
  readonly tombstone: string;
  /** `provider:root`. */
  readonly roots: readonly string[];
  /** RFC 3339. */
  readonly beyondRecoveryAt: string;
}

/** Up to `limit` part disposals that can be completed, under their locks. */
export async function listCompletableParts(tx: Tx, limit: number): Promise<CompletableParts[]> {
  const { rows } = await tx.query<Omit<CompletableParts, 'beyondRecoveryAt'> & { beyondRecoveryAt: Date }>(
    `select d.id, d.recording_id as "recordingId", d.tombstone_id as tombstone, k.roots, k.at as "beyondRecoveryAt"
       from part_disposal d
       cross join lateral (
         select array_agg(distinct k.provider || ':' || k.root_key_id) as roots, max(p.beyond_recovery_at) as at,
                bool_and(k.destroyed_at is not null and p.id is not null) as dead
           from tombstone_key k
           left join lateral (
             select p.id, p.beyond_recovery_at from key_period p
              where p.tenant_id = k.tenant_id and p.closed_at is not null and p.provider = k.provider
                and k.root_key_id = any (p.old_roots) order by p.id limit 1) p on true
          where k.tenant_id = d.tenant_id and k.tombstone_id = d.tombstone_id) k
      where d.completed_at is null and d.state = 'certified' and k.dead
      order by d.id limit $1 for update of d skip locked`,
    [limit],
  );
  return rows.map((row) => ({ ...row, beyondRecoveryAt: row.beyondRecoveryAt.toISOString() }));
}

/** Notes that older backups open nothing of the destroyed parts any more, and since when. */
export async function completeParts(
  tx: Tx,
  id: string,
  at: string,
  completion: Pick<CompletableParts, 'roots' | 'beyondRecoveryAt'>,
): Promise<void> {
  await tx.query('update part_disposal set completed_at = $2, completion = $3 where id = $1', [
    id,
    at,
    completion,
  ]);
}
