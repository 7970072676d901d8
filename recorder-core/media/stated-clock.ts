/** What a sender states about its own clock in one stretch, as far as it can be believed. Milliseconds throughout. */
import type { ClockTrouble, PlanPoint } from './clock-plan.ts';
import type { SignalledClock } from './clock-signalling.ts';
import type { ClockSurvey, ReportedTime, SurveyedStretch } from './clock-survey.ts';
import { median, smooth } from './robust-line.ts';
import { doubtOf } from './sender-report-check.ts';

/** A stated clock. */
export interface StatedClock {
  readonly reference: 'signalled' | 'sender-reports';
  /** Streams with the same key follow the same clock and are to be aligned by it. */
  readonly key: string;
  /** Stated time since 1970 minus media time, by media time. At least one point. */
  readonly points: readonly PlanPoint[];
}

export interface Statement {
  readonly stated: StatedClock | undefined;
  readonly troubles: readonly ClockTrouble[];
}

/** Reports further than this from their neighbours are misreadings; the two clocks are read some milliseconds apart. */
const MISREAD_MS = 50;
/** So many of the reports must agree. */
const AGREEING = 0.6;
/** Reports over less than this say nothing of the rate that their misreadings would not drown. */
const RATE_SPAN_MS = 60_000;
const SMOOTHED = 6;

/** Reads the statement about one stretch of a survey. Signalling goes before reports. */
export function statedClock(survey: ClockSurvey, stretch: SurveyedStretch): Statement {
  if (survey.clock !== undefined) {
    return { stated: signalled(survey.clock, survey.startedAtMs, stretch), troubles: [] };
  }
  return reported(survey, stretch);
}

/** Unix time of the zero of the reference clocks that have one; the seconds by which they differ from UTC do not matter here. */
const REFERENCE_ZERO_MS: Readonly<Record<string, number>> = {
  ntp: -2_208_988_800_000,
  gps: 315_964_800_000,
};

/** An RTP timestamp tells the time up to whole turns of its 32 bits, which our own clock counts (RFC 7273 section 5.2). */
function signalled(clock: SignalledClock, startedAtMs: number, stretch: SurveyedStretch): StatedClock {
  const { mediaMs, timestamp, clockRate } = stretch.anchor;
  const unitsPerMs = (clockRate * clock.rate) / 1000;
  const turnMs = 2 ** 32 / unitsPerMs;
  const zeroMs = REFERENCE_ZERO_MS[/^[a-z]+/i.exec(clock.reference)?.[0].toLowerCase() ?? ''] ?? 0;
  const inTurnMs = zeroMs + ((timestamp - clock.offset) >>> 0) / unitsPerMs;
  const nowMs = startedAtMs + (stretch.blocks[0]?.arrivalMs ?? 0);
  const timeMs = inTurnMs + Math.round((nowMs - inTurnMs) / turnMs) * turnMs;
  const lastMs = stretch.blocks.at(-1)?.mediaMs ?? mediaMs;
  const at = (media: number): PlanPoint => [media, timeMs + (media - mediaMs) / clock.rate - media];
  const points = lastMs > mediaMs ? [at(mediaMs), at(lastMs)] : [at(mediaMs)];
  return { reference: 'signalled', key: `signalled ${clock.reference}`, points };
}

function reported(survey: ClockSurvey, stretch: SurveyedStretch): Statement {
  const dated = stretch.reports
    .map((report) => ({ ...report, arrivalMs: survey.startedAtMs + report.arrivalMs }))
    .filter((report) => doubtOf(report, undefined) === undefined);
  const troubles: ClockTrouble[] = dated.length < stretch.reports.length ? ['off'] : [];
  const kept = withoutMisread(dated);
  const uneven = kept.some((report, i) => doubtOf(report, kept[i - 1]) === 'jump');
  if (uneven || kept.length < AGREEING * dated.length)
    return { stated: undefined, troubles: [...troubles, 'jump'] };
  if (kept.length < 2) return { stated: undefined, troubles };
  const raw = kept.map(({ mediaMs, ntpMs }): PlanPoint => [mediaMs, ntpMs - mediaMs]);
  const span = (raw.at(-1)?.[0] ?? 0) - (raw[0]?.[0] ?? 0);
  const points: PlanPoint[] =
    span < RATE_SPAN_MS
      ? [[raw[0]?.[0] ?? 0, median(raw.map(([, offset]) => offset))]]
      : smooth(raw, SMOOTHED);
  return { stated: { reference: 'sender-reports', key: senderKey(survey, stretch.ssrc), points }, troubles };
}

function withoutMisread(reports: readonly ReportedTime[]): ReportedTime[] {
  const rising = reports
    .toSorted((a, b) => a.mediaMs - b.mediaMs)
    .filter(({ mediaMs }, i, all) => mediaMs !== all[i - 1]?.mediaMs);
  return rising.filter(({ ntpMs, mediaMs }, i) => {
    const near = rising.slice(Math.max(0, i - 2), i + 3).map((other) => other.ntpMs - other.mediaMs);
    return Math.abs(ntpMs - mediaMs - median(near)) <= MISREAD_MS;
  });
}

/** The wall clock belongs to a host: `user@host` names it, any other canonical name only itself (RFC 7022). */
function senderKey({ cnames }: ClockSurvey, ssrc: number): string {
  const cname = cnames.get(ssrc);
  if (cname === undefined) return `ssrc ${ssrc}`;
  const host = cname.slice(cname.lastIndexOf('@') + 1);
  return `sender ${host === '' ? cname : host}`;
}
