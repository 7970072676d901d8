import {
  readClockPlan,
  type ClockPlan,
  type ClockReference,
} from '../../../../recorder-core/media/clock-plan.ts';
import {
  joinPeriods,
  type ChannelSurvey,
  type Period,
} from '../../../../recorder-core/media/survey-channel.ts';
import type { Channel } from '../../../../recorder-core/records/channels.ts';
import type { RecordingCut } from '../../../../recorder-core/records/cuts.ts';
import type { RecorderAlert } from '../../../../recorder-core/records/recorder-alerts.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import type { Timeline, TimelineChannel } from '../../schemas/timeline.ts';
import { presentWarning } from './present-recording.ts';

/** What a timeline is made of; `surveys` in the order of the channels. */
export interface SurveyedRecording {
  readonly recording: Recording;
  readonly channels: readonly Channel[];
  readonly surveys: readonly ChannelSurvey[];
  readonly alerts: readonly RecorderAlert[];
  readonly cuts: readonly RecordingCut[];
}

/** One page of the timeline: it ends where the first list of any channel was cut. Pure. */
export function presentTimeline({ recording, channels, surveys, alerts, cuts }: SurveyedRecording): Timeline {
  const next = Math.min(...surveys.map(({ nextMs }) => nextMs ?? Infinity));
  const originMs = Date.parse(recording.startedAt);
  return {
    durationMs: recording.durationMs,
    channels: surveys.flatMap((survey, i) => {
      const channel = channels[i];
      if (channel === undefined) return [];
      const shown = presentChannel(channel, survey, next, recording.durationMs);
      return [{ ...shown, cuts: presentCuts(channel, cuts) }];
    }),
    pauses: joinPeriods(surveys.flatMap(({ pauses }) => pauses)).map(rounded),
    alerts: alerts.map(({ kind, label, detail, raisedAt, clearedAt }) => ({
      kind,
      label,
      detail,
      offsetMs: Date.parse(raisedAt) - originMs,
      clearedMs: clearedAt === null ? null : Date.parse(clearedAt) - originMs,
    })),
    warnings: recording.warnings.map(presentWarning),
    nextMs: Number.isFinite(next) ? next : null,
  };
}

function presentChannel(
  { label, party, parts, destroyed }: Channel,
  survey: ChannelSurvey,
  next: number,
  durationMs: number,
): Omit<TimelineChannel, 'cuts'> {
  const onPage = ({ offsetMs }: Period): boolean => offsetMs < next;
  const gone = parts.length === 0 && destroyed.length > 0;
  const { codec, summary, bucketMs, buckets } = survey.quality;
  return {
    label,
    partyId: party?.id ?? null,
    ordinal: party?.ordinal ?? null,
    parts: parts.map(({ id }) => id),
    destroyed: destroyed.map(({ id, destroyedAt }) => ({ partId: id, at: destroyedAt ?? '' })),
    codecs: [...survey.audio.codecs],
    notPlayed: [...survey.audio.silent],
    clock: presentClock(parts.flatMap(({ clockPlan }) => readClockPlan(clockPlan) ?? [])),
    quality: { ...summary, codec, bucketMs, buckets: [...buckets] },
    // Not rounded: a page begins at the very place where the one before was cut.
    segments: (gone ? wholly(survey, durationMs) : survey.segments).filter(onPage),
    keyPresses: survey.keyPresses
      .filter(onPage)
      .map(({ digit, ...at }) => ({ ...rounded(at), ...(digit !== null && { digit }) })),
  };
}

/** Those that are over, and those of which the part without the span is heard already. */
function presentCuts({ label, parts }: Channel, cuts: readonly RecordingCut[]): TimelineChannel['cuts'] {
  return cuts
    .filter(({ labels }) => label !== null && labels.includes(label))
    .filter(({ id, state }) => state === 'cut' || parts.some(({ cutId }) => cutId === id))
    .map(({ id, fromMs, toMs, ground, decidedBy, askedAt, derivedAt, endedAt }) => ({
      cutId: id,
      offsetMs: fromMs,
      durationMs: toMs - fromMs,
      ground,
      decidedBy: decidedBy?.name ?? null,
      at: endedAt ?? derivedAt ?? askedAt,
    }));
}

/** One gap where nothing of a line is left; on the page that begins the recording. */
function wholly({ segments }: ChannelSurvey, durationMs: number): TimelineChannel['segments'] {
  return segments[0]?.offsetMs === 0 ? [{ kind: 'gap', reason: 'destroyed', offsetMs: 0, durationMs }] : [];
}

const FROM_POOR_TO_GOOD: readonly ClockReference[] = ['arrival', 'sender-reports', 'signalled'];

function presentClock(plans: readonly ClockPlan[]): TimelineChannel['clock'] {
  // A part in which nobody was heard says nothing about a clock.
  const heard = plans.filter(({ stretches }) => stretches.length > 0);
  const reference = FROM_POOR_TO_GOOD.find((each) => heard.some((plan) => plan.reference === each));
  if (reference === undefined) return null;
  return { reference, troubles: [...new Set(heard.flatMap(({ troubles }) => troubles))] };
}

/** Microseconds are as fine as arrivals are. */
function rounded({ offsetMs, durationMs }: Period): Period {
  const round = (ms: number): number => Math.round(ms * 1000) / 1000;
  return { offsetMs: round(offsetMs), durationMs: round(durationMs) };
}
