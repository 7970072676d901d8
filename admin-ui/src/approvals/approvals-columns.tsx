import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { ApprovalSummary } from '../../../hub/api/schemas/approval.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { timeLeft } from '../work-place/time-left.ts';
import { ApprovalBadge } from './approval-badge.tsx';
import { kindInWords } from './approval-words.ts';

const column = createColumnHelper<ApprovalSummary>();

/** Columns of the lists of approvals; on a phone the first one carries what the hidden ones would. */
export const APPROVALS_COLUMNS = [
  column.display({
    id: 'what',
    header: t('What'),
    meta: { rowHeader: true },
    cell: ({ row }) => <What entry={row.original} />,
  }),
  column.display({
    id: 'asked',
    header: t('Asked'),
    meta: { className: 'w-px whitespace-nowrap max-lg:hidden' },
    cell: ({ row }) => (
      <>
        <Timestamp instant={row.original.requestedAt} />
        <span className="block text-xs text-quiet">
          {t('by {{name}}', { name: row.original.requestedBy ?? t('Holdfast') })}
        </span>
      </>
    ),
  }),
  column.display({
    id: 'due',
    header: t('Decide until'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original: entry } }) => (
      <>
        <Timestamp instant={entry.dueAt} />
        {entry.state === 'open' && (
          <span className={cn('block text-xs', entry.reminders > 0 ? 'text-warn' : 'text-quiet')}>
            {timeLeft(entry.dueAt, new Date())}
            {entry.reminders > 0 &&
              ` · ${plural(entry.reminders, { one: '{{count}} reminder', other: '{{count}} reminders' })}`}
          </span>
        )}
      </>
    ),
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <ApprovalBadge entry={row.original} />,
  }),
] as ColumnDef<ApprovalSummary, never>[];

/** The row's link: its invisible edge covers the whole row. */
function What({ entry }: { readonly entry: ApprovalSummary }) {
  return (
    <>
      <Link
        to="/approvals/$id"
        params={{ id: entry.id }}
        data-testid="approval-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {kindInWords(entry.kind)}
      </Link>
      <span className="mt-0.5 block max-w-prose text-sm break-words text-quiet">
        <Sentence text={entry.summary} />
      </span>
      <span className="mt-1 block text-xs text-quiet lg:hidden">
        {t('asked by {{name}}', { name: entry.requestedBy ?? t('Holdfast') })}
        <span className="md:hidden">
          {' · '}
          <Rich text="until <at/>" parts={{ at: <Timestamp instant={entry.dueAt} /> }} />
        </span>
      </span>
    </>
  );
}
