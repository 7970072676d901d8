import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Handshake } from 'lucide-react';
import type { ConsentChange } from '../../../hub/api/schemas/consent.ts';
import { useConsentChanges } from '../api/consent.ts';
import { cn } from '../components/cn.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { ConflictsCard } from './conflicts-card.tsx';
import { changeInWords, resultsInWords } from './consent-words.ts';

/** What parties said about consent after the fact, and what came of it. */
export function ConsentPage() {
  const { data, isPending, error, refetch } = useConsentChanges();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <PageHeader title={t('Consent')}>
        <ActButton
          act="consent.change"
          data-testid="take-withdrawal"
          onClick={() => {
            setAsking(true);
          }}
        >
          {t('Take a withdrawal')}
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={data === undefined ? t('The changes could not be loaded') : t('The list may be out of date')}
          onRetry={() => void refetch()}
        />
      )}
      <ConflictsCard />
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Handshake />} title={t('Nobody has changed their mind')}>
              {t(
                'When a party withdraws its consent, take it here by its number, or on the page of one recording. Every recording of the party is then decided again, and the result is shown for each.',
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('Changes of consent, newest first')}
              file="/api/v1/consent-changes/csv"
              columns={COLUMNS}
              rows={data.items}
              rowId={(row) => row.id}
              linked
            />
          )}
        </div>
      )}
      {asking && (
        <ChangeDialog
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}

const column = createColumnHelper<ConsentChange>();
const COLUMNS = [
  column.display({
    id: 'what',
    header: t('What was said'),
    meta: { rowHeader: true },
    cell: ({ row: { original: change } }) => (
      <>
        <Link
          to="/consent/$id"
          params={{ id: change.id }}
          data-testid="change-link"
          className={cn(ROW_LINK, 'font-medium')}
        >
          {changeInWords(change.kind)}
        </Link>
        <span className="block text-xs break-words text-quiet">{change.reason}</span>
      </>
    ),
  }),
  column.display({
    id: 'said',
    header: t('When'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Timestamp instant={row.original.saidAt} />,
  }),
  column.display({
    id: 'results',
    header: t('What came of it'),
    cell: ({ row }) => <span className="text-sm">{resultsInWords(row.original)}</span>,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) =>
      row.original.state === 'done' ? (
        <Badge tone="good">{t('Done')}</Badge>
      ) : (
        <Badge tone="info">{t('Under way')}</Badge>
      ),
  }),
] as ColumnDef<ConsentChange, never>[];
