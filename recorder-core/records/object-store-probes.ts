import type { LockMode } from '../vault/object-lock.ts';
import type { ProbeFinding, ProbeVerdict } from '../vault/probe-object-store.ts';
import type { Tx } from './database.ts';

/** What a probe of the object store found, as it is kept. */
export interface ObjectStoreProbe {
  readonly id: string;
  /** Where the store is, for people. */
  readonly place: string;
  /** The mode of the locks in use; null where none are. */
  readonly mode: LockMode | null;
  readonly verdict: ProbeVerdict;
  readonly findings: readonly ProbeFinding[];
  readonly probedAt: string;
}

/** What can be wrong with a store as such. */
export type ObjectStoreAlertKind = 'not-worm' | 'unsafe-writes';

/** An alert about the object store; stands while `clearedAt` is null. */
export interface ObjectStoreAlert {
  readonly id: string;
  readonly kind: ObjectStoreAlertKind;
  readonly detail: string;
  readonly raisedAt: string;
  readonly clearedAt: string | null;
}

/** Keeps a probe. */
export async function insertProbe(tx: Tx, tenantId: string, probe: ObjectStoreProbe): Promise<void> {
  await tx.query(
    `insert into object_store_probe (tenant_id, id, place, mode, verdict, findings, probed_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      tenantId,
      probe.id,
      probe.place,
      probe.mode,
      probe.verdict,
      JSON.stringify(probe.findings),
      probe.probedAt,
    ],
  );
}

/** The newest probe, or undefined before the first. */
export async function readNewestProbe(tx: Tx): Promise<ObjectStoreProbe | undefined> {
  const { rows } = await tx.query<Omit<ObjectStoreProbe, 'probedAt'> & { readonly probedAt: Date }>(
    `select id, place, mode, verdict, findings, probed_at as "probedAt"
       from object_store_probe order by probed_at desc, id desc limit 1`,
  );
  const row = rows[0];
  return row && { ...row, probedAt: row.probedAt.toISOString() };
}

/** Raises an alert; answers false where one of the kind stands already. */
export async function raiseStoreAlert(
  tx: Tx,
  tenantId: string,
  alert: Omit<ObjectStoreAlert, 'clearedAt'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into object_store_alert (tenant_id, id, kind, detail, raised_at)
     values ($1, $2, $3, $4, $5) on conflict (tenant_id, kind) where cleared_at is null do nothing`,
    [tenantId, alert.id, alert.kind, alert.detail, alert.raisedAt],
  );
  return rowCount === 1;
}

/** Clears the alert of a kind that stands and answers its id; undefined where none stands. */
export async function clearStoreAlert(
  tx: Tx,
  kind: ObjectStoreAlertKind,
  at: string,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `update object_store_alert set cleared_at = greatest(raised_at, $2::timestamptz)
      where kind = $1 and cleared_at is null returning id`,
    [kind, at],
  );
  return rows[0]?.id;
}

/** Alerts that stand, then the newest of the others. */
export async function listStoreAlerts(tx: Tx, limit: number): Promise<ObjectStoreAlert[]> {
  const { rows } = await tx.query<
    Omit<ObjectStoreAlert, 'raisedAt' | 'clearedAt'> & {
      readonly raisedAt: Date;
      readonly clearedAt: Date | null;
    }
  >(
    `select id, kind, detail, raised_at as "raisedAt", cleared_at as "clearedAt" from object_store_alert
      order by cleared_at is null desc, raised_at desc, id desc limit $1`,
    [limit],
  );
  return rows.map((row) => ({
    ...row,
    raisedAt: row.raisedAt.toISOString(),
    clearedAt: row.clearedAt?.toISOString() ?? null,
  }));
}
