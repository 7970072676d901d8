import { useState } from 'react';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Handshake } from 'lucide-react';
import type { ConsentChange } from '../../../hub/api/schemas/consent.ts';
import { useConsentChanges } from '../api/consent.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { ActButton } from '../session/act-button.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import { changeInWords, resultsInWords } from './consent-words.ts';

/** What parties said about consent after the fact, and what came of it. */
export function ConsentPage() {
  const { data, isPending, error, refetch } = useConsentChanges();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <PageHeader title="Consent">
        <ActButton
          act="consent.change"
          data-testid="take-withdrawal"
          onClick={() => {
            setAsking(true);
          }}
        >
          Take a withdrawal
        </ActButton>
      </PageHeader>
      {error !== null && (
        <ProblemNotice
          error={error}
          title={data === undefined ? 'The changes could not be loaded' : 'The list may be out of date'}
          onRetry={() => void refetch()}
        />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Handshake />} title="Nobody has changed their mind">
              When a party withdraws its consent, take it here by its number, or on the page of one recording.
              Every recording of the party is then decided again, and the result is shown for each.
            </EmptyState>
          ) : (
            <DataTable
              caption="Changes of consent, newest first"
              columns={COLUMNS}
              rows={data.items}
              rowId={(row) => row.id}
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
    header: 'What was said',
    meta: { rowHeader: true },
    cell: ({ row: { original: change } }) => (
      <>
        <span className="font-medium">{changeInWords(change.kind)}</span>
        <span className="block text-xs break-words text-quiet">{change.reason}</span>
      </>
    ),
  }),
  column.display({
    id: 'said',
    header: 'When',
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => <Timestamp instant={row.original.saidAt} />,
  }),
  column.display({
    id: 'results',
    header: 'What came of it',
    cell: ({ row }) => <span className="text-sm">{resultsInWords(row.original)}</span>,
  }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) =>
      row.original.state === 'done' ? <Badge tone="good">Done</Badge> : <Badge tone="info">Under way</Badge>,
  }),
] as ColumnDef<ConsentChange, never>[];
