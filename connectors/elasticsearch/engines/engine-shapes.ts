/** What both clients ask and answer in the same words, whichever of them carries it. */
import type { EngineSearch, IndexMapping, SearchEngine } from '../engine.ts';

/** What is asked of the engine itself; the rest is about documents and indices. */
export type OfEngine = 'product' | 'proven' | 'version' | 'authenticate' | 'missingPrivileges' | 'nodeTimes';

/** What is done with documents. */
export type OfDocuments = Pick<SearchEngine, 'bulk' | 'read' | 'search' | 'openPoint' | 'closePoint'>;

/** What is done with indices, their mappings, templates and aliases. */
export type OfIndices = Omit<SearchEngine, keyof OfDocuments | OfEngine>;

/** Beside the body of a search: without a part of the index there is no answer, for what is missing would look as if it were not there. */
export const WHOLE = { allow_partial_search_results: false } as const;

/**
 * What is asked of a bulk request: what `BulkItem` has, a fifth of all that an engine else tells of each line. Reasons, which may
 * quote documents, stay where they are.
 */
export const BULK_ANSWER = [
  'items.*.status',
  'items.*.result',
  'items.*._version',
  'items.*.error.type',
] as const;

/** The body of a search; its index is told beside it. Pure. */
export function searchBody({ point, query, after, size, sort, source }: EngineSearch) {
  return {
    ...(point !== undefined && { pit: { id: point.id, keep_alive: point.keepAlive } }),
    ...(query !== undefined && { query }),
    ...(after !== undefined && { search_after: after as never }),
    size,
    sort: sort as never,
    _source: [...source],
    track_total_hits: false,
  };
}

/** The instants that the nodes name, of those that do. Pure. */
export function timesOf(nodes: Readonly<Record<string, { readonly timestamp?: number }>>): number[] {
  return Object.values(nodes).flatMap(({ timestamp }) => (timestamp === undefined ? [] : [timestamp]));
}

/** The mappings alone, by index. Pure. */
export function mappingsOf(
  found: Readonly<Record<string, { readonly mappings: IndexMapping }>>,
): Readonly<Record<string, IndexMapping>> {
  return Object.fromEntries(Object.entries(found).map(([index, { mappings }]) => [index, mappings]));
}
