import { Clock } from 'lucide-react';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ClockItem } from '../work-place/clock-item.tsx';
import { CLOCK_STEPS, CLOCK_WORDS } from './request-words.ts';

/** Every clock of the law that fits, those due first at the front; what stopped and what prolonged them. */
export function ClocksCard({ entry }: { readonly entry: RequestDetail }) {
  return (
    <Card title={t('Clocks')} icon={<Clock />} hint={t('From the rule pack; the first answer due counts')}>
      {entry.clocks.length === 0 && (
        <p className="text-sm text-quiet">{t('No clock of the rules fits this kind and these places.')}</p>
      )}
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {entry.clocks.map((clock) => (
          <ClockItem
            key={clock.id}
            title={`${clock.regime}, ${CLOCK_STEPS[clock.step]}`}
            state={CLOCK_WORDS[clock.state]}
            startedAt={clock.startsAt}
            from={t('from the receipt')}
            dueAt={clock.dueAt}
            runs={clock.state === 'running' || clock.state === 'missed'}
          >
            <p className="text-xs text-quiet">{clock.id}</p>
            {clock.status === 'unverified' && (
              <Badge tone="warn" className="justify-self-start">
                {t('Unverified, read strictly')}
              </Badge>
            )}
          </ClockItem>
        ))}
      </ul>
      {(entry.extendedAt !== null || entry.pauses.length > 0) && (
        <ul className="mt-3 grid gap-1 text-sm text-quiet">
          {entry.extendedAt !== null && (
            <li>
              <Rich
                text="Prolonged <at/>: {{reason}}"
                values={{ reason: entry.extensionReason ?? '' }}
                parts={{ at: <Timestamp instant={entry.extendedAt} /> }}
              />
            </li>
          )}
          {entry.pauses.map((pause) => (
            <li key={pause.from}>
              <Pause pause={pause} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Pause({ pause }: { readonly pause: RequestDetail['pauses'][number] }) {
  const from = <Timestamp instant={pause.from} />;
  if (pause.to === null)
    return pause.for === 'identity' ? (
      <Rich text="Waits for proof of who asks since <from/>" parts={{ from }} />
    ) : (
      <Rich text="Waits for a clarification since <from/>" parts={{ from }} />
    );
  const to = <Timestamp instant={pause.to} />;
  return pause.for === 'identity' ? (
    <Rich text="Waited for proof of who asks from <from/> to <to/>" parts={{ from, to }} />
  ) : (
    <Rich text="Waited for a clarification from <from/> to <to/>" parts={{ from, to }} />
  );
}
