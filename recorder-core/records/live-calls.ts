import type { Tx } from './database.ts';

/** A stream of a call in progress, as somebody who watches the recorder sees it. No personal data. */
export interface LiveStream {
  readonly label: string;
  readonly port: number;
  /** Encoding name of what arrives; null before the first packet. */
  readonly codec: string | null;
  /** True when the media is protected by SRTP. */
  readonly secured: boolean;
  readonly held: boolean;
  /** Consent permits nothing of it now. */
  readonly withheld?: boolean;
  readonly packets: number;
  readonly lost: number;
  readonly jitterMs: number;
  /** Listening quality of the last interval, 1 to 4.5; null where there is none to state. */
  readonly mosLq: number | null;
  /** Since the last packet; null before the first. */
  readonly silentMs: number | null;
}

/** An alert that stood when the heartbeat was sent. */
export interface StandingAlertRow {
  readonly kind: string;
  readonly label: string | null;
  readonly atMs: number;
  readonly detail: string;
}

/** A call in progress as the last heartbeat of its node described it. No names, no numbers. */
export interface LiveCallRow {
  readonly recordingId: string;
  readonly state: 'recording' | 'paused' | 'waiting';
  readonly startedAt: string;
  readonly dialect: string | null;
  readonly transport: string;
  readonly streams: readonly LiveStream[];
  readonly alerts: readonly StandingAlertRow[];
}

/** The same with where it was seen and how old that is, by the database's clock. */
export interface SeenCall extends LiveCallRow {
  readonly node: string;
  readonly nodeState: string;
  readonly heartbeatAgeMs: number;
}

/** Makes the node's calls exactly these: in one statement each for what is there and for what has ended. */
export async function replaceLiveCalls(
  tx: Tx,
  tenantId: string,
  node: string,
  calls: readonly LiveCallRow[],
): Promise<void> {
  await tx.query('delete from live_call where node = $1 and recording_id <> all ($2::uuid[])', [
    node,
    calls.map(({ recordingId }) => recordingId),
  ]);
  if (calls.length === 0) return;
  await tx.query(
    `insert into live_call (tenant_id, recording_id, node, state, started_at, dialect, transport, streams, alerts)
     select $1, c.* from (
       select "recordingId", $2::text as node, state, "startedAt", dialect, transport, streams, alerts
         from jsonb_to_recordset($3::jsonb) as t("recordingId" uuid, state text, "startedAt" timestamptz, dialect text,
                                                 transport text, streams jsonb, alerts jsonb)) c
     on conflict (tenant_id, recording_id) do update
       set node = excluded.node, state = excluded.state, dialect = excluded.dialect, streams = excluded.streams,
           alerts = excluded.alerts`,
    [tenantId, node, JSON.stringify(calls)],
  );
}

/** A page as large as any node is; the console shows what needs somebody first and says when there is more. */
const LIST_LIMIT = 2_000;
/** Calls of a node that has been silent this long are left out: it will not come back to them. */
const FORGOTTEN = '1 hour';

const SELECT = `
  select c.recording_id as "recordingId", c.node, c.state, c.started_at as "startedAt", c.dialect, c.transport,
         c.streams, c.alerts, n.state as "nodeState",
         greatest(0, extract(epoch from clock_timestamp() - n.heartbeat_at) * 1000)::float8 as "heartbeatAgeMs"
    from live_call c join recorder_node n on n.tenant_id = c.tenant_id and n.node = c.node`;

type SeenRow = Omit<SeenCall, 'startedAt'> & { readonly startedAt: Date };

/** Calls in progress, those with alerts first, then the newest. */
export async function listLiveCalls(tx: Tx): Promise<SeenCall[]> {
  const { rows } = await tx.query<SeenRow>(
    `${SELECT} where n.heartbeat_at > now() - $2::interval
      order by jsonb_array_length(c.alerts) > 0 desc, c.started_at desc, c.recording_id limit $1`,
    [LIST_LIMIT, FORGOTTEN],
  );
  return rows.map(fromRow);
}

/** One call in progress, or undefined. */
export async function readLiveCall(tx: Tx, recordingId: string): Promise<SeenCall | undefined> {
  const { rows } = await tx.query<SeenRow>(`${SELECT} where c.recording_id = $1`, [recordingId]);
  return rows[0] && fromRow(rows[0]);
}

function fromRow(row: SeenRow): SeenCall {
  return {
    ...row,
    startedAt: row.startedAt.toISOString(),
    heartbeatAgeMs: Math.round(row.heartbeatAgeMs),
  };
}
