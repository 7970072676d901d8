import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import type { SearchIndexPort } from '../../../connectors/kit/search-index.ts';
import { withdrawalRefusal } from '../../../connectors/kit/withdrawal-rule.ts';
import type { OpenedIndex } from './embedded-search-bench.ts';

/** The port's contract in memory, for tests without a database. Each step is atomic because it does not wait. */
export function memorySearchIndex(): OpenedIndex {
  const rows = new Map<string, RecordingDocument>();
  const removed = new Map<string, number>();
  const port: SearchIndexPort = {
    version: 1,
    async upsert(document) {
      const there = rows.get(document.id);
      const newest = there?.revision ?? removed.get(document.id) ?? 0;
      if (newest > document.revision) return 'superseded';
      if (there !== undefined && newest === document.revision) return 'unchanged';
      rows.set(document.id, document);
      return there === undefined ? 'created' : 'updated';
    },
    async remove(withdrawal) {
      const there = rows.get(withdrawal.id);
      if (there === undefined) return 'absent';
      const refusal = withdrawalRefusal(withdrawal, there);
      if (refusal !== undefined) return refusal.class === 'held' ? 'held' : 'superseded';
      rows.delete(withdrawal.id);
      removed.set(withdrawal.id, withdrawal.revision);
      return 'deleted';
    },
    async list(after, limit) {
      return [...rows.values()]
        .filter(({ id }) => after === null || id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id, revision, held }) => ({ id, revision, held }));
    },
    async get(id) {
      const there = rows.get(id);
      return there === undefined ? undefined : { revision: there.revision, held: there.held };
    },
  };
  return { port, count: () => Promise.resolve(rows.size) };
}
