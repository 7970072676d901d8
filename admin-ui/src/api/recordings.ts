import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { RecordingFacets, RecordingPage } from '../../../hub/api/schemas/recording.ts';
import {
  queryOf,
  withoutColumns,
  withoutLooks,
  type RecordingsSearch,
} from '../recordings/recordings-search.ts';
import { isLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';

const REFRESH_MS = 5_000;
/** A refresh reads every loaded page again, so a long list is read less often, and a very long one when it is asked for. */
const LONG_LIST_REFRESH_MS = 30_000;
const LONG_LIST_PAGES = 3;
const NO_REFRESH_PAGES = 10;
const PAGE = '100';
/** Counting looks at up to 10,000 recordings. */
const COUNT_STALE_MS = 30_000;

/** The recordings list, page after page, refreshed while the window is visible. */
export function useRecordings(asked: RecordingsSearch) {
  const search = withoutColumns(asked);
  return useInfiniteQuery({
    queryKey: ['recordings', search],
    queryFn: ({ pageParam, signal }) =>
      call<RecordingPage>(
        `/api/v1/recordings${queryString({ ...queryOf(search, new Date()), cursor: pageParam, limit: PAGE })}`,
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      const pages = query.state.data?.pages.length ?? 0;
      if (pages > NO_REFRESH_PAGES) return false;
      if (pages > LONG_LIST_PAGES) return LONG_LIST_REFRESH_MS;
      return isLive() ? false : REFRESH_MS;
    },
  });
}

/** How many recordings there are of each kind, under the same filters as the list. */
export function useRecordingFacets(asked: RecordingsSearch) {
  const search = withoutLooks(asked);
  return useQuery({
    queryKey: ['recording-facets', search],
    queryFn: ({ signal }) =>
      call<RecordingFacets>(`/api/v1/recordings/facets${queryString(queryOf(search, new Date()))}`, {
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: COUNT_STALE_MS,
  });
}

/** Where the list is as CSV: what the same search finds, in these columns, streamed by the hub. */
export function recordingsCsv(search: RecordingsSearch, columns: readonly string[]): string {
  return `/api/v1/recordings/csv${queryString({ ...queryOf(search, new Date()), columns: columns.join(',') })}`;
}
