import type { MappingPreview } from '../api/connections.ts';
import { useIncidents } from '../api/incidents.ts';
import { useRecordings } from '../api/recordings.ts';
import { Select } from '../components/ui/select.tsx';
import { localTime } from '../format/time.ts';
import { partyName } from '../format/words.ts';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { sampleValues } from './sample-values.ts';

/** How many of the newest are offered. */
const NEWEST = 8;

interface RecordToTryProps {
  readonly kind: string;
  readonly id: string | undefined;
  readonly onId: (id: string | undefined) => void;
}

/** Which record the rows are tried on: an invented one, or one of the newest of its kind. */
export function RecordToTry({ kind, ...choice }: RecordToTryProps) {
  const mayReadIncidents = useMay('incident.read');
  if (kind === 'recording') return <RecordingToTry {...choice} />;
  return kind === 'ticket' && mayReadIncidents ? <IncidentToTry {...choice} /> : null;
}

function RecordingToTry({ id, onId }: Omit<RecordToTryProps, 'kind'>) {
  const newest = useRecordings({}).data?.pages[0]?.items.slice(0, NEWEST) ?? [];
  const options = newest.map((one) => ({
    value: one.id,
    label: `${localTime(one.startedAt)} · ${one.parties.map(partyName).join(', ')}`,
  }));
  return <Choice invented={t('Tried on an invented recording')} options={options} id={id} onId={onId} />;
}

function IncidentToTry({ id, onId }: Omit<RecordToTryProps, 'kind'>) {
  const newest = useIncidents().data?.items.slice(0, NEWEST) ?? [];
  const options = newest.map((one) => ({
    value: one.id,
    label: `${localTime(one.openedAt)} · ${one.title}`,
  }));
  return <Choice invented={t('Tried on an invented incident')} options={options} id={id} onId={onId} />;
}

function Choice({
  invented,
  options,
  id,
  onId,
}: Omit<RecordToTryProps, 'kind'> & {
  readonly invented: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}) {
  return (
    <Select
      label={t('Tried on')}
      value={id ?? ''}
      options={[{ value: '', label: invented }, ...options]}
      className="max-w-72"
      onValue={(chosen) => {
        onId(chosen === '' ? undefined : chosen);
      }}
    />
  );
}

/** Everything that expressions can read of the record, with the expression that reads it. */
export function RecordSample({ record }: { readonly record: MappingPreview['record'] }) {
  if (record === null)
    return (
      <p className="text-xs text-quiet">{t('You may not read this record, so its values are not shown.')}</p>
    );
  return (
    <details className="text-sm">
      <summary className="text-xs text-quiet">{t('What expressions can read of this record')}</summary>
      <dl
        className="mt-2 grid max-h-72 grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 overflow-y-auto text-xs"
        tabIndex={0}
      >
        {sampleValues('record', record).map(({ path, value }) => (
          <div key={path} className="contents">
            <dt className="font-mono text-quiet">{path}</dt>
            <dd className="break-words">{value === null ? t('nothing') : String(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
