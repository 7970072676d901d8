import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { Delivery } from '../api/deliveries.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { codeInWords } from '../format/words.ts';
import { Sentence } from '../components/sentence.tsx';
import { plural, t } from '../i18n/t.ts';
import { DELIVERY_STATES, LANE_NAMES } from './delivery-words.ts';

const column = createColumnHelper<Delivery>();

/** Columns of the list of deliveries; the first one's link covers the row. */
export const DELIVERIES_COLUMNS = [
  column.display({
    id: 'what',
    header: t('What'),
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => <What delivery={original} />,
  }),
  column.display({
    id: 'queued',
    header: t('Queued'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original } }) => <Timestamp instant={original.queuedAt} />,
  }),
  column.display({
    id: 'attempts',
    header: t('Attempts'),
    meta: { className: 'w-px whitespace-nowrap max-lg:hidden' },
    cell: ({ row: { original } }) => original.attempts,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row: { original } }) => {
      const { label, tone, meaning } = DELIVERY_STATES[original.state];
      return (
        <Badge tone={tone} title={meaning}>
          {label}
        </Badge>
      );
    },
  }),
] as ColumnDef<Delivery, never>[];

function What({ delivery }: { readonly delivery: Delivery }) {
  const { id, connection, operation, subject, error, lane, attempts } = delivery;
  return (
    <>
      <Link
        to="/deliveries/$id"
        params={{ id }}
        data-testid="delivery-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {t('{{operation}} to {{connection}}', { operation: codeInWords(operation), connection })}
      </Link>
      <span className="mt-0.5 block text-sm text-quiet">
        {codeInWords(subject.type)} <code className="text-xs">{subject.id.slice(0, 13)}…</code>
        {lane !== 'live' && ` · ${LANE_NAMES[lane]}`}
        <span className="md:hidden">
          {' '}
          · {plural(attempts, { one: '{{count}} attempt', other: '{{count}} attempts' })}
        </span>
      </span>
      {error !== null && (
        <span className="mt-0.5 block text-sm break-words text-bad">
          <Sentence text={error.title} />
        </span>
      )}
    </>
  );
}
