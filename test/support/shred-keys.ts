import { randomBytes, randomUUID } from 'node:crypto';
import { destroyDataKeys, readWrapping } from '../../recorder-core/records/keys.ts';
import { insertTombstone } from '../../recorder-core/records/tombstones.ts';
import { encodeTombstone } from '../../recorder-core/vault/tombstone-journal.ts';
import type { TestDatabase } from './test-database.ts';

/** Destroys the data keys of a recording as a disposal does, without asking whether it is due. */
export async function shredKeysOf({ db, tenantId }: TestDatabase, recordingId: string): Promise<void> {
  const at = new Date().toISOString();
  await db.forTenant(tenantId, async (tx) => {
    const tombstone = {
      tenant: tenantId,
      id: randomUUID(),
      recording: recordingId,
      epoch: 1,
      at,
      saltedId: '',
      rules: [],
      packDigest: 'test',
      keys: await readWrapping(tx, recordingId),
      stores: ['database', 'objects'],
    };
    await insertTombstone(tx, tombstone, { body: encodeTombstone(tombstone), salt: randomBytes(16) });
    await destroyDataKeys(tx, recordingId, at);
  });
}
