import type { AccessedRecording, Principal } from '../authorization/asked.ts';
import type { Tx } from './database.ts';
import { IS_HELD } from './holds.ts';

/** All that policies may speak of, for these recordings, by id; what the tenant does not have is missing. */
export async function readAccessedRecordings(
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AccessedRecording>> {
  const { rows } = await tx.query<Omit<AccessedRecording, 'type' | 'startedAtMs'> & { startedAt: Date }>({
    name: 'read-accessed-recordings',
    text: `select r.id, r.region, r.department, r.classification, r.retention_class as "retentionClass", r.source,
                  r.started_at as "startedAt", r.restriction is not null as restricted, ${IS_HELD} as held,
                  r.own_of as "ownOf"
             from recording r where r.id = any ($1)`,
    values: [ids],
  });
  return new Map(
    rows.map(({ startedAt, ...row }) => [
      row.id,
      { type: 'recording', startedAtMs: startedAt.getTime(), ...row },
    ]),
  );
}

/** A person or the account of a machine as policies see them; undefined where they may not do anything any more. */
export async function readPrincipal(tx: Tx, userId: string): Promise<Principal | undefined> {
  const { rows } = await tx.query<Principal>(
    `select id, case kind when 'service' then 'service' else 'user' end as kind, role, groups, department, job, region
       from app_user where id = $1 and status = 'active'`,
    [userId],
  );
  return rows[0];
}
