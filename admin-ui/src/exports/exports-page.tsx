import { PackageOpen } from 'lucide-react';
import { useExports } from '../api/exports.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { EXPORTS_COLUMNS } from './exports-columns.tsx';
import { t } from '../i18n/t.ts';

/** All exports, those that wait for somebody to agree at the top. */
export function ExportsPage() {
  const { data, isPending, error, refetch } = useExports();
  const failed = error !== null && (
    <ProblemNotice
      error={error}
      title={data === undefined ? t('The exports could not be loaded') : t('The list may be out of date')}
      onRetry={() => void refetch()}
    />
  );
  const waiting = data?.items.filter(({ state }) => state === 'requested') ?? [];
  const rest = data?.items.filter(({ state }) => state !== 'requested') ?? [];
  return (
    <>
      <PageHeader title={t('Exports')} />
      {failed}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<PackageOpen />} title={t('No exports yet')}>
              {t(
                'An export is asked for on the page of a recording. It becomes a sealed bundle that only its recipient can open and that anyone can verify without this server.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Exports: those that wait for approval, then the others, newest first')}
              columns={EXPORTS_COLUMNS}
              rows={[...waiting, ...rest]}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
    </>
  );
}
