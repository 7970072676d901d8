import type { Act } from '../ledger/acts.ts';
import { parseLeaf } from '../ledger/leaf.ts';
import type { AccessAlert, AlertKind } from '../policy/access-alert.ts';
import type { Tx } from './database.ts';
import { searchLeaves } from './search-leaves.ts';

/** What somebody said who took note of an alert. */
export interface Acknowledgement {
  readonly by: { readonly id: string; readonly name: string };
  readonly at: Date;
  readonly reason: string;
}

/** An alert as it was raised. */
export interface StoredAlert extends AccessAlert {
  readonly id: string;
  readonly userId: string;
  /** The id where nobody of that id is known any more. */
  readonly userName: string;
  readonly raisedAt: Date;
  readonly incidentId: string;
  /** Null until somebody took note of it. */
  readonly acknowledged: Acknowledgement | null;
}

/** Whether the same of the same person was told after a time. */
export async function isTold(
  tx: Tx,
  { userId, kind }: { readonly userId: string; readonly kind: string },
  after: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    'select from access_alert where user_id = $1 and kind = $2 and raised_at > $3 limit 1',
    [userId, kind, after],
  );
  return (rowCount ?? 0) > 0;
}

/** Keeps an alert. */
export async function insertAccessAlert(
  tx: Tx,
  tenantId: string,
  alert: Omit<StoredAlert, 'userName' | 'acknowledged'>,
): Promise<void> {
  await tx.query(
    `insert into access_alert (tenant_id, id, user_id, kind, count, from_at, to_at, raised_at, incident_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      tenantId,
      alert.id,
      alert.userId,
      alert.kind,
      alert.count,
      alert.from,
      alert.to,
      alert.raisedAt,
      alert.incidentId,
    ],
  );
}

interface AlertRow extends Omit<StoredAlert, 'acknowledged'> {
  readonly acknowledged_by: string | null;
  readonly acknowledger: string | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_why: string | null;
}

const SELECT = `
  select a.id, a.user_id as "userId", coalesce(u.name, a.user_id::text) as "userName", a.kind, a.count, a.from_at as "from",
         a.to_at as "to", a.raised_at as "raisedAt", a.incident_id as "incidentId", a.acknowledged_by, a.acknowledged_at,
         a.acknowledged_why, n.name as acknowledger
    from access_alert a
    left join app_user u on u.tenant_id = a.tenant_id and u.id = a.user_id
    left join app_user n on n.tenant_id = a.tenant_id and n.id = a.acknowledged_by`;

function fromRow(row: AlertRow): StoredAlert {
  const { acknowledged_by: by, acknowledger, acknowledged_at: at, acknowledged_why: reason, ...alert } = row;
  const acknowledged =
    by === null || at === null || reason === null
      ? null
      : { by: { id: by, name: acknowledger ?? by }, at, reason };
  return { ...alert, acknowledged };
}

/** What a list of alerts is narrowed to. */
export interface AlertFilter {
  readonly kind?: AlertKind | undefined;
  /** Only those that nobody has taken note of, or only the others. */
  readonly acknowledged?: boolean | undefined;
  readonly userId?: string | undefined;
}

/** Where a page goes on: below this alert. */
export type AlertPlace = Pick<StoredAlert, 'raisedAt' | 'id'>;

/** The youngest alerts, or the youngest below a place, at most `limit`. */
export async function listAccessAlerts(
  tx: Tx,
  limit: number,
  filter: AlertFilter & { readonly below?: AlertPlace | undefined } = {},
): Promise<StoredAlert[]> {
  const { rows } = await tx.query<AlertRow>(
    `${SELECT}
      where ($2::text is null or a.kind = $2) and ($3::boolean is null or (a.acknowledged_at is not null) = $3)
        and ($4::uuid is null or a.user_id = $4)
        and ($5::timestamptz is null or (a.raised_at, a.id) < ($5::timestamptz, $6::uuid))
      order by a.raised_at desc, a.id desc limit $1`,
    [
      limit,
      filter.kind ?? null,
      filter.acknowledged ?? null,
      filter.userId ?? null,
      filter.below?.raisedAt ?? null,
      filter.below?.id ?? null,
    ],
  );
  return rows.map(fromRow);
}

/** One alert, or undefined. */
export async function readAccessAlert(tx: Tx, id: string): Promise<StoredAlert | undefined> {
  const { rows } = await tx.query<AlertRow>(`${SELECT} where a.id = $1`, [id]);
  return rows[0] && fromRow(rows[0]);
}

/** Notes who took note of an alert; false, and nothing changes, where somebody had before. */
export async function acknowledgeAccessAlert(
  tx: Tx,
  id: string,
  { by, at, reason }: { readonly by: string; readonly at: Date; readonly reason: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update access_alert set acknowledged_by = $2, acknowledged_at = $3, acknowledged_why = $4
      where id = $1 and acknowledged_at is null`,
    [id, by, at, reason],
  );
  return rowCount === 1;
}

/** The leaves that an alert of a kind is about. */
const TOUCHES: Readonly<Record<AlertKind, readonly Act[]>> = {
  bulk: ['recording.played', 'recording.exported'],
  'off-hours': ['recording.played', 'recording.exported', 'recording.inspected', 'export.requested'],
  'new-country': ['session.started'],
};
const MOST = 500;

/** One access that an alert is about. */
export interface TouchedThing {
  readonly at: string;
  readonly act: string;
  readonly object: { readonly type: string; readonly id: string };
  readonly outcome: string;
}

/** What somebody touched in the time of an alert, the youngest first, at most 500; nothing once they were erased from the ledger. */
export async function listTouchedIn(
  tx: Tx,
  { userId, kind, from, to }: Pick<StoredAlert, 'userId' | 'kind' | 'from' | 'to'>,
): Promise<TouchedThing[]> {
  const found = await searchLeaves(tx, {
    actor: { id: userId },
    acts: TOUCHES[kind],
    from: from.toISOString(),
    to: new Date(to.getTime() + 1).toISOString(),
    limit: MOST,
  });
  return found.map(({ at, act, object, body }) => ({ at, act, object, outcome: parseLeaf(body).outcome }));
}

/** From where the sign-in came that an alert about a country is about; null where that was erased, or it is about no country. */
export async function readAlertCountry(
  tx: Tx,
  { userId, kind, from }: Pick<StoredAlert, 'userId' | 'kind' | 'from'>,
): Promise<string | null> {
  if (kind !== 'new-country') return null;
  const { rows } = await tx.query<{ country: string }>(
    `select c.value as country
       from ledger_leaf l
       join ledger_opening c on c.tenant_id = l.tenant_id and c.leaf_index = l.index and c.name = 'country'
      where l.object_id = $1 and l.object_type = 'user' and l.act = 'session.started' and l.at = $2
      order by l.index limit 1`,
    [userId, from],
  );
  return rows[0]?.country ?? null;
}
