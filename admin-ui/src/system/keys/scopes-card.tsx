import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { Layers } from 'lucide-react';
import type { KeyState } from '../../../../hub/api/schemas/keys.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Card } from '../../components/ui/card.tsx';
import { codeInWords } from '../../format/words.ts';
import { number, t } from '../../i18n/t.ts';

type Scope = KeyState['scopes'][number];

const column = createColumnHelper<Scope>();
const COLUMNS = [
  column.accessor('period', { header: t('Month'), meta: { rowHeader: true, className: 'tabular-nums' } }),
  column.accessor('region', { header: t('Region') }),
  column.accessor('retentionClass', {
    header: t('Retention class'),
    cell: (info) => codeInWords(info.getValue()),
  }),
  column.accessor('keks', {
    header: t('Keys'),
    meta: { className: 'text-right tabular-nums' },
    cell: (info) => number(info.getValue()),
  }),
  column.accessor('touched', {
    header: t('Of these, to be replaced'),
    meta: { className: 'text-right tabular-nums' },
    cell: (info) => number(info.getValue()),
  }),
] as ColumnDef<Scope, never>[];

/** Key-encryption keys by what they are for: losing or destroying one touches this month, region and class alone. */
export function ScopesCard({ scopes }: { readonly scopes: readonly Scope[] }) {
  return (
    <Card
      title={t('Key-encryption keys')}
      icon={<Layers />}
      hint={t(
        'One wraps the data keys of one region, month and retention class. One that wrapped what is destroyed is replaced when its period closes.',
      )}
      padded={false}
    >
      {scopes.length === 0 ? (
        <p className="p-4 text-sm text-quiet">{t('There are none yet; the first recording makes one.')}</p>
      ) : (
        <div
          tabIndex={0}
          role="group"
          aria-label={t('Key-encryption keys, scrollable')}
          className="overflow-x-auto"
        >
          <DataTable
            caption={t('Key-encryption keys by month, region and class')}
            columns={COLUMNS}
            rows={[...scopes]}
            rowId={({ region, period, retentionClass }) => `${region} ${period} ${retentionClass}`}
          />
        </div>
      )}
    </Card>
  );
}
