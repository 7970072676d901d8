import type { Tx } from './database.ts';

/** A connector that can fill what it holds anew, and the settings that decide what a record looks like there. */
export interface RebuildableConnector {
  readonly connector: string;
  readonly shapedBy: readonly string[];
}

/** A connection whose copy was begun before what it writes was changed. */
export interface RebuildDue {
  readonly connectionId: string;
  readonly name: string;
  /** Of the last such change. */
  readonly since: Date;
}

/**
 * The connections of these connectors that hold recordings as they were written before the last change of their mapping or of a
 * setting that shapes them, and were not rebuilt since; the longest first, `limit` at the most. Sending a recording once more
 * does not mend that where its revision is the same. A rebuild that was asked for before the change does not count: it may have
 * written in the old way. `connectionId`: of this one alone.
 */
export async function listRebuildsDue(
  tx: Tx,
  connectors: readonly RebuildableConnector[],
  { limit, connectionId }: { readonly limit: number; readonly connectionId?: string },
): Promise<RebuildDue[]> {
  if (connectors.length === 0) return [];
  const { rows } = await tx.query<RebuildDue>(DUE, [
    connectors.map(({ connector }) => connector),
    connectors.map(({ shapedBy }) => JSON.stringify(shapedBy)),
    connectionId ?? null,
    limit,
  ]);
  return rows;
}

/** An operation without rows and one that has none written down are alike. */
const DUE = `
  with shaped as (
    select c.tenant_id, c.id, c.name, v.version, v.made_at,
           jsonb_build_array(coalesce(v.mappings -> 'upsert-recording', '[]'), v.reshapes -> 'upsert-recording',
                             (select jsonb_agg(v.config -> key order by key) from jsonb_array_elements_text(k.keys) as key)) as shape
      from unnest($1::text[], $2::jsonb[]) as k (connector, keys)
      join connection c on c.connector = k.connector and c.state <> 'removed' and ($3::uuid is null or c.id = $3)
      join connection_version v on v.tenant_id = c.tenant_id and v.connection_id = c.id),
  followed as (
    select *, lag(shape) over (partition by tenant_id, id order by version) as before from shaped),
  changed as (
    select tenant_id, id, name, max(made_at) as at from followed where before <> shape group by tenant_id, id, name)
  select d.id as "connectionId", d.name, d.at as since
    from changed d
   where exists (select from receipt r
                  where r.tenant_id = d.tenant_id and r.connection_id = d.id and r.at < d.at and r.outcome = 'done')
     and not exists (select from connection_comparison b
                      where b.tenant_id = d.tenant_id and b.connection_id = d.id and b.rebuilds and b.state = 'done'
                        and b.asked_at > d.at)
   order by d.at, d.name limit $4`;
