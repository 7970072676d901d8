import { useState } from 'react';
import { Timer } from 'lucide-react';
import type { IncidentClock, IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { ActButton } from '../session/act-button.tsx';
import { CLOCK_STATES, shareOver, timeLeft } from './incident-words.ts';
import { WordsDialog } from './words-dialog.tsx';

/** Every clock of the law, beside the others: since when, until when, and whether it was told. */
export function ClocksCard({ entry }: { readonly entry: IncidentDetail }) {
  return (
    <Card title="Clocks" icon={<Timer />} hint="What has to be told to whom, and until when">
      {entry.clocks.length === 0 ? (
        <p className="text-sm text-quiet">
          {entry.classified ? (
            'By its classification nothing has to be told.'
          ) : (
            <>
              None yet. Unless it is classified before <Timestamp instant={entry.classifyBy} />, every clock
              runs that could.
            </>
          )}
        </p>
      ) : (
        <ul className="grid gap-3 sm:grid-cols-2">
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
  const now = new Date();
  const { label, tone, meaning } = CLOCK_STATES[clock.state];
  const owed = clock.state === 'running' || clock.state === 'missed';
  return (
    <li className="grid content-start gap-2 rounded-md border border-line p-3 text-sm">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <span className="min-w-0 font-medium break-words">{clock.title}</span>
        <Badge tone={tone} title={meaning}>
          {label}
        </Badge>
      </div>
      {owed && (
        <div
          role="progressbar"
          aria-label={`Time of ${clock.title}`}
          aria-valuenow={Math.round(shareOver(clock, now) * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
          className="h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className={clock.state === 'missed' ? 'h-full bg-bad' : 'h-full bg-warn'}
            style={{ width: `${String(shareOver(clock, now) * 100)}%` }}
          />
        </div>
      )}
      <p className="text-quiet">
        Due <Timestamp instant={clock.dueAt} exact />
        {owed ? ` (${timeLeft(clock.dueAt, now)})` : ''}, from the{' '}
        {codeInWords(clock.startEvent).toLowerCase()} on <Timestamp instant={clock.startedAt} />
      </p>
      {clock.answeredAt !== null && (
        <p>
          Told <Timestamp instant={clock.answeredAt} exact />
          {clock.answeredBy !== null && ` by ${clock.answeredBy}`}: {clock.evidence}
        </p>
      )}
      {clock.endReason !== null && <p className="break-words">{clock.endReason}</p>}
      <p className="text-xs text-quiet">
        {clock.rule}
        {!clock.verified && ' · not reviewed by counsel; it counts all the same'}
      </p>
      {owed && !closed && (
        <ActButton
          act="incident.manage"
          className="justify-self-start"
          onClick={() => {
            setAnswering(true);
          }}
        >
          Note that it was told
        </ActButton>
      )}
      {answering && (
        <WordsDialog
          incidentId={incidentId}
          verb="answer"
          title="Note that it was told"
          description={`${clock.title}. One notification answers every clock of the same duty.`}
          questions={[
            { field: 'evidence', label: 'What proves it', hint: 'A reference number, where the receipt is.' },
          ]}
          fixed={{ clockId: clock.id }}
          onClose={() => {
            setAnswering(false);
          }}
        />
      )}
    </li>
  );
}
