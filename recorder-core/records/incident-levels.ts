import { DEFAULT_LEVELS, type IncidentLevels } from '../policy/incident-levels.ts';
import type { Tx } from './database.ts';

/** The levels of the tenant, and whether they are its own. */
export async function readIncidentLevels(
  tx: Tx,
): Promise<{ readonly levels: IncidentLevels; readonly own: boolean }> {
  const { rows } = await tx.query<{ levels: IncidentLevels }>('select levels from incident_levels');
  return { levels: rows[0]?.levels ?? DEFAULT_LEVELS, own: rows[0] !== undefined };
}

/** Sets the levels of the tenant; null brings back those of the product. */
export async function writeIncidentLevels(
  tx: Tx,
  tenantId: string,
  levels: IncidentLevels | null,
  by: { readonly personId: string; readonly now: Date },
): Promise<void> {
  if (levels === null) await tx.query('delete from incident_levels');
  else
    await tx.query(
      `insert into incident_levels (tenant_id, levels, changed_by, changed_at) values ($1, $2, $3, $4)
       on conflict (tenant_id) do update
          set levels = excluded.levels, changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
      [tenantId, JSON.stringify(levels), by.personId, by.now],
    );
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
