import { Link } from '@tanstack/react-router';
import { Cable, Plus } from 'lucide-react';
import { useConnectionPulses, useConnections, useConnectors } from '../api/connections.ts';
import { useDeliveryQueues } from '../api/deliveries.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { CONNECTIONS_COLUMNS } from './connections-columns.tsx';
import { failingFirst } from './failing-first.ts';

/** Every connected system on one board: how it stands, what waits for it, what failed. */
export function ConnectionsPage() {
  const { data, isPending, error, refetch } = useConnections();
  const queues = useDeliveryQueues().data?.items ?? [];
  const pulses = useConnectionPulses().data?.items ?? [];
  const connectors = useConnectors().data?.items ?? [];
  const mayManage = useMay('connection.manage');
  const rows = (data?.items ?? [])
    .filter(({ state }) => state !== 'removed')
    .map((connection) => ({
      connection,
      system: fromHub(
        connectors.find(({ id }) => id === connection.connector)?.title ?? connection.connector,
      ),
      queue: queues.find(({ connectionId }) => connectionId === connection.id),
      pulse: pulses.find(({ id }) => id === connection.id),
    }));
  return (
    <>
      <PageHeader title={t('Connections')}>
        {mayManage && (
          <Button asChild tone="primary">
            <Link to="/connections/new">
              <Plus aria-hidden /> {t('Connect a system')}
            </Link>
          </Button>
        )}
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={
            data === undefined ? t('The connections could not be loaded') : t('The board may be out of date')
          }
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-x-auto rounded-lg border border-line bg-surface">
          {rows.length === 0 ? (
            <EmptyState icon={<Cable />} title={t('Nothing is connected')}>
              {t(
                'Connect a CRM, a search engine, a warehouse or a ticket system, and Holdfast keeps it in step with what is recorded, held and deleted. Every act there leaves a receipt here.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Connections with what waits for each and what failed')}
              columns={CONNECTIONS_COLUMNS}
              rows={failingFirst(rows, Date.now())}
              rowId={({ connection }) => connection.id}
            />
          )}
        </div>
      )}
    </>
  );
}
