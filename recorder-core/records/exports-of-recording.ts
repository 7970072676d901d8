import type { Tx } from './database.ts';

/** Exports that were made of a recording, whatever became of them; who received them stands there. */
export async function readExportsOf(tx: Tx, recordingId: string): Promise<{ readonly id: string }[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select e.id from export e join export_item i on i.tenant_id = e.tenant_id and i.export_id = e.id
      where i.recording_id = $1 and e.ready_at is not null order by e.id`,
    [recordingId],
  );
  return rows;
}
