import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from '@tanstack/react-router';
import type { ExportSummary } from '../../../hub/api/schemas/export.ts';
import { cn } from '../components/cn.ts';
import { ROW_LINK } from '../components/row-link.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { ExportBadge } from './export-badge.tsx';
import { matterName } from '../from-hub/matter-name.ts';
import { plural, t } from '../i18n/t.ts';

const column = createColumnHelper<ExportSummary>();

/** Columns of the list of exports; on a phone the first one carries what the hidden ones would. */
export const EXPORTS_COLUMNS = [
  column.display({
    id: 'recipient',
    header: t('For'),
    meta: { rowHeader: true },
    cell: ({ row }) => <Recipient entry={row.original} />,
  }),
  column.accessor('recordings', {
    header: t('Recordings'),
    meta: { className: 'w-px text-right tabular-nums max-md:hidden' },
    cell: (info) => info.getValue(),
  }),
  column.display({
    id: 'requested',
    header: t('Asked for'),
    meta: { className: 'w-px whitespace-nowrap max-md:hidden' },
    cell: ({ row }) => (
      <>
        <Timestamp instant={row.original.requestedAt} />
        <span className="block text-xs text-quiet">
          {t('by {{name}}', { name: row.original.requestedBy })}
        </span>
      </>
    ),
  }),
  column.display({
    id: 'until',
    header: t('Available until'),
    meta: { className: 'w-px whitespace-nowrap text-quiet max-lg:hidden' },
    cell: ({ row }) => <Timestamp instant={row.original.expiresAt} />,
  }),
  column.display({
    id: 'state',
    header: t('State'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row }) => <ExportBadge entry={row.original} />,
  }),
] as ColumnDef<ExportSummary, never>[];

/** The row's link: its invisible edge covers the whole row. */
function Recipient({ entry }: { readonly entry: ExportSummary }) {
  return (
    <>
      <Link
        to="/exports/$id"
        params={{ id: entry.id }}
        data-testid="export-link"
        className={cn(ROW_LINK, 'break-words')}
      >
        {entry.recipient}
      </Link>
      <span className="mt-0.5 block max-w-prose text-sm break-words text-quiet">
        {entry.matter === null ? '' : `${matterName(entry.matter)} · `}
        {entry.purpose}
      </span>
      <span className="mt-1 block text-xs text-quiet md:hidden">
        {plural(entry.recordings, { one: '{{count}} recording', other: '{{count}} recordings' })} ·{' '}
        <Timestamp instant={entry.requestedAt} /> {t('by {{name}}', { name: entry.requestedBy })}
      </span>
    </>
  );
}
