import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { readParts } from '../../recorder-core/records/parts.ts';
import type { ActivityBench } from './stored-recording.ts';
import type { TestDatabase } from './test-database.ts';

/** A copy of what is stored of one recording, to be brought back. */
export interface OlderBackup {
  /** Brings rows and objects back as a restore of an older backup does: what was made or ordered since is unknown again. */
  restore(): Promise<void>;
}

/** Takes a copy of the rows and objects of a recording, with its keys. */
export async function backUp(
  database: TestDatabase,
  bench: ActivityBench,
  recordingId: string,
): Promise<OlderBackup> {
  const parts = await database.db.forTenant(database.tenantId, (tx) => readParts(tx, recordingId));
  const folder = join(bench.objects, parts[0]?.objectKey ?? '', '..');
  const copy = join(bench.objects, '..', `backup-${recordingId}`);
  await cp(folder, copy, { recursive: true });
  const keys = await database.asOwner(
    'select d.* from data_key d join part p on p.id = d.part_id where p.recording_id = $1',
    [recordingId],
  );
  const known = parts.map(({ id }) => `'${id}'`).join(',');
  const of = `where recording_id = '${recordingId}'`;
  return {
    async restore() {
      await cp(copy, folder, { recursive: true });
      // The guards of keys and of what is held know nothing of restores.
      await database.asOwner(`
        set session_replication_role = 'replica';
        delete from outbox;
        delete from recording_cut ${of};
        delete from part_disposal ${of};
        delete from tombstone_key where tombstone_id in (select id from tombstone ${of});
        delete from tombstone ${of};
        delete from data_key where part_id in (select id from part ${of} and id not in (${known}));
        delete from part ${of} and id not in (${known});
        update part set destroyed_at = null ${of};
        reset session_replication_role`);
      for (const { tenant_id, part_id, kek_id, wrapped } of keys)
        await database.asOwner(
          'insert into data_key (tenant_id, part_id, kek_id, wrapped) values ($1, $2, $3, $4) on conflict do nothing',
          [tenant_id, part_id, kek_id, wrapped],
        );
    },
  };
}
