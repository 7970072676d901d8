import { HoldfastError } from '../../recorder-core/errors.ts';
import { endFetch, insertFetch } from '../../recorder-core/records/export-fetches.ts';
import type { ObjectStore } from '../../recorder-core/vault/object-store.ts';
import type { ExportAsking } from './asking.ts';
import { noteExport, requireExport } from './note-export.ts';
import { requireExportable } from './require-exportable.ts';

const READ_BYTES = 256 * 1024;

/**
 * Hands the encrypted bundle to somebody on the machine itself, who needs no link; `write` gets all of it. In the ledger
 * before the first byte. @throws HoldfastError `not_found`; `conflict` where there is no bundle.
 */
export async function saveExport(
  objects: ObjectStore,
  asking: ExportAsking,
  exportId: string,
  write: (bytes: AsyncIterable<Buffer>, envelope: Buffer | null) => Promise<void>,
): Promise<void> {
  const { db, tenantId, now } = asking;
  const fetchId = asking.newId(now);
  const bundle = await db.forTenant(tenantId, async (tx) => {
    const found = await requireExport(tx, exportId);
    if (found.state !== 'ready' || found.bundle === null || Date.parse(found.expiresAt) <= now.getTime())
      throw new HoldfastError('conflict', `This export is ${found.state}; there is no bundle to save.`);
    await requireExportable(tx, asking, found.recordingIds, { purpose: found.restrictedPurpose });
    const { size } = found.bundle;
    const range = { firstByte: 0, endByte: size };
    await insertFetch(tx, tenantId, { id: fetchId, exportId, linkId: null, at: now.toISOString(), ...range });
    const facts = { from: 0, to: size, fetch: fetchId, local: true };
    await noteExport(tx, asking, exportId, { act: 'export.fetched', outcome: 'allowed', facts });
    return found.bundle;
  });
  const end = (sent: number, outcome: 'complete' | 'failed') =>
    db.forTenant(tenantId, (tx) => endFetch(tx, fetchId, { sent, outcome, at: new Date().toISOString() }));
  try {
    const envelope = bundle.envelopeKey === null ? null : await readAll(objects, bundle.envelopeKey);
    await write(readObject(objects, bundle.objectKey), envelope);
  } catch (error) {
    await end(0, 'failed');
    throw error;
  }
  await end(bundle.size, 'complete');
}

async function* readObject(objects: ObjectStore, key: string): AsyncGenerator<Buffer> {
  const object = await objects.open(key);
  try {
    for (let at = 0; at < object.size; at += READ_BYTES) yield await object.read(at, READ_BYTES);
  } finally {
    await object.close();
  }
}

async function readAll(objects: ObjectStore, key: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readObject(objects, key)) pieces.push(piece);
  return Buffer.concat(pieces);
}
