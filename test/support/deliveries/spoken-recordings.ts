import pg from 'pg';

/**
 * Retained recordings with two parties each, as rows, by the hundred thousand if need be: no trigger and no foreign key is asked
 * for each of them, and the indexes by which people look for parties, which a delivery neither reads nor writes, are gone.
 */
export async function addSpokenRecordings(
  { ownerUrl }: { readonly ownerUrl: string },
  tenantId: string,
  records: number,
): Promise<void> {
  const loader = new pg.Client({
    connectionString: ownerUrl,
    options: '-c session_replication_role=replica -c synchronous_commit=off',
  });
  await loader.connect();
  try {
    await loader.query('drop index if exists party_address, party_folded, party_address_keys');
    await loader.query(ADD, [tenantId, records]);
    await loader.query('vacuum analyze recording, recording_retention, party');
  } finally {
    await loader.end();
  }
}

const ADD = `
  with made as (
    insert into recording (tenant_id, id, region, state, source, spool_node, started_at, ended_at, duration_ms, partial,
                           retention_class, consent)
    select $1, gen_random_uuid(), 'eu', 'retained', 'siprec', 'test', now() - interval '1 day', now() - interval '1 day',
           60000, false, 'business-call', '{"outcome":"RECORD","reasons":[],"rules":[],"packDigest":"x"}'
      from generate_series(1, $2)
    returning id),
  dated as (
    insert into recording_retention (tenant_id, recording_id, retained, retain_until)
    select $1, id, true, now() + interval '1 year' from made)
  insert into party (tenant_id, id, recording_id, ordinal, name, address)
  select $1, gen_random_uuid(), m.id, o, 'Party ' || o, 'sip:+4930' || o || '@sbc.example'
    from made m cross join generate_series(1, 2) o`;
