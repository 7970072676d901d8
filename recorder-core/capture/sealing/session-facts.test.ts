import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CAPTURE_REMARKS } from '../capture-remarks.ts';
import { describeSession } from './session-facts.ts';
import type { JournalEntry } from '../session-journal.ts';

const STARTED: JournalEntry = {
  type: 'started',
  atMs: 1_000.4,
  callId: 'call-1',
  source: { transport: 'udp', address: '192.0.2.1', port: 5060 },
  request: '',
  consent: { outcome: 'ASSENT', reasons: [], rules: [], packDigest: '00', decidedAt: 'now' },
};
const ended = (atMs: number): JournalEntry => ({ type: 'ended', atMs, reason: 'bye', streams: [] });
const warnings = (...texts: string[]): JournalEntry => ({ type: 'warnings', atMs: 1, warnings: texts });
const party = (name: string): JournalEntry => ({
  type: 'parties',
  atMs: 1,
  parties: [
    { ordinal: 0, name, address: null, label: null, participantId: null, joinedAtMs: 1, leftAtMs: null },
  ],
});

describe('what a journal says about its session', () => {
  test('is complete when the session ended in good order, and lasts to its end and not to its last packet', () => {
    expect(describeSession([STARTED, ended(5_000)], { lastPacketMs: 3_000, brokenLogs: 0 })).toMatchObject({
      callId: 'call-1',
      startedAtMs: 1_000,
      endedAtMs: 5_000,
      durationMs: 4_000,
      partial: false,
      endReason: 'bye',
      warnings: [],
    });
  });

  test('has the department and the classification of its source, and neither where the source has none', () => {
    const media = { lastPacketMs: 1, brokenLogs: 0 };
    const marks = { department: 'Sales', classification: 'hr' };
    expect(describeSession([{ ...STARTED, ...marks }], media)).toMatchObject(marks);
    expect(Object.keys(describeSession([STARTED], media))).not.toContain('department');
  });

  test('is partial without a last entry, and ends with the last packet that reached the disk', () => {
    const facts = describeSession([STARTED], { lastPacketMs: 3_000.2, brokenLogs: 2 });
    expect(facts).toMatchObject({
      endedAtMs: 4_001,
      durationMs: 3_001,
      partial: true,
      endReason: 'broken off',
    });
    expect(facts.warnings).toEqual([expect.stringContaining('broken off by a fault of the recorder')]);
  });

  test('is partial when media is missing though the session ended, and says that the rest is missing', () => {
    const facts = describeSession([STARTED, ended(9_000)], { lastPacketMs: 2_000, brokenLogs: 1 });
    expect(facts).toMatchObject({ partial: true, durationMs: 8_000, endReason: 'bye' });
    expect(facts.warnings).toEqual([expect.stringContaining('the rest of the session is missing')]);
  });

  test('says what faults of the recorder cost, and nothing where none met it', () => {
    const media = { lastPacketMs: 1, brokenLogs: 0 };
    const lossesOf = (...journal: JournalEntry[]) => describeSession([STARTED, ...journal], media).losses;
    const { media_left_out, media_thread_lost, consent_awaited } = CAPTURE_REMARKS;
    expect(lossesOf(warnings(consent_awaited.text), ended(5))).toEqual([]);
    expect(lossesOf(warnings(media_left_out.text, media_thread_lost.text), ended(5))).toEqual(['left-out']);
    expect(lossesOf(warnings(media_thread_lost.text))).toEqual(['broken-off', 'left-out']);
    expect(describeSession([STARTED, ended(5)], { lastPacketMs: 1, brokenLogs: 1 }).losses).toEqual([
      'not-stored',
    ]);
  });

  test('has the parties as they stood last, and every warning once', () => {
    const journal = [
      STARTED,
      party('Ana'),
      warnings('a', 'b'),
      party('Bo'),
      warnings('b', 'c'),
      ended(2_000),
    ];
    const facts = describeSession(journal, { lastPacketMs: 0, brokenLogs: 0 });
    expect(facts.parties.map(({ name }) => name)).toEqual(['Bo']);
    expect(facts.warnings).toEqual(['a', 'b', 'c']);
  });

  test('without a beginning is no session', () => {
    expect(() => describeSession([ended(1)], { lastPacketMs: 0, brokenLogs: 0 })).toThrow(
      /no beginning in its journal/,
    );
  });

  test('never has a negative or broken duration, whatever the clocks said', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4e12, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 4e12, noNaN: true })),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (startMs, endMs, lastPacketMs) => {
          const journal = [{ ...STARTED, atMs: startMs }, ...(endMs === null ? [] : [ended(endMs)])];
          const facts = describeSession(journal, { lastPacketMs, brokenLogs: 0 });
          expect(Number.isSafeInteger(facts.durationMs) && facts.durationMs >= 0).toBe(true);
          expect(facts.endedAtMs - facts.startedAtMs).toBe(facts.durationMs);
          expect(facts.partial).toBe(endMs === null);
        },
      ),
      { numRuns: 200 },
    );
  });
});
