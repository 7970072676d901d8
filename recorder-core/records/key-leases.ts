import type { Tx } from './database.ts';

/** A process that may have keys of the tenant in memory. */
export interface KeyLease {
  readonly processId: string;
  readonly role: string;
  readonly node: string;
}

/** What a process is asked to let go of. */
export interface Eviction {
  readonly id: string;
  readonly recordingId: string;
}

/** Takes a lease on the tenant's keys or renews it, for `leaseMs` by the database's clock. */
export async function renewLease(
  tx: Tx,
  tenantId: string,
  { processId, role, node }: KeyLease,
  leaseMs: number,
): Promise<void> {
  await tx.query(
    `insert into key_lease (tenant_id, process_id, role, node, expires_at)
     values ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond')
     on conflict (tenant_id, process_id) do update set expires_at = excluded.expires_at`,
    [tenantId, processId, role, node, leaseMs],
  );
}

/** Gives a lease back: the process has no key of the tenant any more. */
export async function endLease(tx: Tx, processId: string): Promise<void> {
  await tx.query('delete from key_lease where process_id = $1', [processId]);
}

/** What a process has been asked to let go of and has not answered yet; the newest first, for somebody waits for those. */
export async function unansweredEvictions(tx: Tx, processId: string): Promise<Eviction[]> {
  const { rows } = await tx.query<Eviction>(
    `select e.id, e.recording_id as "recordingId" from eviction e
      where not exists (select from eviction_answer a
                         where a.tenant_id = e.tenant_id and a.eviction_id = e.id and a.process_id = $1)
      order by e.asked_at desc limit 1000`,
    [processId],
  );
  return rows;
}

/** Says that a process has let go. */
export async function answerEvictions(
  tx: Tx,
  tenantId: string,
  processId: string,
  evictionIds: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into eviction_answer (tenant_id, eviction_id, process_id) select $1, e.id, $2 from eviction e
      where e.id = any ($3) on conflict do nothing`,
    [tenantId, processId, evictionIds],
  );
}

/**
 * Says so of everything that was asked before. For a process that takes its first lease: the tombstones of all that stand already,
 * so it finds none of those keys any more, and has nothing to let go of.
 */
export async function answerEarlierEvictions(tx: Tx, tenantId: string, processId: string): Promise<void> {
  await tx.query(
    // Not those that are about to be forgotten, which may happen at this moment.
    `insert into eviction_answer (tenant_id, eviction_id, process_id) select $1, e.id, $2 from eviction e
      where e.asked_at > now() - interval '23 hours' on conflict do nothing`,
    [tenantId, processId],
  );
}

/** Asks every process to let go of a recording; also forgets leases and requests that are long over. */
export async function askToEvict(tx: Tx, tenantId: string, eviction: Eviction): Promise<void> {
  await tx.query("delete from key_lease where expires_at < now() - interval '1 hour'");
  await tx.query("delete from eviction where asked_at < now() - interval '1 day'");
  await tx.query(
    'insert into eviction (tenant_id, id, recording_id) values ($1, $2, $3) on conflict do nothing',
    [tenantId, eviction.id, eviction.recordingId],
  );
}

/** Processes whose lease runs and that have not let go yet. */
export async function listUnanswered(tx: Tx, evictionId: string): Promise<KeyLease[]> {
  const { rows } = await tx.query<KeyLease>(
    `select l.process_id as "processId", l.role, l.node from key_lease l
      where l.expires_at > clock_timestamp()
        and not exists (select from eviction_answer a
                         where a.tenant_id = l.tenant_id and a.eviction_id = $1 and a.process_id = l.process_id)
      order by l.role, l.node`,
    [evictionId],
  );
  return rows;
}

/** How many processes have let go. */
export async function countAnswers(tx: Tx, evictionId: string): Promise<number> {
  const { rows } = await tx.query<{ count: number }>(
    'select count(*)::int as count from eviction_answer where eviction_id = $1',
    [evictionId],
  );
  return rows[0]?.count ?? 0;
}
