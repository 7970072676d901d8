import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KeyPress } from './key-presses.ts';
import { KeyPresses } from './key-presses.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { PayloadTypes } from './payload-types.ts';
import { buildRtp, parseRtp } from './rtp.ts';
import { maskTelephoneEvent, parseTelephoneEvent } from './telephone-event.ts';
import { PCMU } from './test-signal.ts';

const EVENTS = { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1 };
const WIDE_EVENTS = { ...EVENTS, payloadType: 107, clockRate: 48_000 };
const CODECS = [PCMU, EVENTS, WIDE_EVENTS, { payloadType: 121, name: 'red', clockRate: 8000, channels: 1 }];
const TYPES = new PayloadTypes(CODECS);

const report = (code: number, end: boolean, duration: number) =>
  Buffer.from([code, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff]);

/** A press as RFC 4733 has it sent: updates every 20 ms, then the last packet three times. */
function press(digit: number, at: { sequence: number; timestamp: number; ms: number }, wide = false) {
  const unit = wide ? 960 : 160;
  const payloads = [1, 2, 3, 4].map((n) => report(digit, false, n * unit));
  payloads.push(...[0, 0, 0].map(() => report(digit, true, 5 * unit)));
  return payloads.map((payload, i) => ({
    kind: 'rtp' as const,
    atMicros: (at.ms + 20 * i) * 1000,
    bytes: buildRtp({
      payloadType: wide ? 107 : 101,
      sequence: at.sequence + i,
      timestamp: at.timestamp,
      ssrc: 7,
      payload,
    }),
  }));
}

function presses(packets: readonly LogEntry[]): KeyPress[] {
  const keys = new KeyPresses();
  const entries: LogEntry[] = [
    { kind: 'header', header: { version: 2, label: '1', codecs: CODECS, startedAtMs: 1_000_000 } },
    ...packets,
    { kind: 'end', truncated: false, closed: true },
  ];
  return entries.flatMap((entry) => keys.push(entry) ?? []);
}

describe('key presses', () => {
  it('are told once each with their length, on either clock, the same key twice as two', async () => {
    const log = [
      ...press(1, { sequence: 10, timestamp: 1600, ms: 200 }),
      ...press(1, { sequence: 20, timestamp: 8000, ms: 1000 }),
      ...press(11, { sequence: 30, timestamp: 96_000, ms: 2000 }, true),
    ];
    expect(presses(log)).toEqual([
      { atMs: 1_000_200, digit: '1', durationMs: 100 },
      { atMs: 1_001_000, digit: '1', durationMs: 100 },
      { atMs: 1_002_000, digit: '#', durationMs: 100 },
    ]);
  });

  it('are told when their end was lost, and not again when a repeated end comes after the next press', async () => {
    const first = press(4, { sequence: 10, timestamp: 1600, ms: 200 });
    const second = press(5, { sequence: 20, timestamp: 4000, ms: 500 });
    expect(presses([...first.slice(0, 3), ...second.slice(0, 2), first[6]!, ...second.slice(2)])).toEqual([
      { atMs: 1_000_200, digit: '4', durationMs: 60 },
      { atMs: 1_000_500, digit: '5', durationMs: 100 },
    ]);
  });

  it('longer than a duration can say are one press', async () => {
    const part = (timestamp: number, end: boolean, duration: number, ms: number) => ({
      kind: 'rtp' as const,
      atMicros: ms * 1000,
      bytes: buildRtp({
        payloadType: 101,
        sequence: ms,
        timestamp,
        ssrc: 7,
        payload: report(9, end, duration),
      }),
    });
    expect(
      presses([part(0, false, 0xffff, 0), part(0xffff, false, 160, 8200), part(0xffff, true, 1, 8300)]),
    ).toEqual([{ atMs: 1_000_000, digit: '9', durationMs: (0xffff + 160) / 8 }]);
  });
});

describe('masking', () => {
  it('leaves no digit in any form of event packet, and everything else as it was', async () => {
    const log = press(7, { sequence: 10, timestamp: 1600, ms: 200 });
    for (const { bytes } of log) expect(maskTelephoneEvent(bytes, TYPES)).toBe(true);
    expect(presses(log)).toEqual([{ atMs: 1_000_200, digit: null, durationMs: 100 }]);
    expect(parseTelephoneEvent(parseRtp(log[6]!.bytes)!.payload)).toEqual({
      code: 255,
      end: true,
      duration: 800,
    });
  });

  it('reaches events inside redundant audio, several in a packet, and those of a number nobody negotiated', () => {
    const red = Buffer.concat([
      Buffer.from([0x80 | 101, 0, 0, 4, 101]),
      report(3, false, 1),
      report(5, true, 2),
    ]);
    const cases = [
      { payloadType: 121, payload: red },
      { payloadType: 101, payload: Buffer.concat([report(3, true, 1), report(5, true, 2)]) },
      { payloadType: 96, payload: report(3, true, 1) },
    ];
    for (const { payloadType, payload } of cases) {
      const rtp = buildRtp({ payloadType, sequence: 1, timestamp: 1, ssrc: 1, payload });
      expect(maskTelephoneEvent(rtp, TYPES)).toBe(true);
      expect(parseRtp(rtp)!.payload.filter((octet) => octet === 3 || octet === 5)).toHaveLength(0);
    }
  });

  it('never touches audio and never throws, whatever comes', () => {
    const audio = buildRtp({
      payloadType: 0,
      sequence: 1,
      timestamp: 1,
      ssrc: 1,
      payload: Buffer.alloc(4, 5),
    });
    const before = Buffer.from(audio);
    expect(maskTelephoneEvent(audio, TYPES)).toBe(false);
    expect(audio).toEqual(before);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.constantFrom(101, 121, 96), (array, payloadType) => {
        const rtp = buildRtp({
          payloadType,
          sequence: 1,
          timestamp: 1,
          ssrc: 1,
          payload: Buffer.from(array),
        });
        maskTelephoneEvent(rtp, TYPES);
        const once = Buffer.from(rtp);
        maskTelephoneEvent(rtp, TYPES);
        expect(rtp).toEqual(once);
        expect(rtp).toHaveLength(12 + array.length);
      }),
      { numRuns: 300 },
    );
  });
});
