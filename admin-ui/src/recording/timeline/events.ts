/** What happened beside the voices, at its place on the same time line: consent, alerts. */
import type { ConsentEvidence } from '../../../../hub/api/schemas/consent.ts';
import type { RecorderAlert } from '../../../../hub/api/schemas/live.ts';
import type { RecordingDetail } from '../../../../hub/api/schemas/recording.ts';
import { evidenceInWords, toneOf } from '../../consent/consent-words.ts';
import type { Tone } from '../../components/ui/badge.tsx';
import { codeInWords } from '../../format/words.ts';

/** One event of the call. */
export interface CallEvent {
  readonly id: string;
  readonly kind: 'consent' | 'alert';
  readonly offsetMs: number;
  /** Until it was over; 0 for what is over at once. */
  readonly durationMs: number;
  readonly text: string;
  readonly tone: Tone;
}

type Source = Pick<RecordingDetail, 'startedAt' | 'durationMs' | 'alerts'>;

/** Events within the recording, in their order; what came before or after it has no place on the line. Pure. */
export function eventsOf(recording: Source, evidence: readonly ConsentEvidence[]): CallEvent[] {
  const { startedAt, durationMs, alerts } = recording;
  const began = Date.parse(startedAt);
  const consent = evidence.flatMap((one): CallEvent[] =>
    one.offsetMs === null
      ? []
      : [
          {
            id: one.id,
            kind: 'consent',
            offsetMs: one.offsetMs,
            durationMs: 0,
            text: evidenceInWords(one),
            tone: toneOf(one.kind),
          },
        ],
  );
  const raised = alerts.map((alert) => alertEvent(alert, began, durationMs));
  return [...consent, ...raised]
    .filter(({ offsetMs }) => offsetMs >= 0 && offsetMs <= durationMs)
    .sort((a, b) => a.offsetMs - b.offsetMs || a.id.localeCompare(b.id));
}

function alertEvent(alert: RecorderAlert, began: number, durationMs: number): CallEvent {
  const offsetMs = Date.parse(alert.raisedAt) - began;
  const until = alert.clearedAt === null ? durationMs : Date.parse(alert.clearedAt) - began;
  return {
    id: alert.id,
    kind: 'alert',
    offsetMs,
    durationMs: Math.max(0, Math.min(durationMs, until) - offsetMs),
    text: codeInWords(alert.kind),
    tone: 'bad',
  };
}
