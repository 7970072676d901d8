import type { Tx } from './database.ts';

/** The ticket of an incident in a connected system. */
export interface IncidentTicketRow {
  readonly connectionId: string;
  readonly connection: string;
  /** As the other system calls it; null before it first answered. */
  readonly remoteId: string | null;
  readonly remoteState: 'unknown' | 'open' | 'closed';
  /** Revision of the incident that was last accepted there. */
  readonly sentRevision: number;
  readonly sentAt: string | null;
  /** Why the last try was not accepted. */
  readonly problem: string | null;
}

/** The tickets of an incident. */
export async function readIncidentTickets(tx: Tx, incidentId: string): Promise<IncidentTicketRow[]> {
  const { rows } = await tx.query<Omit<IncidentTicketRow, 'sentAt'> & { readonly sentAt: Date | null }>(
    `select t.connection_id as "connectionId", c.name as connection, t.remote_id as "remoteId",
            t.remote_state as "remoteState", t.sent_revision as "sentRevision", t.sent_at as "sentAt", t.problem
       from incident_ticket t join connection c on c.tenant_id = t.tenant_id and c.id = t.connection_id
      where t.incident_id = $1 order by c.name, c.id`,
    [incidentId],
  );
  return rows.map((row) => ({ ...row, sentAt: row.sentAt?.toISOString() ?? null }));
}

/** Connections that take tickets, are live, and do not have the incident as it stands; none that waits and has no ticket yet. */
export async function listOwedTickets(
  tx: Tx,
  incidentId: string,
  connectors: readonly string[],
  waiting: readonly string[],
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select c.id from incident i cross join connection c
       left join incident_ticket t on t.tenant_id = i.tenant_id and t.incident_id = i.id and t.connection_id = c.id
      where i.id = $1 and c.state = 'live' and c.connector = any ($2) and c.config -> 'sends' ? 'ticket'
        and coalesce(t.sent_revision, 0) < i.revision and (c.id <> all ($3::uuid[]) or t.connection_id is not null)
      order by c.id`,
    [incidentId, connectors, waiting],
  );
  return rows.map(({ id }) => id);
}

/** Keeps what a system answered about the ticket: `revision` where it has been dealt with, else only the problem. */
export async function noteTicketSent(
  tx: Tx,
  tenantId: string,
  ticket: {
    readonly incidentId: string;
    readonly connectionId: string;
    readonly revision: number | null;
    readonly remoteId: string | null;
    readonly closed: boolean;
    readonly problem: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await tx.query(
    `insert into incident_ticket as t (tenant_id, incident_id, connection_id, remote_id, remote_state, sent_revision,
                                       sent_at, problem)
     values ($1, $2, $3, $4, case when $5 then case when $6 then 'closed' else 'open' end else 'unknown' end,
             coalesce($7::bigint, 0), case when $5 then $8::timestamptz end, $9)
     on conflict (tenant_id, incident_id, connection_id) do update
        set remote_id = coalesce(excluded.remote_id, t.remote_id),
            remote_state = case when $5 then excluded.remote_state else t.remote_state end,
            sent_revision = greatest(t.sent_revision, excluded.sent_revision),
            sent_at = coalesce(excluded.sent_at, t.sent_at), problem = excluded.problem`,
    [
      tenantId,
      ticket.incidentId,
      ticket.connectionId,
      ticket.remoteId,
      ticket.problem === null,
      ticket.closed,
      ticket.revision,
      ticket.at,
      ticket.problem,
    ],
  );
}

/** Keeps what the other system says of its ticket. */
export async function noteTicketState(
  tx: Tx,
  tenantId: string,
  ticket: {
    readonly incidentId: string;
    readonly connectionId: string;
    readonly remoteId: string;
    readonly remoteState: 'open' | 'closed';
  },
): Promise<void> {
  await tx.query(
    `insert into incident_ticket (tenant_id, incident_id, connection_id, remote_id, remote_state)
     values ($1, $2, $3, $4, $5)
     on conflict (tenant_id, incident_id, connection_id) do update
        set remote_id = excluded.remote_id, remote_state = excluded.remote_state`,
    [tenantId, ticket.incidentId, ticket.connectionId, ticket.remoteId, ticket.remoteState],
  );
}
