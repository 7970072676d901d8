import type { Tx } from './database.ts';

/** An alert of a recorder: raised, and cleared when what was wrong had ended. Names the stream, never a person. */
export interface RecorderAlert {
  readonly id: string;
  readonly recordingId: string;
  readonly node: string;
  readonly kind: string;
  /** Label of the stream; null for the call as a whole. */
  readonly label: string | null;
  readonly detail: string;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
}

type AlertRow = Omit<RecorderAlert, 'raisedAt' | 'clearedAt'> & {
  readonly raisedAt: Date;
  readonly clearedAt: Date | null;
};

const COLUMNS =
  'id, recording_id as "recordingId", node, kind, label, detail, raised_at as "raisedAt", cleared_at as "clearedAt"';

/** Keeps a raised alert; does nothing while one of the same kind stands on the same stream. */
export async function raiseAlert(
  tx: Tx,
  tenantId: string,
  alert: Omit<RecorderAlert, 'clearedAt'>,
): Promise<void> {
  await tx.query(
    `insert into recorder_alert (tenant_id, id, recording_id, node, kind, label, detail, raised_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [
      tenantId,
      alert.id,
      alert.recordingId,
      alert.node,
      alert.kind,
      alert.label,
      alert.detail,
      alert.raisedAt,
    ],
  );
}

/** Clears the alert of a kind that stands on a stream; does nothing where none stands. */
export async function clearAlert(
  tx: Tx,
  alert: Pick<RecorderAlert, 'recordingId' | 'kind' | 'label'> & { readonly at: string },
): Promise<void> {
  await tx.query(
    `update recorder_alert set cleared_at = greatest(raised_at, $4::timestamptz)
      where recording_id = $1 and kind = $2 and label is not distinct from $3 and cleared_at is null`,
    [alert.recordingId, alert.kind, alert.label, alert.at],
  );
}

/** Clears what still stands of a node's calls that are no longer in progress: they ended, or the node was killed. */
export async function clearEndedAlerts(
  tx: Tx,
  node: string,
  inProgress: readonly string[],
  at: string,
): Promise<void> {
  await tx.query(
    `update recorder_alert set cleared_at = greatest(raised_at, $3::timestamptz)
      where node = $1 and cleared_at is null and recording_id <> all ($2::uuid[])`,
    [node, inProgress, at],
  );
}

/** Alerts that stand, then those that were raised within the last day, newest first. */
export async function listAlerts(tx: Tx, limit: number): Promise<RecorderAlert[]> {
  const { rows } = await tx.query<AlertRow>(
    `select ${COLUMNS} from recorder_alert
      where cleared_at is null or raised_at > now() - interval '1 day'
      order by cleared_at is null desc, raised_at desc, id desc limit $1`,
    [limit],
  );
  return rows.map(fromRow);
}

/** All alerts of one recording, oldest first. */
export async function readAlertsOf(tx: Tx, recordingId: string): Promise<RecorderAlert[]> {
  const { rows } = await tx.query<AlertRow>(
    `select ${COLUMNS} from recorder_alert where recording_id = $1 order by raised_at, id limit 500`,
    [recordingId],
  );
  return rows.map(fromRow);
}

function fromRow(row: AlertRow): RecorderAlert {
  return {
    ...row,
    raisedAt: row.raisedAt.toISOString(),
    clearedAt: row.clearedAt?.toISOString() ?? null,
  };
}
