import { getRouteApi, Link } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useConnections } from '../api/connections.ts';
import { useDeliveries } from '../api/deliveries.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { DeadLettersCard } from './dead-letters-card.tsx';
import { DELIVERIES_COLUMNS } from './deliveries-columns.tsx';
import { STATES, type DeliveriesSearch } from './deliveries-search.ts';
import { DELIVERY_STATES } from './delivery-words.ts';

const route = getRouteApi('/signed-in/deliveries');

/** What connections are told: the dead letters by their cause first, then every delivery. */
export function DeliveriesPage() {
  const search = route.useSearch();
  const { data, isPending, error, refetch } = useDeliveries({ ...search });
  return (
    <>
      <PageHeader title="Deliveries">
        <Filters search={search} />
      </PageHeader>
      <DeadLettersCard connectionId={search.connectionId} chosen={search.fingerprint} />
      {error !== null && (
        <ProblemNotice
          error={error}
          title="The deliveries could not be loaded"
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Send />} title="No such delivery">
              Every change of a recording is delivered to each connection that is live. What is over is kept
              for a while, with every attempt.
            </EmptyState>
          ) : (
            <DataTable
              caption="Deliveries, newest first"
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
            Older deliveries
          </Link>
        </Button>
      )}
    </>
  );
}

function Filters({ search }: { readonly search: DeliveriesSearch }) {
  const navigate = route.useNavigate();
  const connections = useConnections().data?.items ?? [];
  const choose = (change: Record<string, string>) => {
    const { cursor: _cursor, ...kept } = search;
    const next = Object.entries({ ...kept, ...change }).filter(([, value]) => value !== '');
    void navigate({ search: Object.fromEntries(next) as DeliveriesSearch });
  };
  return (
    <>
      <Select
        label="Connection"
        value={search.connectionId ?? ''}
        options={[
          { value: '', label: 'Every connection' },
          ...connections.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onValue={(connectionId) => {
          choose({ connectionId, fingerprint: '' });
        }}
      />
      <Select
        label="State"
        value={search.state ?? ''}
        options={[
          { value: '', label: 'Every state' },
          ...STATES.map((state) => ({ value: state, label: DELIVERY_STATES[state].label })),
        ]}
        onValue={(state) => {
          choose({ state });
        }}
      />
    </>
  );
}
