import type { Tx } from './database.ts';

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

/** Parties of several recordings at once, in their order. */
export async function readParties(tx: Tx, recordingIds: readonly string[]): Promise<Party[]> {
  const { rows } = await tx.query<Party>(
    `select id, recording_id as "recordingId", ordinal, name, address, label
       from party where recording_id = any ($1) order by recording_id, ordinal`,
    [recordingIds],
  );
  return rows;
}
