import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { LedgerPage } from '../../../hub/api/schemas/ledger.ts';
import type { AuditSearch } from '../audit/audit-search.ts';
import { queryOf } from '../audit/audit-search.ts';
import { call, queryString } from './client.ts';

const PAGE = '50';

/** What the ledger says, youngest first, page after page. Read again only when asked: reading is an access itself. */
export function useLedger(search: AuditSearch) {
  return useInfiniteQuery({
    queryKey: ['ledger', search],
    queryFn: ({ pageParam, signal }) =>
      call<LedgerPage>(
        `/api/v1/ledger/leaves${queryString({ ...queryOf(search), before: pageParam, limit: PAGE })}`,
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextBefore }) => (nextBefore === undefined ? undefined : String(nextBefore)),
    placeholderData: keepPreviousData,
  });
}

/** Address of the same search as CSV. */
export function ledgerCsv(search: AuditSearch): string {
  return `/api/v1/ledger/leaves/csv${queryString(queryOf(search))}`;
}
