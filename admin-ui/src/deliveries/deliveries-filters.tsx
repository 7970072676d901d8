import { useNavigate } from '@tanstack/react-router';
import { useConnections } from '../api/connections.ts';
import { LogFilters } from '../components/log-filters.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { LANES, parseDeliveriesSearch, STATES, type DeliveriesSearch } from './deliveries-search.ts';
import { DELIVERY_STATES, LANE_NAMES } from './delivery-words.ts';

/** Narrows the list: connection, state, queue, time, and what a delivery is about. All of it stands in the address. */
export function DeliveriesFilters({ search }: { readonly search: DeliveriesSearch }) {
  const navigate = useNavigate();
  const go = (next: DeliveriesSearch) => {
    void navigate({ to: '/deliveries', search: next });
  };
  const choose = (change: Record<string, string>) => {
    const { cursor: _cursor, ...kept } = search;
    go(parseDeliveriesSearch({ ...kept, ...change }));
  };
  return (
    <div className="flex flex-wrap items-end gap-2">
      <ConnectionSelect
        value={search.connectionId}
        onValue={(connectionId) => {
          choose({ connectionId, fingerprint: '' });
        }}
      />
      <Select
        label={t('Queue')}
        value={search.lane ?? ''}
        options={[
          { value: '', label: t('Every queue') },
          ...LANES.map((lane) => ({ value: lane, label: LANE_NAMES[lane] })),
        ]}
        onValue={(lane) => {
          choose({ lane });
        }}
      />
      <LogFilters
        search={search}
        parse={(given) => {
          const { cursor: _cursor, ...kept } = given;
          return parseDeliveriesSearch(kept);
        }}
        onSearch={go}
        texts={[{ name: 'subjectId', label: t('Recording'), hint: t('Id of a recording') }]}
        choice={{
          name: 'state',
          label: t('State'),
          options: [
            { value: '', label: t('Every state') },
            ...STATES.map((state) => ({ value: state, label: DELIVERY_STATES[state].label })),
          ],
        }}
      />
    </div>
  );
}

/** Chooses a connection, or all of them. */
export function ConnectionSelect({
  value,
  onValue,
}: {
  readonly value: string | undefined;
  readonly onValue: (connectionId: string) => void;
}) {
  const connections = useConnections().data?.items ?? [];
  return (
    <Select
      label={t('Connection')}
      value={value ?? ''}
      options={[
        { value: '', label: t('Every connection') },
        ...connections.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      onValue={onValue}
    />
  );
}
