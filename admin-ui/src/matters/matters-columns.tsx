import { Link } from '@tanstack/react-router';
import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import type { MatterSummary } from '../../../hub/api/schemas/matter.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { matterName } from '../from-hub/matter-name.ts';
import { plural, t } from '../i18n/t.ts';
import { MatterBadge } from './matter-badge.tsx';

const column = createColumnHelper<MatterSummary>();

/** Columns of the list of matters. */
export const MATTERS_COLUMNS = [
  column.display({
    id: 'name',
    header: t('Matter'),
    meta: { rowHeader: true },
    cell: ({ row: { original } }) => (
      <>
        <Link
          to="/matters/$id"
          params={{ id: original.id }}
          data-testid="matter-link"
          className={cn(ROW_LINK, 'break-words')}
        >
          {matterName(original.name)}
        </Link>
        <span className="block text-xs text-quiet">
          {[
            original.externalId === null ? '' : t('Case {{id}}', { id: original.externalId }),
            ...original.tags,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </>
    ),
  }),
  column.display({
    id: 'holds',
    header: t('In force'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => plural(row.original.activeHolds, { one: '{{count}} hold', other: '{{count}} holds' }),
  }),
  column.display({
    id: 'review',
    header: t('Review'),
    meta: { className: 'w-px whitespace-nowrap max-lg:hidden' },
    cell: ({ row }) => <Review matter={row.original} />,
  }),
  column.display({
    id: 'opened',
    header: t('Opened'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row: { original } }) => (
      <>
        <Timestamp instant={original.openedAt} />
        <span className="block text-xs text-quiet">{t('by {{name}}', { name: original.openedBy })}</span>
      </>
    ),
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <MatterBadge matter={row.original} />,
  }),
] as ColumnDef<MatterSummary, never>[];

function Review({ matter: { reviewAt, state } }: { readonly matter: MatterSummary }) {
  if (reviewAt === null || state === 'closed') return <span className="text-quiet">–</span>;
  const over = Date.parse(reviewAt) <= Date.now();
  return (
    <span className={over ? 'font-medium text-warn' : undefined}>
      <Timestamp instant={reviewAt} />
      {over && <span className="block text-xs">{t('is due')}</span>}
    </span>
  );
}
