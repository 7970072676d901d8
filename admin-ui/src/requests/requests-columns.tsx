import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { RequestSummary } from '../../../hub/api/schemas/request.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { timeLeft } from '../work-place/time-left.ts';
import { KIND_WORDS, STATE_WORDS, WAITS_FOR } from './request-words.ts';

const column = createColumnHelper<RequestSummary>();

/** Columns of the list of requests; on a phone the first one carries what the hidden ones would. */
export const REQUESTS_COLUMNS = [
  column.display({
    id: 'person',
    header: t('Who and what'),
    meta: { rowHeader: true },
    cell: ({ row }) => <Person entry={row.original} />,
  }),
  column.accessor('receivedAt', {
    header: t('Received'),
    meta: { className: 'w-px whitespace-nowrap text-quiet max-md:hidden' },
    cell: (info) => <Timestamp instant={info.getValue()} />,
  }),
  column.display({
    id: 'due',
    header: t('Answer due'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <Due entry={row.original} />,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <RequestBadge state={row.original.state} />,
  }),
] as ColumnDef<RequestSummary, never>[];

/** Where a request stands. */
export function RequestBadge({ state }: Pick<RequestSummary, 'state'>) {
  const { label, tone } = STATE_WORDS[state];
  return (
    <Badge tone={tone} data-testid="request-state">
      {label}
    </Badge>
  );
}

/** When the answer is due, and that it is late. */
export function Due({ entry }: { readonly entry: Pick<RequestSummary, 'dueAt' | 'overdue' | 'endedAt'> }) {
  if (entry.endedAt !== null) return <span className="text-quiet">–</span>;
  if (entry.dueAt === null) return <span className="text-quiet">{t('No clock')}</span>;
  return (
    <span className={entry.overdue ? 'font-medium text-bad' : ''}>
      {entry.overdue ? (
        <Rich text="Overdue since <at/>" parts={{ at: <Timestamp instant={entry.dueAt} /> }} />
      ) : (
        <Timestamp instant={entry.dueAt} />
      )}
      <span className="block text-xs text-quiet">{timeLeft(entry.dueAt, new Date())}</span>
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
        {entry.person ?? t('Erased person')}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">
        {KIND_WORDS[entry.kind]}
        {WAITS_FOR[entry.state] !== undefined && ` · ${WAITS_FOR[entry.state] ?? ''}`}
      </span>
    </>
  );
}
