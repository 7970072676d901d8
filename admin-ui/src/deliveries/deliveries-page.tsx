import { getRouteApi, Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { deliveriesCsv, useDeliveries } from '../api/deliveries.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { DeadLettersCard } from './dead-letters-card.tsx';
import { DELIVERIES_COLUMNS } from './deliveries-columns.tsx';
import { DeliveriesFilters } from './deliveries-filters.tsx';
import { instantsOf } from './deliveries-search.ts';

const route = getRouteApi('/signed-in/deliveries');

/** What connections are told: the dead letters by their cause first, then every delivery. */
export function DeliveriesPage() {
  const search = route.useSearch();
  const { from: _from, to: _to, ...rest } = search;
  const { data, isPending, error, refetch } = useDeliveries({ ...rest, ...instantsOf(search) });
  return (
    <>
      <PageHeader title={t('Deliveries')}>
        <Button asChild size="small">
          <Link
            to="/delivery-runs"
            search={search.connectionId === undefined ? {} : { connectionId: search.connectionId }}
          >
            {t('Runs: what was sent together')}
          </Link>
        </Button>
      </PageHeader>
      <DeadLettersCard connectionId={search.connectionId} chosen={search.fingerprint} />
      <DeliveriesFilters search={search} />
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The deliveries could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Send />} title={t('No such delivery')}>
              {t(
                'Every change of a recording is delivered to each connection that is live. What is over is kept for a while, with every attempt.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Deliveries, newest first')}
              file={deliveriesCsv({ ...rest, ...instantsOf(search) })}
              columns={DELIVERIES_COLUMNS}
              rows={data.items}
              rowId={({ id }) => id}
              linked
            />
          )}
        </div>
      )}
      {data?.nextCursor !== undefined && (
        <Button asChild className="justify-self-center">
          <Link to="/deliveries" search={{ ...search, cursor: data.nextCursor }}>
            {t('Older deliveries')}
          </Link>
        </Button>
      )}
    </>
  );
}
