import type { RecordingDocument, RecordingWithdrawal } from '../../connectors/kit/record.ts';
import type {
  IndexRemoveResult,
  IndexUpsertResult,
  SearchIndexPort,
} from '../../connectors/kit/search-index.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import {
  listSearchDocuments,
  lockSearchDocument,
  removeSearchDocument,
  upsertSearchDocument,
  type StoredDocument,
} from '../../recorder-core/records/search-documents.ts';

/** The product's own search, bound to one tenant; each call is one transaction under the document's row lock. */
export function embeddedSearchPort(db: Database, tenantId: string): SearchIndexPort {
  return {
    version: 1,
    upsert: (document) => db.forTenant(tenantId, (tx) => upsert(tx, tenantId, document)),
    remove: (withdrawal) => db.forTenant(tenantId, (tx) => remove(tx, tenantId, withdrawal)),
    list: (after, limit) => db.forTenant(tenantId, (tx) => listSearchDocuments(tx, after, limit)),
    get: (id) =>
      db.forTenant(tenantId, async (tx) => {
        const found = await lockSearchDocument(tx, id);
        return found === undefined || found.removed
          ? undefined
          : { revision: found.revision, held: found.held };
      }),
  };
}

async function upsert(tx: Tx, tenantId: string, document: RecordingDocument): Promise<IndexUpsertResult> {
  const { id: recordingId, revision, held } = document;
  const before = await lockOrMake(tx, tenantId, recordingId);
  if (before.revision >= revision) {
    return before.revision === revision && !before.removed ? 'unchanged' : 'superseded';
  }
  await upsertSearchDocument(tx, tenantId, { recordingId, revision, held, document });
  return before.revision === NEVER || before.removed ? 'created' : 'updated';
}

async function remove(
  tx: Tx,
  tenantId: string,
  { id, revision }: RecordingWithdrawal,
): Promise<IndexRemoveResult> {
  const before = await lockOrMake(tx, tenantId, id);
  if (before.held && before.revision >= revision) return 'held';
  if (before.revision === NEVER || before.removed) {
    // Also of what is not there it is remembered that it shall not be: a delivery may be under way still.
    if (before.revision < revision) await removeSearchDocument(tx, id, revision);
    return 'absent';
  }
  if (before.revision > revision) return 'superseded';
  await removeSearchDocument(tx, id, revision);
  return 'deleted';
}

/** Below every revision: a row that was made to be locked, and holds nothing yet. */
const NEVER = 0;

/** The document under a row lock; the first writer makes the row, so that two first writers cannot pass each other either. */
async function lockOrMake(tx: Tx, tenantId: string, recordingId: string): Promise<StoredDocument> {
  const found = await lockSearchDocument(tx, recordingId);
  if (found !== undefined) return found;
  await upsertSearchDocument(tx, tenantId, { recordingId, revision: NEVER, held: false, document: {} });
  const made = await lockSearchDocument(tx, recordingId);
  if (made === undefined)
    throw new HoldfastError('internal', 'A search document vanished in its own transaction.');
  return made;
}
