import { describe, expect, test } from '@jest/globals';
import type { Segment, Timeline, TimelineChannel } from '../../../../hub/api/schemas/timeline.ts';
import { lengthInWords, markInWords, marksOf, notPlayedInWords } from './marks.ts';

const gap = (reason: 'loss' | 'hold' | 'silence', offsetMs: number, durationMs: number): Segment => ({
  kind: 'gap',
  reason,
  offsetMs,
  durationMs,
});
const channel = (change: Partial<TimelineChannel>): TimelineChannel =>
  ({
    segments: [],
    keyPresses: [],
    cuts: [],
    codecs: ['PCMU'],
    notPlayed: [],
    ...change,
  }) as unknown as TimelineChannel;
const told = (channels: readonly TimelineChannel[], closerThanMs = 0) =>
  marksOf(channels, closerThanMs).map((mark) => [mark.channel, mark.offsetMs, markInWords(mark)]);

describe('the marks of a recording', () => {
  test('say why a party is not heard, in order of time, and leave out ordinary silence', () => {
    const first = channel({ segments: [gap('silence', 0, 400), gap('hold', 2000, 65_000)] });
    const second = channel({ segments: [gap('loss', 1000, 40)] });
    expect(told([first, second])).toEqual([
      [1, 1000, 'Packets lost, 40 ms'],
      [0, 2000, 'On hold, 1:05'],
    ]);
  });

  test('that lie close together are one, with how many there were and how long without what lies between', () => {
    const lossy = channel({
      segments: [gap('loss', 0, 20), gap('loss', 500, 20), gap('hold', 600, 100), gap('loss', 5000, 20)],
    });
    expect(told([lossy], 1000)).toEqual([
      [0, 0, 'Packets lost, 2 times, 40 ms'],
      [0, 600, 'On hold, 100 ms'],
      [0, 5000, 'Packets lost, 20 ms'],
    ]);
  });

  test('of a cut tell on which ground, and who agreed', () => {
    const cut = (offsetMs: number, decidedBy: string | null) => ({
      cutId: '1',
      offsetMs,
      durationMs: 2000,
      ground: 'card-data' as const,
      decidedBy,
      at: '2026-11-27T10:00:00.000Z',
    });
    expect(told([channel({ cuts: [cut(0, 'Olga Officer'), cut(2000, null)] })], 5000)).toEqual([
      [0, 0, 'Cut out: card data, agreed to by Olga Officer, 2.0 s'],
      [0, 2000, 'Cut out: card data, 2.0 s'],
    ]);
  });

  test('of keys tell the digits, or that they were masked', () => {
    const press = (offsetMs: number, digit?: string) => ({
      offsetMs,
      durationMs: 100,
      ...(digit !== undefined && { digit }),
    });
    expect(told([channel({ keyPresses: [press(0, '4'), press(300, '#'), press(9000)] })], 1000)).toEqual([
      [0, 0, '2 keys pressed: 4 #'],
      [0, 9000, 'Key pressed (masked when stored)'],
    ]);
  });
});

test('What cannot be played is a sentence for each line that has some', () => {
  const channels = [channel({ codecs: ['AMR', 'PCMU'], notPlayed: ['AMR'] }), channel({})];
  expect(notPlayedInWords({ channels } as unknown as Timeline, (i) => `Party ${String(i)}`)).toEqual([
    'Some of what Party 0 said is in AMR, which cannot be played here and is silent. It is stored as it was received.',
  ]);
});

test('A length is short where it is short', () => {
  expect([40, 1_500, 125_000].map(lengthInWords)).toEqual(['40 ms', '1.5 s', '2:05']);
});
