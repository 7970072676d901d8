import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Download } from 'lucide-react';
import type { ExportDetail, ExportFetch } from '../../../hub/api/schemas/export.ts';
import { DataTable } from '../components/data-table.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import type { Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { byteSize } from '../format/words.ts';
import { fetchInWords } from './export-words.ts';
import { plural, t } from '../i18n/t.ts';

const TONES: Readonly<Record<ExportFetch['outcome'], Tone>> = {
  running: 'info',
  complete: 'good',
  left: 'neutral',
  revoked: 'bad',
  expired: 'warn',
  failed: 'bad',
};
const column = createColumnHelper<ExportFetch>();

const COLUMNS = [
  column.display({
    id: 'at',
    header: t('When'),
    meta: { rowHeader: true, className: 'whitespace-nowrap' },
    cell: ({ row }) => <Timestamp instant={row.original.at} exact />,
  }),
  column.display({
    id: 'range',
    header: t('Bytes asked for'),
    meta: { className: 'w-px whitespace-nowrap text-right tabular-nums max-lg:hidden' },
    cell: ({ row: { original } }) => `${String(original.firstByte)}–${String(original.endByte - 1)}`,
  }),
  column.display({
    id: 'sent',
    header: t('Sent'),
    meta: { className: 'w-px whitespace-nowrap text-right tabular-nums' },
    cell: ({ row }) => byteSize(row.original.sent),
  }),
  column.display({
    id: 'by',
    header: t('By'),
    meta: { className: 'w-px whitespace-nowrap text-quiet max-sm:hidden' },
    cell: ({ row }) => (row.original.local ? t('Command on the machine') : t('Link')),
  }),
  column.display({
    id: 'outcome',
    header: t('Outcome'),
    meta: { className: 'w-px whitespace-nowrap' },
    cell: ({ row: { original } }) => (
      <Badge tone={TONES[original.outcome]}>{fetchInWords(original.outcome)}</Badge>
    ),
  }),
] as ColumnDef<ExportFetch, never>[];

/** Every range that was fetched, newest first; each stands in the ledger. */
export function FetchesCard({ entry: { fetches } }: { readonly entry: ExportDetail }) {
  return (
    <Card
      title={t('Fetched')}
      icon={<Download />}
      hint={
        fetches.length === 0
          ? undefined
          : plural(fetches.length, {
              one: '{{count}} range, each in the ledger',
              other: '{{count}} ranges, each in the ledger',
            })
      }
      padded={fetches.length === 0}
      className="overflow-hidden"
    >
      {fetches.length === 0 ? (
        <p className="text-sm text-quiet">{t('Nothing has been fetched yet.')}</p>
      ) : (
        <div
          tabIndex={0}
          role="group"
          aria-label={t('Ranges fetched, scrollable')}
          className="overflow-x-auto"
        >
          <DataTable
            caption={t('Ranges fetched, newest first')}
            columns={COLUMNS}
            rows={fetches}
            rowId={(row) => row.id}
          />
        </div>
      )}
    </Card>
  );
}
