import { useCallback } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { FileDown, SearchX } from 'lucide-react';
import { accessLogCsv, useAccessLog } from '../api/access-log.ts';
import { useSession } from '../api/session.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { refusal, useMay } from '../session/use-may.ts';
import { ACCESS_LOG_COLUMNS } from './access-log-columns.tsx';
import { AccessLogFilters } from './access-log-filters.tsx';
import type { AccessLogSearch } from './access-log-search.ts';

const route = getRouteApi('/signed-in/access-log');

/** Who asked for what, allowed or refused, and which policies decided. */
export function AccessLogPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay('ledger.read');
  const { user } = useSession();
  const onSearch = useCallback(
    (next: AccessLogSearch) => {
      void navigate({ to: '/access-log', search: next, replace: true });
    },
    [navigate],
  );
  return (
    <>
      <PageHeader title={t('Access log')}>
        {may && (
          <Button asChild size="small" className="ml-auto">
            <a href={accessLogCsv(search)} download="holdfast-access-log.csv">
              <FileDown aria-hidden /> {t('Export as CSV')}
            </a>
          </Button>
        )}
      </PageHeader>
      {may ? (
        <>
          <AccessLogFilters search={search} onSearch={onSearch} />
          <Entries search={search} />
        </>
      ) : (
        <p className="text-sm text-quiet">{refusal(user.role, 'ledger.read')}</p>
      )}
    </>
  );
}

function Entries({ search }: { readonly search: AccessLogSearch }) {
  const list = useAccessLog(search);
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  if (list.isPending) return <Skeleton className="h-64 rounded-lg" />;
  return (
    <>
      {list.isError && (
        <ProblemNotice
          error={list.error}
          title={t('The access log could not be read')}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.data !== undefined && (
        <div
          aria-busy={list.isPlaceholderData}
          className="overflow-x-auto rounded-lg border border-line bg-surface aria-busy:opacity-60"
        >
          {entries.length === 0 ? (
            <EmptyState icon={<SearchX />} title={t('No access matches')}>
              {t('Names are matched as a whole. Whoever was erased is not found by name any more.')}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Accesses, the youngest first')}
              columns={ACCESS_LOG_COLUMNS}
              rows={entries}
              rowId={({ index }) => String(index)}
            />
          )}
        </div>
      )}
      {list.hasNextPage && (
        <Button
          className="justify-self-start"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? t('Loading…') : t('Earlier accesses')}
        </Button>
      )}
    </>
  );
}
