/** What is marked on the waveform and told in the list: why a party is not heard, and the keys it pressed. */
import type { GapReason, Timeline, TimelineChannel } from '../../../../hub/api/schemas/timeline.ts';
import { clockLength } from '../../format/time.ts';
import { plural, t } from '../../i18n/t.ts';
import { decidedInWords } from '../cuts/cut-words.ts';

/** A look of its own on the waveform; what is not marked is the ordinary quiet of a call. */
export type MarkKind =
  'hold' | 'paused' | 'withheld' | 'destroyed' | 'cut' | 'closed' | 'loss' | 'undecoded' | 'clock' | 'key';

/** One mark of one channel; several of a kind that lie close together are one. */
export interface Mark {
  readonly kind: MarkKind;
  readonly channel: number;
  readonly offsetMs: number;
  readonly durationMs: number;
  /** How many were put together, and how long they last without what lies between them. */
  readonly count: number;
  readonly totalMs: number;
  /** Keys in clear, in the order in which they were pressed; a dot for each that was masked. */
  readonly keys: string;
  /** Of a cut: on which ground, and who agreed. */
  readonly why?: string;
}

const KIND_OF: Readonly<Partial<Record<GapReason, MarkKind>>> = {
  hold: 'hold',
  paused: 'paused',
  withheld: 'withheld',
  closed: 'closed',
  loss: 'loss',
  'not-decodable': 'undecoded',
  clock: 'clock',
  destroyed: 'destroyed',
};

/** What each kind means, for the legend and the list. */
export const KIND_WORDS: Readonly<Record<MarkKind, string>> = {
  hold: t('On hold'),
  paused: t('Recording paused'),
  withheld: t('Not stored for want of consent'),
  closed: t('Line closed'),
  loss: t('Packets lost'),
  undecoded: t('Cannot be played here'),
  clock: t('Clock of the sender stepped'),
  destroyed: t('Destroyed'),
  cut: t('Cut out'),
  key: t('Key pressed'),
};

const MASKED = '•';

/** The marks of every channel in order, those of a kind put together that are less than `closerThanMs` apart. Pure. */
export function marksOf(channels: readonly TimelineChannel[], closerThanMs: number): Mark[] {
  return channels
    .flatMap((each, channel) => [
      ...together(gapMarks(each, channel), closerThanMs),
      ...together(keyMarks(each, channel), closerThanMs),
      ...cutMarks(each, channel),
    ])
    .sort((a, b) => a.offsetMs - b.offsetMs || a.channel - b.channel);
}

/** A mark in words: "Packets lost, 3 times, 60 ms". Pure. */
export function markInWords({ kind, count, totalMs, keys, why }: Mark): string {
  if (kind === 'key') return keysInWords(keys, count);
  const length = lengthInWords(totalMs);
  if (why !== undefined) return `${KIND_WORDS[kind]}: ${why}, ${length}`;
  if (count === 1) return `${KIND_WORDS[kind]}, ${length}`;
  const times = plural(count, { one: '{{count}} time', other: '{{count}} times' });
  return `${KIND_WORDS[kind]}, ${times}, ${length}`;
}

/** What cannot be played, a sentence for each line that has some: the codecs and what can be done. Pure. */
export function notPlayedInWords({ channels }: Timeline, nameOf: (channel: number) => string): string[] {
  return channels.flatMap(({ notPlayed, codecs }, channel) => {
    if (notPlayed.length === 0) return [];
    const values = { name: nameOf(channel), codecs: notPlayed.join(', ') };
    return [
      notPlayed.length === codecs.length
        ? t(
            'All of what {{name}} said is in {{codecs}}, which cannot be played here and is silent. It is stored as it was received.',
            values,
          )
        : t(
            'Some of what {{name}} said is in {{codecs}}, which cannot be played here and is silent. It is stored as it was received.',
            values,
          ),
    ];
  });
}

/** "40 ms", "1.5 s", "2:05". Pure. */
export function lengthInWords(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : clockLength(ms);
}

function keysInWords(keys: string, count: number): string {
  const masked = keys.includes(MASKED) ? ` ${t('(masked when stored)')}` : '';
  const shown = keys.replaceAll(MASKED, '').trim();
  const what = plural(count, { one: 'Key pressed', other: '{{count}} keys pressed' });
  return `${what}${shown === '' ? '' : `: ${shown}`}${masked}`;
}

function gapMarks({ segments }: TimelineChannel, channel: number): Mark[] {
  return segments.flatMap((segment) => {
    const kind = segment.kind === 'gap' ? KIND_OF[segment.reason] : undefined;
    if (kind === undefined) return [];
    const { offsetMs, durationMs } = segment;
    return [{ kind, channel, offsetMs, durationMs, count: 1, totalMs: durationMs, keys: '' }];
  });
}

/** Each for itself: two cuts that touch may have been decided by different people. */
function cutMarks({ cuts }: TimelineChannel, channel: number): Mark[] {
  return cuts.map(({ offsetMs, durationMs, ground, decidedBy }) => ({
    kind: 'cut',
    channel,
    offsetMs,
    durationMs,
    count: 1,
    totalMs: durationMs,
    keys: '',
    why: decidedInWords(ground, decidedBy),
  }));
}

function keyMarks({ keyPresses }: TimelineChannel, channel: number): Mark[] {
  return keyPresses.map(({ offsetMs, durationMs, digit }) => ({
    kind: 'key',
    channel,
    offsetMs,
    durationMs,
    count: 1,
    totalMs: durationMs,
    keys: digit ?? MASKED,
  }));
}

function together(marks: readonly Mark[], closerThanMs: number): Mark[] {
  const last = new Map<MarkKind, number>();
  const joined: Mark[] = [];
  for (const mark of marks) {
    const place = last.get(mark.kind);
    const before = place === undefined ? undefined : joined[place];
    if (before !== undefined && place !== undefined && mark.offsetMs - endOf(before) < closerThanMs) {
      joined[place] = {
        ...before,
        durationMs: Math.max(endOf(before), endOf(mark)) - before.offsetMs,
        count: before.count + mark.count,
        totalMs: before.totalMs + mark.totalMs,
        keys: before.keys === '' ? mark.keys : `${before.keys} ${mark.keys}`,
      };
    } else {
      last.set(mark.kind, joined.length);
      joined.push(mark);
    }
  }
  return joined;
}

function endOf({ offsetMs, durationMs }: Mark): number {
  return offsetMs + durationMs;
}
