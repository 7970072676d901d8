import { anyOf, arrayText } from './array-text.ts';
import type { Tx } from './database.ts';
import { forgetContentSalts } from './receipts.ts';
import { forgetCorrections } from './dead-letters.ts';

/** A participant of a recording: personal data, gone after disposal. */
export interface Party {
  readonly id: string;
  readonly recordingId: string;
  readonly ordinal: number;
  readonly name: string | null;
  readonly address: string | null;
  readonly label: string | null;
}

/** Adds the parties of a recording in one statement. */
export async function insertParties(tx: Tx, tenantId: string, parties: readonly Party[]): Promise<void> {
  await tx.query(
    `insert into party (tenant_id, id, recording_id, ordinal, name, address, label)
     select $1, id, recording_id, ordinal, name, address, label
       from jsonb_to_recordset($2::jsonb)
         as p (id uuid, recording_id uuid, ordinal int, name text, address text, label text)`,
    [
      tenantId,
      JSON.stringify(parties.map(({ recordingId, ...party }) => ({ ...party, recording_id: recordingId }))),
    ],
  );
}

/**
 * Notes which users took part in recordings: those whose email address is the SIP address of a party, whatever its case. A
 * user whose address became known later is not noted afterwards. To be called whenever parties came or went.
 */
export async function noteOwnParties(tx: Tx, recordingIds: readonly string[]): Promise<void> {
  await tx.query(
    `update recording r set own_of = found.users
       from (select asked.id, array(
               select distinct u.id from party p join app_user u
                   on u.tenant_id = p.tenant_id
                  and lower(u.email) = lower(substring(p.address from '^sips?:([^;?]+)'))
                where p.recording_id = asked.id order by 1) as users
               from unnest($1::uuid[]) as asked (id)) found
      where r.id = found.id and r.own_of <> found.users`,
    [recordingIds],
  );
}

/** Parties of several recordings at once, in their order. */
export async function readParties(tx: Tx, recordingIds: readonly string[]): Promise<Party[]> {
  const { rows } = await tx.query<Party>(
    `select id, recording_id as "recordingId", ordinal, name, address, label
       from party where recording_id = any ($1) order by recording_id, ordinal`,
    [recordingIds],
  );
  return rows;
}

/** What connected systems are told of a party. */
export type ToldParty = Pick<Party, 'name' | 'address'>;

/** The parties of recordings as connected systems are told of them, in their order, by the id of the recording; thousands at once. */
export async function readToldParties(
  tx: Tx,
  recordingIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ToldParty[]>> {
  const { rows } = await tx.query<ToldParty & { readonly of: string }>({
    name: 'read-told-parties',
    text: `select recording_id as of, name, address
             from party where recording_id = ${anyOf('$1')} order by recording_id, ordinal`,
    values: [arrayText(recordingIds)],
  });
  return Map.groupBy(rows, ({ of }) => of);
}

/**
 * Forgets who parties of a recording were: name and address go, with the ids by which the call and its participants are
 * recognised elsewhere; that somebody was there on that line stays. The database refuses it under a hold. Answers how many
 * parties were named.
 */
export async function forgetParties(
  tx: Tx,
  recordingId: string,
  partyIds: readonly string[],
): Promise<number> {
  const { rowCount } = await tx.query(
    `update party set name = null, address = null
      where recording_id = $1 and id = any ($2) and (name is not null or address is not null)`,
    [recordingId, partyIds],
  );
  if (rowCount === 0) return 0;
  await tx.query('update recording set call_id = null where id = $1', [recordingId]);
  await forgetCorrections(tx, recordingId);
  await forgetContentSalts(tx, recordingId);
  await tx.query("delete from recording_identity where recording_id = $1 and kind = 'participant'", [
    recordingId,
  ]);
  await noteOwnParties(tx, [recordingId]);
  return rowCount ?? 0;
}
