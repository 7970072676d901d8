import { History } from 'lucide-react';
import type { HistoryEvent } from '../../../hub/api/schemas/history.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { actInWords } from './act-words.ts';

/** Who acted, for a person to read: a name, another system, Holdfast itself, or a name that was erased. */
export function actorName(actor: string | null): string {
  if (actor === null) return t('Holdfast');
  return actor === '' ? t('Name erased') : actor;
}

/** What happened, when, by whom, and what they said about it; the newest last. */
export function HistoryCard({ events }: { readonly events: readonly HistoryEvent[] }) {
  return (
    <Card title={t('History')} icon={<History />} hint={t('From the ledger, oldest first')}>
      <ol className="grid gap-2 text-sm" data-testid="history">
        {events.map(({ at, act, actor, words }, place) => (
          <li key={place} className="grid gap-x-4 gap-y-0.5 sm:grid-cols-[11rem_minmax(0,1fr)]">
            <Timestamp instant={at} exact className="text-quiet" />
            <div className="min-w-0">
              <span className="font-medium">{actInWords(act)}</span>
              <span className="text-quiet"> · {actorName(actor)}</span>
              {words !== null && <span className="block break-words whitespace-pre-wrap">{words}</span>}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
