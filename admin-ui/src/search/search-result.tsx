import { Link } from '@tanstack/react-router';
import type { Highlight, SearchPage } from '../../../hub/api/schemas/search.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { clockLength } from '../format/time.ts';
import { partyName } from '../format/words.ts';
import { t } from '../i18n/t.ts';
import { RecordingBadges } from '../recordings/state-badge.tsx';
import { Marked } from './marked.tsx';

const FIELDS = {
  name: t('Name'),
  address: t('Address'),
  label: t('Line'),
  callId: t('Call id'),
  id: t('Recording id'),
  region: t('Region'),
  department: t('Department'),
} as const satisfies Record<Highlight['field'], string>;

/** One recording that was found, with the words marked where they stand. */
export function SearchResult({ item }: { readonly item: SearchPage['items'][number] }) {
  const { recording, highlights, outdated } = item;
  return (
    <li className="grid gap-1.5 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          to="/recordings/$id"
          params={{ id: recording.id }}
          data-testid="search-result"
          className="font-medium underline underline-offset-2"
        >
          {recording.parties.length === 0 ? t('Recording') : recording.parties.map(partyName).join(' · ')}
        </Link>
        <Timestamp instant={recording.startedAt} className="text-sm text-quiet" />
        <span className="text-sm text-quiet tabular-nums">{clockLength(recording.durationMs)}</span>
        <RecordingBadges recording={recording} />
        {outdated && (
          <Badge title={t('The search knows an earlier state of it; what is shown here is of now.')}>
            {t('Search is behind')}
          </Badge>
        )}
      </div>
      {highlights.length === 0 ? (
        <p className="text-sm text-quiet">{t('Found by words that are not shown here.')}</p>
      ) : (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
          {highlights.map(({ field, text, marks }, index) => (
            <div key={`${field}-${index}`} className="contents">
              <dt className="text-quiet">{FIELDS[field]}</dt>
              <dd>
                <Marked text={text} marks={marks} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}
