import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { AccessLogPage } from '../../../hub/api/schemas/access-log.ts';
import { accessLogQueryOf, type AccessLogSearch } from '../access-log/access-log-search.ts';
import { call, queryString } from './client.ts';

const PAGE = '50';

/** Attempts to have something, youngest first, page after page. Read again only when asked: reading is an access itself. */
export function useAccessLog(search: AccessLogSearch) {
  return useInfiniteQuery({
    queryKey: ['access-log', search],
    queryFn: ({ pageParam, signal }) =>
      call<AccessLogPage>(
        `/api/v1/access-log${queryString({ ...accessLogQueryOf(search), before: pageParam, limit: PAGE })}`,
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextBefore }) => (nextBefore === undefined ? undefined : String(nextBefore)),
    placeholderData: keepPreviousData,
  });
}

/** Address of the same search as CSV. */
export function accessLogCsv(search: AccessLogSearch): string {
  return `/api/v1/access-log/csv${queryString(accessLogQueryOf(search))}`;
}
