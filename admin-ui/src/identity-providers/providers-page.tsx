import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Fingerprint, Plus } from 'lucide-react';
import type { ProviderSummary } from '../../../hub/api/schemas/identity-provider.ts';
import { useProviders } from '../api/identity-providers.ts';
import { cn } from '../components/cn.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ROW_LINK } from '../components/row-link.ts';
import { Badge } from '../components/ui/badge.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { AddProviderDialog } from './add-provider-dialog.tsx';
import { kindInWords, stateInWords } from './provider-words.ts';
import { LocalAccountsCard } from './local-accounts-card.tsx';
import { RulesCard } from './rules-card.tsx';

const column = createColumnHelper<ProviderSummary>();

const COLUMNS = [
  column.display({
    id: 'name',
    header: t('Name'),
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => (
      <Link to="/identity-providers/$id" params={{ id: original.id }} className={cn(ROW_LINK, 'break-words')}>
        {original.name}
      </Link>
    ),
  }),
  column.display({
    id: 'kind',
    header: t('Protocol'),
    meta: { className: 'whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => kindInWords(row.original.kind),
  }),
  column.display({
    id: 'domains',
    header: t('E-mail domains'),
    meta: { className: 'max-md:hidden' },
    cell: ({ row }) => (
      <span className="text-quiet">{row.original.domains.join(', ') || t('None: by its link only')}</span>
    ),
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => {
      const { label, tone } = stateInWords(row.original.state);
      return <Badge tone={tone}>{label}</Badge>;
    },
  }),
] as ColumnDef<ProviderSummary, never>[];

/** With whom people sign in, and which of their groups give which role. */
export function ProvidersPage() {
  const [adding, setAdding] = useState(false);
  const { data, isPending, error, refetch } = useProviders();
  return (
    <>
      <PageHeader title={t('Identity providers')}>
        <ActButton
          act="identity-provider.manage"
          className="ml-auto"
          data-testid="add-provider"
          onClick={() => {
            setAdding(true);
          }}
        >
          <Plus aria-hidden /> {t('Add…')}
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={t('The providers could not be loaded')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Fingerprint />} title={t('None yet')}>
              {t('People sign in with one-time links and local accounts until an identity provider is live.')}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Identity providers by name')}
              columns={COLUMNS}
              rows={data.items}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
      <RulesCard />
      <LocalAccountsCard />
      {adding && (
        <AddProviderDialog
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </>
  );
}
