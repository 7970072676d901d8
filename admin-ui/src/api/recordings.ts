import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { RecordingPage } from '../../../hub/api/schemas/recording.ts';
import type { RecordingsSearch } from '../recordings/recordings-search.ts';
import { isLive } from './changes/poll-unless-live.ts';
import { call, queryString } from './client.ts';

const REFRESH_MS = 5_000;
/** A refresh reads every loaded page again, so a long list is read less often. */
const LONG_LIST_REFRESH_MS = 30_000;
const LONG_LIST_PAGES = 3;

/** The recordings list, page after page, refreshed while the window is visible. */
export function useRecordings(search: RecordingsSearch) {
  return useInfiniteQuery({
    queryKey: ['recordings', search],
    queryFn: ({ pageParam, signal }) =>
      call<RecordingPage>(`/api/v1/recordings${queryString({ ...search, cursor: pageParam, limit: '25' })}`, {
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      if ((query.state.data?.pages.length ?? 0) > LONG_LIST_PAGES) return LONG_LIST_REFRESH_MS;
      return isLive() ? false : REFRESH_MS;
    },
  });
}
