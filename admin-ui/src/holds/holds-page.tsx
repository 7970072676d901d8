import { getRouteApi } from '@tanstack/react-router';
import { Scale } from 'lucide-react';
import { useHolds } from '../api/holds.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { HOLDS_COLUMNS } from './holds-columns.tsx';
import { shownHolds } from './holds-search.ts';
import type { HoldsShown } from './holds-search.ts';

const route = getRouteApi('/signed-in/holds');
const CHOICES = [
  { value: 'active', label: 'Active holds' },
  { value: 'released', label: 'Released holds' },
  { value: 'all', label: 'All holds' },
] as const;

/** All holds of the tenant, with the recordings under each. */
export function HoldsPage() {
  const shown = route.useSearch().show ?? 'active';
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader title="Holds">
        <Select
          label="Which holds"
          value={shown}
          options={CHOICES}
          className="ml-auto"
          onValue={(show) => {
            void navigate({ to: '/holds', search: show === 'active' ? {} : { show }, replace: true });
          }}
        />
      </PageHeader>
      <HoldsList shown={shown} />
    </>
  );
}

function HoldsList({ shown }: { readonly shown: HoldsShown }) {
  const { data, isPending, error, refetch } = useHolds();
  if (isPending) return <Skeleton className="h-40 rounded-lg" />;
  const failed = error !== null && (
    <ProblemNotice
      error={error}
      title={data === undefined ? 'The holds could not be loaded' : 'The list may be out of date'}
      onRetry={() => void refetch()}
    />
  );
  if (data === undefined) return failed;
  const rows = shownHolds(data.items, shown);
  return (
    <>
      {failed}
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        {rows.length === 0 ? (
          <EmptyState icon={<Scale />} title={shown === 'all' ? 'No holds yet' : `No ${shown} holds`}>
            A hold is placed on the page of a recording.
          </EmptyState>
        ) : (
          <DataTable
            caption="Holds, newest first"
            columns={HOLDS_COLUMNS}
            rows={rows}
            rowId={(row) => row.id}
          />
        )}
      </div>
    </>
  );
}
