import { TicketCheck } from 'lucide-react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { Badge } from '../components/ui/badge.tsx';
import { Sentence } from '../components/sentence.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';

type Ticket = IncidentDetail['tickets'][number];

const STATES: Readonly<Record<Ticket['remoteState'], string>> = {
  unknown: t('State unknown'),
  open: t('Open there'),
  closed: t('Closed there'),
};

/** Its tickets in other systems: what is done there comes here, and the other way round. */
export function TicketsCard({ entry: { tickets } }: { readonly entry: IncidentDetail }) {
  return (
    <Card
      title={t('Tickets')}
      icon={<TicketCheck />}
      hint={t('Closing one closes the incident, where nothing is missing')}
    >
      {tickets.length === 0 ? (
        <p className="text-sm text-quiet">{t('No connection takes tickets, or none has answered yet.')}</p>
      ) : (
        <ul className="grid gap-2 text-sm">
          {tickets.map(({ connection, remoteId, remoteState, inStep, problem }) => (
            <li key={connection} className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{connection}</span>
              <span>{remoteId ?? t('no number yet')}</span>
              <Badge tone={remoteState === 'closed' ? 'neutral' : 'info'}>{STATES[remoteState]}</Badge>
              {!inStep && <Badge tone="warn">{t('Not in step')}</Badge>}
              {problem !== null && (
                <span className="basis-full text-bad">
                  <Sentence text={problem} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
