import { describe, expect, test } from '@jest/globals';
import {
  lossKey,
  lossOfAlert,
  SILENT_AFTER_MS,
  standingLosses,
  type WatchedRecorder,
} from './recorder-loss.ts';

const LONG = SILENT_AFTER_MS * 10;
const heard: WatchedRecorder = { state: 'taking', heartbeatAgeMs: 2_000, lacks: null, told: [] };
const silent: WatchedRecorder = { ...heard, heartbeatAgeMs: SILENT_AFTER_MS + 1 };

describe('a recorder as a whole', () => {
  test('loses nothing while it is heard and lacks nothing, or was stopped in good order', () => {
    expect(standingLosses(heard, LONG)).toEqual([]);
    expect(standingLosses({ ...silent, state: 'down', told: ['silent'] }, LONG)).toEqual([]);
  });

  test('that is not heard is silent, but only to who was able to listen for as long', () => {
    expect(standingLosses(silent, LONG)).toEqual(['silent']);
    expect(standingLosses(silent, SILENT_AFTER_MS - 1)).toEqual([]);
    expect(standingLosses({ ...silent, heartbeatAgeMs: SILENT_AFTER_MS }, LONG)).toEqual([]);
  });

  test('says what it lacks, and what it lacked when it fell silent stands on', () => {
    expect(standingLosses({ ...heard, lacks: 'disk' }, LONG)).toEqual(['no-disk']);
    expect(standingLosses({ ...heard, lacks: 'keys', told: ['no-disk'] }, LONG)).toEqual(['no-keys']);
    expect(standingLosses({ ...silent, lacks: 'disk', told: ['no-disk'] }, LONG)).toEqual([
      'silent',
      'no-disk',
    ]);
    expect(standingLosses({ ...silent, told: ['silent', 'no-disk'] }, 0)).toEqual(['silent', 'no-disk']);
  });

  test('has ended a silence once it is heard again', () => {
    expect(standingLosses({ ...heard, told: ['silent'] }, 0)).toEqual([]);
  });
});

describe('an alert about a call', () => {
  test('means loss where media is missing, and none where it is only odd', () => {
    expect(['dead-stream', 'sustained-loss'].map(lossOfAlert)).toEqual(['dead-stream', 'sustained-loss']);
    for (const kind of ['silence', 'one-way-audio', 'codec-mismatch', 'clock', 'broken-off'])
      expect(lossOfAlert(kind)).toBeUndefined();
  });

  test('is one incident for each recorder and kind', () => {
    expect(lossKey('node-1', 'dead-stream')).toBe('recorder/node-1/dead-stream');
  });
});
