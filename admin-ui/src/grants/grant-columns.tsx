import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { Grant } from '../../../hub/api/schemas/grant.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';
import { grantInWords, phaseInWords, receiverInWords, reviewInWords, timeLeft } from './grant-words.ts';

const column = createColumnHelper<Grant>();

/** Columns of a list of grants; on a phone the first one carries what the hidden ones would. */
export const GRANT_COLUMNS = [
  column.display({
    id: 'what',
    header: t('What it allows'),
    meta: { rowHeader: true },
    cell: ({ row: { original: grant } }) => (
      <>
        <Link
          to="/grants/$id"
          params={{ id: grant.id }}
          data-testid="grant-link"
          className={cn(ROW_LINK, 'break-words')}
        >
          {grantInWords(grant)}
        </Link>
        <span className="mt-0.5 block text-xs text-quiet">
          {grant.kind === 'break-glass'
            ? t('Emergency, ticket {{ticket}}', { ticket: grant.ticket ?? '' })
            : t('For {{purpose}}', { purpose: grant.purpose })}
        </span>
      </>
    ),
  }),
  column.display({
    id: 'to',
    header: t('To'),
    meta: { className: 'max-md:hidden' },
    cell: ({ row }) => <span className="break-words">{receiverInWords(row.original)}</span>,
  }),
  column.display({
    id: 'until',
    header: t('Until'),
    meta: { className: 'whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original: grant } }) => (
      <>
        <Timestamp instant={grant.untilAt} />
        {grant.phase === 'live' && (
          <span className="block text-xs text-quiet">
            {t('{{time}} left', { time: timeLeft(grant.untilAt, new Date()) })}{' '}
            {grant.endsSoon && <Badge tone="warn">{t('Ends soon')}</Badge>}
          </span>
        )}
      </>
    ),
  }),
  column.display({
    id: 'uses',
    header: t('Used'),
    meta: { className: 'whitespace-nowrap max-lg:hidden tabular-nums' },
    cell: ({ row }) => (
      <span className="text-quiet">{row.original.uses === 0 ? t('Never') : row.original.uses}</span>
    ),
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => {
      const { label, tone } = phaseInWords(row.original);
      const review = reviewInWords(row.original);
      return (
        <span className="flex flex-col items-start gap-1">
          <Badge tone={tone}>{label}</Badge>
          {review !== undefined && <Badge tone={review.tone}>{review.label}</Badge>}
        </span>
      );
    },
  }),
] as ColumnDef<Grant, never>[];
