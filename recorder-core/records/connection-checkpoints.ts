import type { Tx } from './database.ts';

/** Plain JSON of a connector: how far it has read a stream. Null at the beginning. */
export type CheckpointValue = Readonly<Record<string, string | number>> | null;

/** Names one stream of one connection. */
export interface StreamKey {
  readonly connectionId: string;
  readonly stream: string;
}

/** How far a stream was read, and how it went. */
export interface ConnectionCheckpoint extends StreamKey {
  readonly checkpoint: CheckpointValue;
  /** Grows with every change; a reader that was overtaken is told by it. */
  readonly revision: number;
  readonly dueAt: Date;
  /** When it was last read to its end; null before that. */
  readonly readAt: Date | null;
  /** When the newest event that was kept happened on the other side. */
  readonly eventAt: Date | null;
  readonly events: number;
  /** Tries that failed since it was last read to its end. */
  readonly failures: number;
  readonly problem: string | null;
  readonly problemClass: string | null;
}

const COLUMNS = `connection_id as "connectionId", stream, checkpoint, revision, due_at as "dueAt", read_at as "readAt",
  event_at as "eventAt", events, failures, problem, problem_class as "problemClass"`;

/** Makes the rows of streams that have none yet, due at once. */
export async function ensureCheckpoints(
  tx: Tx,
  tenantId: string,
  streams: readonly StreamKey[],
  now: Date,
): Promise<void> {
  if (streams.length === 0) return;
  await tx.query(
    `insert into connection_checkpoint (tenant_id, connection_id, stream, due_at)
     select $1, s.connection_id, s.stream, $4 from unnest($2::uuid[], $3::text[]) as s (connection_id, stream)
     on conflict do nothing`,
    [tenantId, streams.map(({ connectionId }) => connectionId), streams.map(({ stream }) => stream), now],
  );
}

/** How far one stream was read; undefined before it was first due. */
export async function readCheckpoint(
  tx: Tx,
  { connectionId, stream }: StreamKey,
): Promise<ConnectionCheckpoint | undefined> {
  const { rows } = await tx.query<ConnectionCheckpoint>(
    `select ${COLUMNS} from connection_checkpoint where connection_id = $1 and stream = $2`,
    [connectionId, stream],
  );
  return rows[0];
}

/** The streams of one connection, or of all, by connection and name. */
export async function listCheckpoints(tx: Tx, connectionId?: string): Promise<ConnectionCheckpoint[]> {
  const { rows } = await tx.query<ConnectionCheckpoint>(
    `select ${COLUMNS} from connection_checkpoint where $1::uuid is null or connection_id = $1
      order by connection_id, stream`,
    [connectionId ?? null],
  );
  return rows;
}

/** Which of these connections' streams are due. */
export async function listDueStreams(
  tx: Tx,
  connectionIds: readonly string[],
  now: Date,
): Promise<StreamKey[]> {
  const { rows } = await tx.query<StreamKey>(
    `select connection_id as "connectionId", stream from connection_checkpoint
      where connection_id = any ($1) and due_at <= $2 order by due_at, connection_id, stream`,
    [connectionIds, now],
  );
  return rows;
}

/**
 * Moves a checkpoint on from the revision that its reader began with; the row stays locked until the transaction ends.
 * @returns false where somebody else moved it meanwhile: then nothing of the page may be kept.
 */
export async function moveCheckpoint(
  tx: Tx,
  { connectionId, stream }: StreamKey,
  revision: number,
  moved: {
    readonly checkpoint: CheckpointValue;
    /** Kept with it. */
    readonly events: number;
    readonly eventAt: Date | null;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update connection_checkpoint
        set checkpoint = $4, revision = revision + 1, events = events + $5, event_at = greatest(event_at, $6)
      where connection_id = $1 and stream = $2 and revision = $3`,
    [
      connectionId,
      stream,
      revision,
      moved.checkpoint === null ? null : JSON.stringify(moved.checkpoint),
      moved.events,
      moved.eventAt,
    ],
  );
  return rowCount === 1;
}

/** Notes that a stream was read to its end. */
export async function noteStreamRead(
  tx: Tx,
  { connectionId, stream }: StreamKey,
  { at, dueAt }: { readonly at: Date; readonly dueAt: Date },
): Promise<void> {
  await tx.query(
    `update connection_checkpoint
        set read_at = $3, due_at = $4, failures = 0, problem = null, problem_class = null
      where connection_id = $1 and stream = $2`,
    [connectionId, stream, at, dueAt],
  );
}

/** Notes that a stream could not be read; what was kept before stays kept. */
export async function noteStreamFailure(
  tx: Tx,
  { connectionId, stream }: StreamKey,
  failure: { readonly problem: string; readonly problemClass: string; readonly dueAt: Date },
): Promise<void> {
  await tx.query(
    `update connection_checkpoint
        set due_at = $3, failures = failures + 1, problem = $4, problem_class = $5
      where connection_id = $1 and stream = $2`,
    [connectionId, stream, failure.dueAt, failure.problem, failure.problemClass],
  );
}

/** Puts a checkpoint where a person wants it, due at once. @returns false where the stream was never due. */
export async function placeCheckpoint(
  tx: Tx,
  { connectionId, stream }: StreamKey,
  checkpoint: CheckpointValue,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update connection_checkpoint set checkpoint = $3, revision = revision + 1, due_at = $4
      where connection_id = $1 and stream = $2`,
    [connectionId, stream, checkpoint === null ? null : JSON.stringify(checkpoint), now],
  );
  return rowCount === 1;
}
