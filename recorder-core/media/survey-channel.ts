/** All that one reading of a channel's packet logs tells: heard and not heard, keys pressed, pauses, codecs, quality. */
import type { LoggedPart } from './channel-timeline.ts';
import type { KeyPress } from './key-presses.ts';
import { KeyPresses } from './key-presses.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { readPacketLog } from './packet-log-reader.ts';
import type { QualityReport } from './quality.ts';
import { QualityMeter } from './quality.ts';
import type { Segment } from './segments.ts';
import { ChannelSegments } from './segments.ts';
import type { SpeechDecoder } from './codecs/speech-decoder.ts';
import type { AudioSurvey } from './survey-audio.ts';
import { AudioSurveyor } from './survey-audio.ts';

/** Half-open, in milliseconds from the recording's start. JSON-able. */
export interface Period {
  readonly offsetMs: number;
  readonly durationMs: number;
}

/** A key press with its place in the recording; `digit` as in `KeyPress`. JSON-able. */
export interface PlacedKeyPress extends Period {
  readonly digit: string | null;
}

/** Which part of the lists is wanted: what begins at `fromMs` or later, at most `limit` of each. */
export interface SurveyWindow {
  readonly fromMs: number;
  readonly limit: number;
}

export interface ChannelSurveyOptions {
  /** Wall clock of the recording's start. */
  readonly originMs: number;
  readonly durationMs: number;
  readonly window: SurveyWindow;
  readonly speech?: SpeechDecoder | undefined;
}

export interface ChannelSurvey {
  readonly audio: AudioSurvey;
  /** Over all logs, whatever the window. */
  readonly quality: QualityReport;
  readonly segments: readonly Segment[];
  readonly keyPresses: readonly PlacedKeyPress[];
  /** When the recorder itself stored nothing; the first thousand. */
  readonly pauses: readonly Period[];
  /** Where the first segment or press begins that the limit kept out. */
  readonly nextMs: number | undefined;
}

const MAX_PAUSES = 1000;

/** Reads each log once, one after the other, in memory bounded by the window. Fails as `readPacketLog`. */
export async function surveyChannel(
  parts: readonly LoggedPart[],
  options: ChannelSurveyOptions,
): Promise<ChannelSurvey> {
  const { originMs, durationMs, window, speech } = options;
  const segments = new ChannelSegments(options);
  const keys = new KeyPresses();
  const audio = new AudioSurveyor(speech);
  const quality = new QualityMeter();
  const pauses = new PauseList(originMs);
  const shown = new WindowedList<Segment>(window);
  const pressed = new WindowedList<PlacedKeyPress>(window);
  for (const { log, plan } of parts) {
    segments.begin(plan);
    for await (const entry of readPacketLog(log)) {
      for (const segment of segments.push(entry)) shown.add(segment);
      const press = keys.push(entry);
      if (press !== undefined) pressed.add(placePress(press, originMs));
      audio.push(entry);
      quality.push(entry);
      pauses.push(entry);
    }
  }
  for (const segment of segments.finish()) shown.add(segment);
  const next = Math.min(shown.nextMs, pressed.nextMs);
  return {
    audio: audio.finish(),
    quality: quality.finish(),
    segments: shown.items,
    keyPresses: pressed.items,
    pauses: pauses.finish(durationMs),
    nextMs: Number.isFinite(next) ? next : undefined,
  };
}

/** The union of the periods, in order. Pure. */
export function joinPeriods(periods: readonly Period[]): Period[] {
  const joined: { offsetMs: number; durationMs: number }[] = [];
  for (const { offsetMs, durationMs } of [...periods].sort((a, b) => a.offsetMs - b.offsetMs)) {
    const last = joined.at(-1);
    if (last !== undefined && offsetMs <= last.offsetMs + last.durationMs) {
      last.durationMs = Math.max(last.durationMs, offsetMs + durationMs - last.offsetMs);
    } else joined.push({ offsetMs, durationMs });
  }
  return joined;
}

function placePress({ atMs, digit, durationMs }: KeyPress, originMs: number): PlacedKeyPress {
  return { offsetMs: Math.max(0, atMs - originMs), durationMs, digit };
}

/** Keeps what begins in the window; takes items in order of their beginning. */
class WindowedList<T extends Period> {
  readonly #window: SurveyWindow;
  readonly items: T[] = [];
  nextMs = Infinity;

  constructor(window: SurveyWindow) {
    this.#window = window;
  }

  add(item: T): void {
    if (item.offsetMs < this.#window.fromMs || this.nextMs < Infinity) return;
    if (this.items.length < this.#window.limit) this.items.push(item);
    else this.nextMs = item.offsetMs;
  }
}

class PauseList {
  readonly #originMs: number;
  readonly #periods: Period[] = [];
  #startedAtMs = 0;
  #sinceMs: number | undefined;

  constructor(originMs: number) {
    this.#originMs = originMs;
  }

  push(entry: LogEntry): void {
    if (entry.kind === 'header') this.#startedAtMs = entry.header.startedAtMs;
    if (entry.kind !== 'event') return;
    const atMs = this.#startedAtMs + entry.atMicros / 1000 - this.#originMs;
    if (entry.event.type === 'paused' && entry.event.why === undefined) this.#sinceMs ??= Math.max(0, atMs);
    if (entry.event.type === 'continued' || entry.event.type === 'closed') this.#end(atMs);
  }

  /** A pause that lasts ends with the recording. */
  finish(durationMs: number): Period[] {
    this.#end(durationMs);
    return joinPeriods(this.#periods);
  }

  #end(atMs: number): void {
    const since = this.#sinceMs;
    this.#sinceMs = undefined;
    if (since === undefined || atMs <= since || this.#periods.length >= MAX_PAUSES) return;
    this.#periods.push({ offsetMs: since, durationMs: atMs - since });
  }
}
