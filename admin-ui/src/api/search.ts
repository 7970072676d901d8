import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { SearchPage } from '../../../hub/api/schemas/search.ts';
import type { SearchSearch } from '../search/search-search.ts';
import { call, queryString } from './client.ts';

/** What a search finds, page after page. It is asked once: a search is an entry of the ledger, and repeats itself for nobody. */
export function useSearchResults(search: SearchSearch) {
  return useInfiniteQuery({
    queryKey: ['search', search],
    queryFn: ({ pageParam, signal }) =>
      call<SearchPage>(`/api/v1/search${queryString({ ...search, cursor: pageParam })}`, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}
