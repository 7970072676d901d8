import { useState } from 'react';
import { HardDrive } from 'lucide-react';
import type { StorageCell, StorageState } from '../../../../hub/api/schemas/storage.ts';
import { Card } from '../../components/ui/card.tsx';
import { Select } from '../../components/ui/select.tsx';
import { byteSize, codeInWords } from '../../format/words.ts';
import { plural, t } from '../../i18n/t.ts';
import { grouped, storeInWords, type GroupBy } from './storage-figures.ts';

/** What each store holds, and of it by retention class, by month of the call, or by kind of part. */
export function VolumeCard({ storage }: { readonly storage: StorageState }) {
  const [by, setBy] = useState<GroupBy>('month');
  const { totals, cells, place } = storage;
  return (
    <Card
      title={t('Stored now')}
      icon={<HardDrive />}
      hint={t('Encrypted bytes as they lie in the store, one copy.')}
      actions={
        cells.length > 0 && (
          <Select
            label={t('Divided by')}
            value={by}
            options={[
              { value: 'month', label: t('By month') },
              { value: 'retentionClass', label: t('By retention class') },
              { value: 'kind', label: t('By kind of part') },
              { value: 'region', label: t('By region') },
            ]}
            onValue={setBy}
          />
        )
      }
    >
      <div className="grid gap-4">
        {totals.length === 0 && (
          <p className="text-sm text-quiet">
            {t('Nothing is stored, or it was not measured yet. Workers measure four times a day.')}
          </p>
        )}
        <dl className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
          {totals.map(({ store, region, parts, bytes }) => (
            <div key={`${store} ${region}`} className="rounded-md border border-line bg-ground px-3 py-2.5">
              <dt className="text-xs text-quiet">
                {storeInWords(store)}, {region}
              </dt>
              <dd className="text-lg font-semibold tabular-nums">{byteSize(bytes)}</dd>
              <dd className="text-xs text-quiet tabular-nums">
                {plural(parts, { one: '{{count}} part', other: '{{count}} parts' })}
              </dd>
            </div>
          ))}
        </dl>
        {cells.length > 0 && <Bars cells={cells} by={by} />}
        <p className="text-xs break-all text-quiet">
          {t('Object store')}: {place}
        </p>
      </div>
    </Card>
  );
}

function Bars({ cells, by }: { readonly cells: readonly StorageCell[]; readonly by: GroupBy }) {
  const rows = grouped(cells, by);
  const most = Math.max(1, ...rows.map(({ bytes }) => bytes));
  return (
    <ul className="grid gap-2" data-testid="storage-bars">
      {rows.map(({ name, bytes, parts }) => (
        <li
          key={name}
          className="grid grid-cols-[minmax(6rem,12rem)_minmax(0,1fr)_auto] items-center gap-3 text-sm"
        >
          <span className="truncate" title={name}>
            {by === 'retentionClass' || by === 'kind' ? codeInWords(name) : name}
          </span>
          <span aria-hidden className="h-2.5 overflow-hidden rounded-full bg-sunken">
            <span
              className="block h-full rounded-full bg-accent"
              style={{ width: `${String((bytes / most) * 100)}%` }}
            />
          </span>
          <span className="text-right tabular-nums">
            {byteSize(bytes)}
            <span className="ml-2 text-xs text-quiet">
              {plural(parts, { one: '{{count}} part', other: '{{count}} parts' })}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
