import type { SearchIndexPort } from '../../connectors/kit/search-index.ts';
import type { Database } from '../../recorder-core/records/database.ts';
import {
  deleteSearchDocument,
  lockSearchDocument,
  upsertSearchDocument,
} from '../../recorder-core/records/search-documents.ts';

/** The product's own search, bound to one tenant; each call is one transaction under the document's row lock. */
export function embeddedSearchPort(db: Database, tenantId: string): SearchIndexPort {
  return {
    version: 1,
    upsert: (document) =>
      db.forTenant(tenantId, async (tx) => {
        const before = await lockSearchDocument(tx, document.id);
        const { id: recordingId, revision, held } = document;
        if (before !== undefined && before.revision > revision) return 'superseded';
        if (before?.revision === revision) return 'unchanged';
        const stored = await upsertSearchDocument(tx, tenantId, { recordingId, revision, held, document });
        if (!stored) return 'superseded'; // another writer came between
        return before === undefined ? 'created' : 'updated';
      }),
    remove: (withdrawal) =>
      db.forTenant(tenantId, async (tx) => {
        const before = await lockSearchDocument(tx, withdrawal.id);
        if (before === undefined) return 'absent';
        if (before.revision > withdrawal.revision) return 'superseded';
        if (before.held && before.revision === withdrawal.revision) return 'held';
        await deleteSearchDocument(tx, withdrawal.id);
        return 'deleted';
      }),
    get: (id) =>
      db.forTenant(tenantId, async (tx) => {
        const found = await lockSearchDocument(tx, id);
        return found && { revision: found.revision, held: found.held };
      }),
  };
}
