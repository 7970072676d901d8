import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { RequestSummary } from '../../../hub/api/schemas/request.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { KIND_WORDS, STATE_WORDS } from './request-words.ts';

const column = createColumnHelper<RequestSummary>();

/** Columns of the list of requests; on a phone the first one carries what the hidden ones would. */
export const REQUESTS_COLUMNS = [
  column.display({
    id: 'person',
    header: 'Who and what',
    meta: { rowHeader: true },
    cell: ({ row }) => <Person entry={row.original} />,
  }),
  column.accessor('receivedAt', {
    header: 'Received',
    meta: { className: 'w-px whitespace-nowrap text-quiet max-md:hidden' },
    cell: (info) => <Timestamp instant={info.getValue()} />,
  }),
  column.display({
    id: 'due',
    header: 'Answer due',
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <Due entry={row.original} />,
  }),
  column.display({
    id: 'state',
    header: 'State',
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <RequestBadge state={row.original.state} />,
  }),
] as ColumnDef<RequestSummary, never>[];

/** Where a request stands. */
export function RequestBadge({ state }: Pick<RequestSummary, 'state'>) {
  const { label, tone } = STATE_WORDS[state];
  return <Badge tone={tone}>{label}</Badge>;
}

/** When the answer is due, and that it is late. */
export function Due({ entry }: { readonly entry: Pick<RequestSummary, 'dueAt' | 'overdue' | 'endedAt'> }) {
  if (entry.endedAt !== null) return <span className="text-quiet">–</span>;
  if (entry.dueAt === null) return <span className="text-quiet">No clock</span>;
  return (
    <span className={entry.overdue ? 'font-medium text-bad' : ''}>
      {entry.overdue && 'Overdue since '}
      <Timestamp instant={entry.dueAt} />
    </span>
  );
}

/** The row's link: its invisible edge covers the whole row. */
function Person({ entry }: { readonly entry: RequestSummary }) {
  return (
    <>
      <Link
        to="/requests/$id"
        params={{ id: entry.id }}
        data-testid="request-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {entry.person ?? 'Erased person'}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">
        {KIND_WORDS[entry.kind]}
        {entry.waitingFor !== null && ` · waits for: ${entry.waitingFor.toLowerCase()}`}
      </span>
    </>
  );
}
