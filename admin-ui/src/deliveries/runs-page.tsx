import { getRouteApi, Link } from '@tanstack/react-router';
import { Layers } from 'lucide-react';
import { useDeliveryRuns } from '../api/deliveries.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { LogFilters } from '../components/log-filters.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ConnectionSelect } from './deliveries-filters.tsx';
import { instantsOf, parseRunsSearch, type RunsSearch } from './deliveries-search.ts';
import { RUNS_COLUMNS } from './runs-columns.tsx';

const route = getRouteApi('/signed-in/delivery-runs');
const PAGE = 50;

/** Every call to a connection: how much it carried, what became of it, and the trace that it left. */
export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { from, until } = instantsOf(search);
  const { connectionId, failed, subjectId } = search;
  const before = search.before ?? until;
  const { data, isPending, error, refetch } = useDeliveryRuns({
    connectionId,
    failed,
    subjectId,
    from,
    before,
  });
  const go = (next: RunsSearch) => {
    void navigate({ search: next });
  };
  const last = data?.items.length === PAGE ? data.items.at(-1) : undefined;
  return (
    <>
      <PageHeader title={t('Delivery runs')}>
        <Button asChild size="small">
          <Link to="/deliveries">{t('Deliveries, one by one')}</Link>
        </Button>
      </PageHeader>
      <div className="flex flex-wrap items-end gap-2">
        <ConnectionSelect
          value={connectionId}
          onValue={(chosen) => {
            const { before: _before, ...kept } = search;
            go(parseRunsSearch({ ...kept, connectionId: chosen }));
          }}
        />
        <LogFilters
          search={search}
          parse={({ before: _before, ...given }) => parseRunsSearch(given)}
          onSearch={go}
          texts={[{ name: 'subjectId', label: t('Recording'), hint: t('Id of a recording') }]}
          choice={{
            name: 'failed',
            label: t('Outcome'),
            options: [
              { value: '', label: t('Every outcome') },
              { value: 'true', label: t('Something failed') },
            ],
          }}
        />
      </div>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The runs could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-x-auto rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Layers />} title={t('No such run')}>
              {t('A run is one call to a connection with all that it carried. Runs are kept for 30 days.')}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Calls to connections, newest first')}
              columns={RUNS_COLUMNS}
              rows={data.items}
              rowId={({ connectionId: id, startedAt, operation }) => `${id}/${startedAt}/${operation}`}
            />
          )}
        </div>
      )}
      {last !== undefined && (
        <Button asChild className="justify-self-center">
          <Link to="/delivery-runs" search={{ ...search, before: last.startedAt }}>
            {t('Older runs')}
          </Link>
        </Button>
      )}
    </>
  );
}
