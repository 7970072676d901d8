import { getRouteApi, Link } from '@tanstack/react-router';
import { Scale } from 'lucide-react';
import { useHolds } from '../api/holds.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Select } from '../components/ui/select.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { HOLDS_COLUMNS } from './holds-columns.tsx';
import { shownHolds } from './holds-search.ts';
import type { HoldsShown } from './holds-search.ts';

const route = getRouteApi('/signed-in/holds');
const CHOICES = [
  { value: 'active', label: t('Active holds') },
  { value: 'released', label: t('Released holds') },
  { value: 'all', label: t('All holds') },
] as const;

const NONE: Readonly<Record<HoldsShown, string>> = {
  active: t('No active holds'),
  released: t('No released holds'),
  all: t('No holds yet'),
};

/** All holds of the tenant, with the recordings under each. */
export function HoldsPage() {
  const shown = route.useSearch().show ?? 'active';
  const navigate = route.useNavigate();
  return (
    <>
      <PageHeader title={t('Holds')}>
        <Select
          label={t('Which holds')}
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
      title={data === undefined ? t('The holds could not be loaded') : t('The list may be out of date')}
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
          <EmptyState icon={<Scale />} title={NONE[shown]}>
            <Rich
              text="A hold keeps recordings from being disposed of, whatever any rule says. It is placed on the page of a recording, or by a query under <l>Matters</l>."
              parts={{ l: <Link to="/matters" className="text-accent underline underline-offset-2" /> }}
            />
          </EmptyState>
        ) : (
          <DataTable
            caption={t('Holds, newest first')}
            columns={HOLDS_COLUMNS}
            rows={rows}
            rowId={(row) => row.id}
          />
        )}
      </div>
    </>
  );
}
