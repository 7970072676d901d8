import type { Tx } from './database.ts';

/** A connection that a recording went to, by what it answered last. */
export interface LineageConnection {
  readonly id: string;
  readonly name: string;
  readonly operation: string;
  readonly outcome: 'done' | 'rejected' | 'unknown';
  readonly at: string;
}

/** An export that has the recording in it. */
export interface LineageExport {
  readonly id: string;
  readonly state: string;
  readonly at: string;
}

/** A grant by which somebody may use the recording at this moment. */
export interface LineageGrant {
  readonly id: string;
  readonly kind: 'request' | 'break-glass';
  /** A person's name, or that of a group. */
  readonly to: string;
  readonly acts: readonly string[];
  readonly purpose: string;
  readonly untilAt: string;
}

const MOST = 50;

/** Where a recording went, the connections in the order of their last answer. */
export async function listLineageConnections(tx: Tx, recordingId: string): Promise<LineageConnection[]> {
  const { rows } = await tx.query<Dated<LineageConnection>>(
    `select * from (
       select distinct on (r.connection_id) r.connection_id as id, c.name, r.operation, r.outcome, r.at
         from receipt r join connection c on c.tenant_id = r.tenant_id and c.id = r.connection_id
        where r.subject_id = $1 and r.recording_id is not null order by r.connection_id, r.at desc) last
      order by at desc limit $2`,
    [recordingId, MOST],
  );
  return rows.map(withText);
}

/** The exports that it is in, newest first. */
export async function listLineageExports(tx: Tx, recordingId: string): Promise<LineageExport[]> {
  const { rows } = await tx.query<Dated<LineageExport>>(
    `select e.id, e.state, e.requested_at as at from export e
       join export_item i on i.tenant_id = e.tenant_id and i.export_id = e.id
      where i.recording_id = $1 order by e.id desc limit $2`,
    [recordingId, MOST],
  );
  return rows.map(withText);
}

/** The grants that reach it now, those that end first before the others. */
export async function listLineageGrants(tx: Tx, recordingId: string, now: Date): Promise<LineageGrant[]> {
  const { rows } = await tx.query<Omit<LineageGrant, 'untilAt'> & { untilAt: Date }>(
    `select g.id, g.kind, coalesce(u.name, g.group_name, '') as to, g.acts, g.purpose, g.until_at as "untilAt"
       from access_grant g
       join recording r on r.tenant_id = g.tenant_id and r.id = $1
       left join app_user u on u.tenant_id = g.tenant_id and u.id = g.user_id
      where g.state = 'granted' and g.from_at <= $2 and g.until_at > $2
        and (g.scope = 'all' or (g.scope = 'recordings' and r.id = any (g.recording_ids))
             or (g.scope in ('query', 'matter', 'export') and exists (select from grant_reaches(g, r))))
      order by g.until_at, g.id limit $3`,
    [recordingId, now, MOST],
  );
  return rows.map((row) => ({ ...row, untilAt: row.untilAt.toISOString() }));
}

type Dated<T> = Omit<T, 'at'> & { readonly at: Date };

function withText<T>(row: T & { readonly at: Date }): T & { readonly at: string } {
  return { ...row, at: row.at.toISOString() };
}
