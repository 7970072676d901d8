import type { ReactNode } from 'react';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge, type Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';
import { Rich } from '../i18n/rich.tsx';
import { shareOver, timeLeft } from './time-left.ts';

interface ClockItemProps {
  readonly title: string;
  readonly state: { readonly label: string; readonly tone: Tone; readonly meaning: string };
  readonly startedAt: string;
  /** What it counts from, in words: "from the detection". */
  readonly from: string;
  readonly dueAt: string;
  /** Whether its time still counts: then a bar shows how much of it is over. */
  readonly runs: boolean;
  readonly children?: ReactNode;
}

/** One clock of the law: from what, until when, how much is over, and where it stands. */
export function ClockItem({ title, state, startedAt, from, dueAt, runs, children }: ClockItemProps) {
  const now = new Date();
  const over = shareOver({ startedAt, dueAt }, now);
  return (
    <li className="grid content-start gap-2 rounded-md border border-line p-3 text-sm" data-testid="clock">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <span className="min-w-0 font-medium break-words">{title}</span>
        <Badge tone={state.tone} title={state.meaning}>
          {state.label}
        </Badge>
      </div>
      {runs && (
        <div
          role="progressbar"
          aria-label={t('Time of {{title}}', { title })}
          aria-valuenow={Math.round(over * 100)}
          aria-valuemin={0}
          aria-valuemax={100}
          className="h-1.5 overflow-hidden rounded-full bg-sunken"
        >
          <div
            className={state.tone === 'bad' ? 'h-full bg-bad' : 'h-full bg-warn'}
            style={{ width: `${String(over * 100)}%` }}
          />
        </div>
      )}
      <p className="text-quiet">
        {runs ? (
          <Rich
            text="Due <due/> ({{left}}), {{from}} on <start/>"
            values={{ left: timeLeft(dueAt, now), from }}
            parts={{ due: <Timestamp instant={dueAt} exact />, start: <Timestamp instant={startedAt} /> }}
          />
        ) : (
          <Rich
            text="Due <due/>, {{from}} on <start/>"
            values={{ from }}
            parts={{ due: <Timestamp instant={dueAt} exact />, start: <Timestamp instant={startedAt} /> }}
          />
        )}
      </p>
      {children}
    </li>
  );
}
