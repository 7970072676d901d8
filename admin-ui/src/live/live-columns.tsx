import { createColumnHelper } from '@tanstack/react-table';
import type { ColumnDef } from '@tanstack/react-table';
import { CircleStop, Pause, Play, TriangleAlert } from 'lucide-react';
import type { LiveCall } from '../../../hub/api/schemas/live.ts';
import type { Verb } from '../api/live.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import type { Tone } from '../components/ui/badge.tsx';
import { shortId } from '../format/short-id.ts';
import { codeInWords } from '../format/words.ts';
import { ActButton } from '../session/act-button.tsx';
import { lossInWords, qualityOf, streamInWords } from './quality-words.ts';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

const STATES = {
  recording: { tone: 'good', word: t('Recording now'), meaning: t('The call is stored as it comes.') },
  paused: { tone: 'warn', word: t('Paused'), meaning: t('Nothing is stored until it is resumed.') },
  waiting: { tone: 'info', word: t('Waiting'), meaning: t('Nothing is stored before consent is given.') },
  unknown: {
    tone: 'bad',
    word: t('Unknown'),
    meaning: t('Its recorder is silent: the call may be over, or go on unseen.'),
  },
} as const satisfies Record<LiveCall['state'], { tone: Tone; word: string; meaning: string }>;

const column = createColumnHelper<LiveCall>();

/** Columns of the calls in progress; `onAsk` opens the dialog of a verb. */
export function liveColumns(onAsk: (verb: Verb, call: LiveCall) => void): ColumnDef<LiveCall, never>[] {
  return [
    column.display({
      id: 'call',
      header: t('Call'),
      meta: { rowHeader: true, className: 'w-px whitespace-nowrap' },
      cell: ({ row: { original: call } }) => <Identity call={call} />,
    }),
    column.display({
      id: 'streams',
      header: t('Streams'),
      cell: ({ row: { original: call } }) => <Streams call={call} />,
    }),
    column.display({
      id: 'state',
      header: t('State'),
      meta: { className: 'w-px whitespace-nowrap' },
      cell: ({ row: { original: call } }) => (
        <Badge tone={STATES[call.state].tone} title={STATES[call.state].meaning}>
          {STATES[call.state].word}
        </Badge>
      ),
    }),
    column.display({
      id: 'acts',
      header: () => <span className="sr-only">{t('What can be asked')}</span>,
      meta: { className: 'w-px whitespace-nowrap' },
      cell: ({ row: { original: call } }) => call.state !== 'unknown' && <Acts call={call} onAsk={onAsk} />,
    }),
  ] as ColumnDef<LiveCall, never>[];
}

function Identity({ call }: { readonly call: LiveCall }) {
  return (
    <>
      <span className="font-medium tabular-nums" title={call.recordingId}>
        {shortId(call.recordingId)}
      </span>
      <span className="mt-0.5 block text-xs text-quiet">
        <Rich text="Since <at/>" parts={{ at: <Timestamp instant={call.startedAt} exact /> }} />
      </span>
      <span className="block text-xs text-quiet">
        {call.node}, {call.transport.toUpperCase()}
        {call.dialect !== null && `, ${call.dialect}`}
      </span>
    </>
  );
}

function Streams({ call }: { readonly call: LiveCall }) {
  return (
    <div className="grid gap-1.5">
      {call.alerts.map((alert) => (
        <p key={`${alert.kind} ${alert.label ?? ''}`} className="flex items-start gap-1.5 text-sm text-bad">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0">
            <span className="font-medium">
              {codeInWords(alert.kind)}
              {alert.label !== null && `, ${t('stream {{label}}', { label: alert.label })}`}
            </span>
            <span className="block text-xs text-quiet">
              <Sentence text={alert.detail} />
            </span>
          </span>
        </p>
      ))}
      <ul className="grid gap-1">
        {call.streams.map((stream) => {
          const { tone, word } = qualityOf(stream.mosLq);
          return (
            <li key={stream.label} className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
              <span
                className="min-w-6 shrink-0 text-quiet tabular-nums"
                title={t('Stream {{label}}', { label: stream.label })}
              >
                {stream.label}
              </span>
              <span className="w-40">{streamInWords(stream)}</span>
              <Badge tone={tone} title={t('Listening quality of the last seconds (MOS-LQ)')}>
                {word}
                {stream.mosLq !== null && ` ${stream.mosLq.toFixed(1)}`}
              </Badge>
              {stream.packets > 0 && (
                <span className="text-xs text-quiet tabular-nums">
                  {t('{{loss}} lost, jitter {{jitter}} ms', {
                    loss: lossInWords(stream),
                    jitter: stream.jitterMs.toFixed(0),
                  })}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Acts({
  call,
  onAsk,
}: {
  readonly call: LiveCall;
  readonly onAsk: (verb: Verb, call: LiveCall) => void;
}) {
  const other = call.state === 'paused' ? 'resume' : 'pause';
  return (
    <div className="flex gap-1.5">
      <ActButton
        act={other === 'resume' ? 'live.resume' : 'live.control'}
        size="small"
        onClick={() => {
          onAsk(other, call);
        }}
      >
        {other === 'pause' ? <Pause aria-hidden /> : <Play aria-hidden />} {codeInWords(other)}
      </ActButton>
      <ActButton
        act="live.control"
        size="small"
        tone="danger"
        onClick={() => {
          onAsk('end', call);
        }}
      >
        <CircleStop aria-hidden /> {t('End')}
      </ActButton>
    </div>
  );
}
