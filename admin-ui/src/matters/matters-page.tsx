import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Lock, Scale } from 'lucide-react';
import type { MatterSummary } from '../../../hub/api/schemas/matter.ts';
import { useMatters } from '../api/matters.ts';
import { DataTable } from '../components/data-table.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { counted } from '../format/words.ts';
import { ActButton } from '../session/act-button.tsx';
import { MatterBadge } from './matter-badge.tsx';
import { QueryHoldDialog } from './query-hold-dialog.tsx';

const column = createColumnHelper<MatterSummary>();
const COLUMNS = [
  column.display({
    id: 'name',
    header: 'Matter',
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => (
      <>
        <Link
          to="/matters/$id"
          params={{ id: original.id }}
          data-testid="matter-link"
          className={cn(ROW_LINK, 'break-words')}
        >
          {original.name}
        </Link>
        <span className="block text-xs text-quiet">
          {[original.externalId === null ? '' : `Case ${original.externalId}`, ...original.tags]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </>
    ),
  }),
  column.display({
    id: 'holds',
    header: 'In force',
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => counted(row.original.activeHolds, 'hold', 'holds'),
  }),
  column.display({
    id: 'opened',
    header: 'Opened',
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original } }) => (
      <>
        <Timestamp instant={original.openedAt} />
        <span className="block text-xs text-quiet">by {original.openedBy}</span>
      </>
    ),
  }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <MatterBadge matter={row.original} />,
  }),
] as ColumnDef<MatterSummary, never>[];

/** All matters, with what of them is in force. */
export function MattersPage() {
  const [placing, setPlacing] = useState(false);
  const { data, isPending, error, refetch } = useMatters();
  return (
    <>
      <PageHeader title="Matters">
        <span className="ml-auto flex items-center gap-3">
          <Link to="/holds" className="text-sm text-accent underline underline-offset-2">
            All holds
          </Link>
          <ActButton
            act="hold.place"
            data-testid="place-query-hold"
            onClick={() => {
              setPlacing(true);
            }}
          >
            <Lock aria-hidden /> Place a hold
          </ActButton>
        </span>
      </PageHeader>
      {error !== null && (
        <ProblemNotice error={error} title="The matters could not be loaded" onRetry={() => void refetch()} />
      )}
      {isPending && <Skeleton className="h-40 rounded-lg" />}
      {data !== undefined && (
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          {data.items.length === 0 ? (
            <EmptyState icon={<Scale />} title="No matters yet">
              A matter is what holds are for: a lawsuit, an investigation. It is opened with its first hold,
              placed here by a query or on the page of a recording, or by a case system.
            </EmptyState>
          ) : (
            <DataTable
              caption="Matters, newest first"
              columns={COLUMNS}
              rows={data.items}
              rowId={({ id }) => id}
              linked
            />
          )}
        </div>
      )}
      {placing && (
        <QueryHoldDialog
          onClose={() => {
            setPlacing(false);
          }}
        />
      )}
    </>
  );
}
