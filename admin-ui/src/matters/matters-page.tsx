import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Lock, Plus, Scale } from 'lucide-react';
import { useMatters } from '../api/matters.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { MATTERS_COLUMNS } from './matters-columns.tsx';
import { OpenMatterDialog } from './open-matter-dialog.tsx';
import { QueryHoldDialog } from './query-hold-dialog.tsx';

/** All matters, with what of them is in force. */
export function MattersPage() {
  const [asking, ask] = useState<'hold' | 'matter'>();
  const { data, isPending, error, refetch } = useMatters();
  const close = () => {
    ask(undefined);
  };
  return (
    <>
      <PageHeader title={t('Matters')}>
        <span className="ml-auto flex flex-wrap items-center gap-3">
          <Link to="/holds" className="text-sm text-accent underline underline-offset-2">
            {t('All holds')}
          </Link>
          <ActButton
            act="hold.place"
            data-testid="open-matter"
            onClick={() => {
              ask('matter');
            }}
          >
            <Plus aria-hidden /> {t('Open a matter')}
          </ActButton>
          <ActButton
            act="hold.place"
            data-testid="place-query-hold"
            onClick={() => {
              ask('hold');
            }}
          >
            <Lock aria-hidden /> {t('Place a hold')}
          </ActButton>
        </span>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={data === undefined ? t('The matters could not be loaded') : t('The list may be out of date')}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Scale />} title={t('No matters yet')}>
              {t(
                'A matter is what holds are for: a lawsuit, an investigation. It is opened with its first hold, placed here by a query or on the page of a recording, or by a case system.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Matters, newest first')}
              file="/api/v1/matters/csv"
              columns={MATTERS_COLUMNS}
              rows={data.items}
              rowId={({ id }) => id}
              linked
            />
          )}
        </div>
      )}
      {asking === 'hold' && <QueryHoldDialog onClose={close} />}
      {asking === 'matter' && <OpenMatterDialog onClose={close} />}
    </>
  );
}
