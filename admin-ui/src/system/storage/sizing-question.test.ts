import { expect, test } from '@jest/globals';
import { firstQuestion, questionOf } from './sizing-question.ts';

const TRAFFIC = {
  days: 7,
  recordings: 3,
  callsPerDay: 3 / 7,
  meanSeconds: 14.126,
  streams: 2,
  bytesPerRecording: 1,
  retentionDays: 179.6,
  busyHourShare: 1,
  codec: 'Opus',
};

test('The fields begin with the own traffic, and with usual figures where there was none.', () => {
  expect(firstQuestion(TRAFFIC)).toMatchObject({
    callsPerDay: '0.4',
    meanSeconds: '14.1',
    retentionDays: '180',
    codec: 'opus',
    copies: '1',
  });
  expect(firstQuestion(null)).toMatchObject({ callsPerDay: '1000', codec: 'PCMU' });
  expect(firstQuestion({ ...TRAFFIC, recordings: 0 })).toMatchObject({ callsPerDay: '1000' });
  expect(firstQuestion({ ...TRAFFIC, callsPerDay: 0.001 })).toMatchObject({ callsPerDay: '0.1' });
});

test('Nothing is asked before every field holds a number above 0.', () => {
  const filled = firstQuestion(null);
  expect(questionOf(filled)).toMatchObject({ callsPerDay: 1_000, codec: 'PCMU' });
  expect(questionOf({ ...filled, busyHourShare: '0,2' })).toMatchObject({ busyHourShare: 0.2 });
  expect(questionOf({ ...filled, spoolHours: '0' })).toMatchObject({ spoolHours: 0 });
  for (const wrong of ['', 'many', '-1', '0'])
    expect(questionOf({ ...filled, callsPerDay: wrong })).toBeUndefined();
});
