import type { Tx } from '../database.ts';
import { waitingFrom, type WaitingRow, type WaitingThing } from './waiting-thing.ts';

/** Up to when something must run out to be told, and how many things at most. */
export interface WaitingBounds {
  readonly until: Date;
  readonly limit: number;
}

/** Requests that are not answered yet and whose time runs out by then, or has run out. */
export function listWaitingRequests(tx: Tx, { until, limit }: WaitingBounds): Promise<WaitingThing[]> {
  return read(
    tx,
    `select id, kind as detail, due_at as "dueAt" from subject_request
      where ended_at is null and due_at <= $1 order by due_at, id limit $2`,
    [until, limit],
  );
}

/** Clocks of incidents that nobody has answered. */
export function listWaitingIncidentClocks(tx: Tx, { until, limit }: WaitingBounds): Promise<WaitingThing[]> {
  return read(
    tx,
    `select c.incident_id as id, c.title as name, c.due_at as "dueAt"
       from incident_clock c join incident i on i.tenant_id = c.tenant_id and i.id = c.incident_id
      where c.answered_at is null and c.ended_at is null and c.due_at <= $1 and i.state <> 'closed'
      order by c.due_at, c.id limit $2`,
    [until, limit],
  );
}

/** Incidents that nobody has taken note of. */
export function listUnseenIncidents(tx: Tx, { limit }: WaitingBounds): Promise<WaitingThing[]> {
  return read(
    tx,
    `select id, title as name, severity as detail, opened_at as since from incident
      where state = 'open' and acknowledged_at is null
      order by array_position(array['critical', 'high', 'medium', 'low'], severity), opened_at, id limit $1`,
    [limit],
  );
}

/** Matters of which somebody has to ask whether they are still needed. */
export function listWaitingReviews(tx: Tx, { until, limit }: WaitingBounds): Promise<WaitingThing[]> {
  return read(
    tx,
    `select id, name, review_at as "dueAt" from matter
      where state = 'open' and review_at <= $1 order by review_at, id limit $2`,
    [until, limit],
  );
}

/** Releases of holds: those that wait for a second person, and those that take effect at their time. */
export function listWaitingReleases(tx: Tx, { limit }: WaitingBounds): Promise<WaitingThing[]> {
  return read(
    tx,
    `select m.id, m.name, r.state as detail, r.asked_at as since, r.grace_ends_at as "dueAt"
       from hold_release r join matter m on m.tenant_id = r.tenant_id and m.id = r.matter_id
      where r.state in ('asked', 'grace') order by r.grace_ends_at nulls last, r.asked_at, r.id limit $1`,
    [limit],
  );
}

/** Custodians who were told to keep something and have not said that they read it, where it has gone to their superior. */
export function listSilentCustodians(tx: Tx, { limit }: WaitingBounds): Promise<WaitingThing[]> {
  return read(
    tx,
    `select m.id, m.name, min(n.escalated_at) as since, count(*)::int as count
       from custodian_notice n join matter m on m.tenant_id = n.tenant_id and m.id = n.matter_id
      where n.escalated_at is not null and n.acknowledged_at is null and n.ended_at is null
      group by m.id, m.name order by 3, m.id limit $1`,
    [limit],
  );
}

/** Grants that end by then: those of one person, or everybody's. */
export function listEndingGrants(
  tx: Tx,
  { until, limit }: WaitingBounds,
  now: Date,
  of: { readonly userId: string; readonly groups: readonly string[] } | undefined,
): Promise<WaitingThing[]> {
  return read(
    tx,
    `select g.id, u.name, g.purpose as detail, g.until_at as "dueAt"
       from access_grant g left join app_user u on u.tenant_id = g.tenant_id and u.id = g.user_id
      where g.state = 'granted' and g.until_at > $3 and g.until_at <= $1
        and ($4::uuid is null or g.user_id = $4 or g.group_name = any ($5::text[]))
      order by g.until_at, g.id limit $2`,
    [until, limit, now, of?.userId ?? null, of?.groups ?? []],
  );
}

/** Findings of audits that are open, by their term; those of missing calls, or the others. */
export function listOpenFindings(
  tx: Tx,
  { limit }: WaitingBounds,
  which: 'missing-calls' | 'others',
): Promise<WaitingThing[]> {
  return read(
    tx,
    `select null as id, statement as name, severity as detail, due_at as "dueAt", found_at as since from finding
      where state = 'open' and (kind = 'call-missing') = $2
      order by array_position(array['critical', 'major', 'minor'], severity), due_at, id limit $1`,
    [limit, which === 'missing-calls'],
  );
}

/** Runs of disposal that wait for a second person; how many recordings each would destroy. */
export function listWaitingDisposals(tx: Tx, { limit }: WaitingBounds): Promise<WaitingThing[]> {
  return read(
    tx,
    `select null as id, null as name, opened_at as since, due as count from disposal_run
      where state = 'waiting' order by opened_at, id limit $1`,
    [limit],
  );
}

async function read(tx: Tx, text: string, values: unknown[]): Promise<WaitingThing[]> {
  const { rows } = await tx.query<WaitingRow>(text, values);
  return rows.map(waitingFrom);
}
