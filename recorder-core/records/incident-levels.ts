import { DEFAULT_LEVELS, type IncidentLevels } from '../policy/incident-levels.ts';
import type { Tx } from './database.ts';

/** The levels of a tenant as they stand. */
export interface StoredLevels {
  readonly levels: IncidentLevels;
  /** False where they are those of the product. */
  readonly own: boolean;
  /** Grows with each change; 0 where nobody has ever set any. */
  readonly version: number;
}

/** The levels of the tenant, and whether they are its own. */
export async function readIncidentLevels(tx: Tx): Promise<StoredLevels> {
  const { rows } = await tx.query<{ levels: IncidentLevels | null; version: number }>(
    'select levels, version from incident_levels',
  );
  const levels = rows[0]?.levels ?? null;
  return { levels: levels ?? DEFAULT_LEVELS, own: levels !== null, version: rows[0]?.version ?? 0 };
}

/**
 * Puts other levels in the place of those of one version, null for those of the product; answers whether that version still
 * stood. What was there before is kept (`configuration-history.ts`).
 */
export async function replaceIncidentLevels(
  tx: Tx,
  tenantId: string,
  change: {
    readonly from: number;
    readonly levels: IncidentLevels | null;
    readonly by: string;
    readonly at: Date;
    readonly reason: string;
  },
): Promise<boolean> {
  const levels = change.levels === null ? null : JSON.stringify(change.levels);
  const values = [levels, change.by, change.at, change.reason];
  const { rowCount } =
    change.from === 0
      ? await tx.query(
          `insert into incident_levels (levels, changed_by, changed_at, reason, tenant_id, version)
           values ($1, $2, $3, $4, $5, 1) on conflict do nothing`,
          [...values, tenantId],
        )
      : await tx.query(
          `update incident_levels set levels = $1, changed_by = $2, changed_at = $3, reason = $4, version = version + 1
            where version = $5`,
          [...values, change.from],
        );
  return rowCount === 1;
}

/** Somebody or something that a level can name. */
export interface LevelTarget {
  readonly id: string;
  readonly name: string;
}

/** Those of these people who can be called: they are active and no machine. By name. */
export async function readCallablePeople(tx: Tx, ids: readonly string[]): Promise<LevelTarget[]> {
  const { rows } = await tx.query<LevelTarget>(
    `select id, name from app_user where id = any ($1) and status = 'active' and kind = 'person' order by name, id`,
    [ids],
  );
  return rows;
}

/** Those of these connections that take tickets now: told to, and live. By name. */
export async function readTicketConnections(tx: Tx, ids: readonly string[]): Promise<LevelTarget[]> {
  const { rows } = await tx.query<LevelTarget>(
    `select id, name from connection
      where id = any ($1) and config -> 'sends' ? 'ticket' and state = 'live' order by name, id`,
    [ids],
  );
  return rows;
}

/** The names of people and connections that levels name, whatever has become of them. */
export async function nameLevelTargets(
  tx: Tx,
  ids: { readonly people: readonly string[]; readonly connections: readonly string[] },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<LevelTarget>(
    `select id, name from app_user where id = any ($1)
     union all select id, name from connection where id = any ($2)`,
    [ids.people, ids.connections],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Ids of incidents that nobody has taken on yet: for these, another level can be due by new levels. */
export async function listUntakenIncidents(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from incident where state in ('open', 'contained') and acknowledged_at is null order by id`,
  );
  return rows.map(({ id }) => id);
}
