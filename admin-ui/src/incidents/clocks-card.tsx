import { useState } from 'react';
import { Timer } from 'lucide-react';
import type { IncidentClock, IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { fromHub } from '../from-hub/from-hub.ts';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { ClockItem } from '../work-place/clock-item.tsx';
import { CLOCK_STATES, startInWords } from './incident-words.ts';
import { WordsDialog } from './words-dialog.tsx';

/** Every clock of the law, beside the others: since when, until when, and whether it was told. */
export function ClocksCard({ entry }: { readonly entry: IncidentDetail }) {
  return (
    <Card title={t('Clocks')} icon={<Timer />} hint={t('What has to be told to whom, and until when')}>
      {entry.clocks.length === 0 ? (
        <p className="text-sm text-quiet">
          {entry.classified ? (
            t('By its classification nothing has to be told.')
          ) : (
            <Rich
              text="None yet. Unless it is classified before <at/>, every clock runs that could."
              parts={{ at: <Timestamp instant={entry.classifyBy} /> }}
            />
          )}
        </p>
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {entry.clocks.map((clock) => (
            <Clock key={clock.id} incidentId={entry.id} clock={clock} closed={entry.state === 'closed'} />
          ))}
        </ul>
      )}
    </Card>
  );
}

interface ClockProps {
  readonly incidentId: string;
  readonly clock: IncidentClock;
  readonly closed: boolean;
}

function Clock({ incidentId, clock, closed }: ClockProps) {
  const [answering, setAnswering] = useState(false);
  const owed = clock.state === 'running' || clock.state === 'missed';
  return (
    <ClockItem
      title={fromHub(clock.title)}
      state={CLOCK_STATES[clock.state]}
      startedAt={clock.startedAt}
      from={startInWords(clock.startEvent)}
      dueAt={clock.dueAt}
      runs={owed}
    >
      {clock.answeredAt !== null && <Told clock={clock} at={clock.answeredAt} />}
      {clock.endReason !== null && <p className="break-words">{clock.endReason}</p>}
      <p className="text-xs text-quiet">
        {clock.rule}
        {!clock.verified && ` · ${t('not reviewed by counsel; it counts all the same')}`}
      </p>
      {owed && !closed && (
        <ActButton
          act="incident.manage"
          className="justify-self-start"
          onClick={() => {
            setAnswering(true);
          }}
        >
          {t('Note that it was told')}
        </ActButton>
      )}
      {answering && (
        <WordsDialog
          incidentId={incidentId}
          verb="answer"
          title={t('Note that it was told')}
          description={t('{{clock}}. One notification answers every clock of the same duty.', {
            clock: clock.title,
          })}
          questions={[
            {
              field: 'evidence',
              label: t('What proves it'),
              hint: t('A reference number, where the receipt is.'),
            },
          ]}
          fixed={{ clockId: clock.id }}
          onClose={() => {
            setAnswering(false);
          }}
        />
      )}
    </ClockItem>
  );
}

function Told({ clock, at }: { readonly clock: IncidentClock; readonly at: string }) {
  const parts = { at: <Timestamp instant={at} exact /> };
  const evidence = clock.evidence ?? '';
  return (
    <p className="break-words">
      {clock.answeredBy === null ? (
        <Rich text="Told <at/>: {{evidence}}" values={{ evidence }} parts={parts} />
      ) : (
        <Rich
          text="Told <at/> by {{name}}: {{evidence}}"
          values={{ name: clock.answeredBy, evidence }}
          parts={parts}
        />
      )}
    </p>
  );
}
