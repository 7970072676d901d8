import { History } from 'lucide-react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { fromHub } from '../from-hub/from-hub.ts';
import { t } from '../i18n/t.ts';
import { entryInWords } from './incident-words.ts';

/** Everything that happened to it, the newest first. */
export function TimelineCard({ entry: { timeline } }: { readonly entry: IncidentDetail }) {
  return (
    <Card title={t('Time line')} icon={<History />} hint={t('Only ever added to')}>
      <ol className="grid gap-2 text-sm" data-testid="incident-timeline">
        {timeline.toReversed().map(({ id, at, kind, by, note, facts }) => (
          <li key={id} className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[11rem_minmax(0,1fr)]">
            <Timestamp instant={at} exact className="text-quiet" />
            <div className="min-w-0">
              <span className="font-medium">{entryInWords(kind)}</span>
              <span className="text-quiet">
                {' '}
                · {by ?? (facts['connection'] === undefined ? t('Holdfast') : t('A connected system'))}
              </span>
              {typeof facts['clock'] === 'string' && <span className="block">{fromHub(facts['clock'])}</span>}
              {typeof facts['regime'] === 'string' && facts['clock'] === undefined && (
                <span className="block">
                  {facts['regime']}: {codeInWords(String(facts['duty']))}
                </span>
              )}
              {note !== null && <span className="block break-words whitespace-pre-wrap">{note}</span>}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
