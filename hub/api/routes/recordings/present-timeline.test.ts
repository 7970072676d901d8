import { describe, expect, test } from '@jest/globals';
import type { ClockPlan } from '../../../../recorder-core/media/clock-plan.ts';
import type { ChannelSurvey } from '../../../../recorder-core/media/survey-channel.ts';
import type { Channel } from '../../../../recorder-core/records/channels.ts';
import type { Part } from '../../../../recorder-core/records/parts.ts';
import type { Recording } from '../../../../recorder-core/records/recordings.ts';
import { presentTimeline } from './present-timeline.ts';

const recording = {
  startedAt: '2026-11-25T10:00:00.000Z',
  durationMs: 1000,
  warnings: [],
} as unknown as Recording;
const survey = {
  audio: { rate: 8000, codecs: [], silent: [] },
  quality: { version: 1, codec: null, summary: {}, bucketMs: 10_000, buckets: [] },
  segments: [],
  keyPresses: [],
  pauses: [],
  nextMs: undefined,
} as unknown as ChannelSurvey;

function clockOf(...plans: readonly unknown[]) {
  const parts = plans.map((clockPlan, i) => ({ id: String(i), clockPlan }) as Part);
  const channels: Channel[] = [{ label: '1', party: undefined, parts, destroyed: [] }];
  return presentTimeline({ recording, channels, surveys: [survey], alerts: [], cuts: [] }).channels[0]?.clock;
}

function plan(
  reference: ClockPlan['reference'],
  troubles: ClockPlan['troubles'] = [],
  stretches: ClockPlan['stretches'] = [[]],
): ClockPlan {
  return { version: 1, reference, troubles, stretches };
}

describe('the clock of a channel', () => {
  test('is the poorest of its parts, with the troubles of all', () => {
    expect(clockOf(plan('signalled', ['off']), plan('sender-reports', ['off', 'jump']))).toEqual({
      reference: 'sender-reports',
      troubles: ['off', 'jump'],
    });
  });

  test('leaves out parts in which nobody was heard', () => {
    expect(clockOf(plan('sender-reports'), plan('arrival', [], []))).toEqual({
      reference: 'sender-reports',
      troubles: [],
    });
  });

  test('is not known where there is no plan that can be read', () => {
    expect(clockOf(null, { version: 99 })).toBeNull();
  });
});
