import type { RecordingDocument, RecordingWithdrawal } from '../../connectors/kit/record.ts';
import type {
  IndexRemoveResult,
  IndexUpsertResult,
  SearchIndexPort,
} from '../../connectors/kit/search-index.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import {
  lockSearchDocument,
  removeSearchDocument,
  upsertSearchDocument,
} from '../../recorder-core/records/search-documents.ts';

/** The product's own search, bound to one tenant; each call is one transaction under the document's row lock. */
export function embeddedSearchPort(db: Database, tenantId: string): SearchIndexPort {
  return {
    version: 1,
    upsert: (document) => db.forTenant(tenantId, (tx) => upsert(tx, tenantId, document)),
    remove: (withdrawal) => db.forTenant(tenantId, (tx) => remove(tx, withdrawal)),
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
  const before = await lockSearchDocument(tx, recordingId);
  if (before !== undefined && before.revision >= revision) {
    return before.revision === revision && !before.removed ? 'unchanged' : 'superseded';
  }
  // Another writer may have made the row after our look: then the newer of the two stands.
  if (!(await upsertSearchDocument(tx, tenantId, { recordingId, revision, held, document })))
    return 'superseded';
  return before === undefined || before.removed ? 'created' : 'updated';
}

async function remove(tx: Tx, withdrawal: RecordingWithdrawal): Promise<IndexRemoveResult> {
  const before = await lockSearchDocument(tx, withdrawal.id);
  if (before === undefined || before.removed) return 'absent';
  if (before.held && before.revision >= withdrawal.revision) return 'held';
  if (before.revision > withdrawal.revision) return 'superseded';
  await removeSearchDocument(tx, withdrawal.id, withdrawal.revision);
  return 'deleted';
}
