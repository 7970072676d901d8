import type { RequestGrantBody } from '../../../hub/api/schemas/grant.ts';
import { hasWrongDay, queryOf, type QueryForm } from '../matters/query-words.ts';

type AskedScope = RequestGrantBody['scope'];

/** Named recordings as the scope of a grant; undefined where they are none. */
export function scopeOfIds(ids: string[] | undefined): AskedScope | undefined {
  return ids === undefined ? undefined : { kind: 'recordings', ids };
}

/** What a query reaches as the scope of a grant. A query that states nothing would be everything, so it is none. */
export function scopeOfQuery(form: QueryForm): AskedScope | undefined {
  const query = queryOf(form);
  return query === undefined || hasWrongDay(form) ? undefined : { kind: 'query', query };
}
