import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import type { LogEvent, LogHeader } from './packet-log.ts';
import {
  encodeEventRecord,
  encodeLogHeader,
  encodePacketRecord,
  encodePacketRecordInto,
  encodeRtcpRecord,
  recordBytes,
} from './packet-log.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { readPacketLog } from './packet-log-reader.ts';

const header: LogHeader = {
  version: 2,
  label: '1',
  codecs: [{ payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1, fmtp: 'x=1' }],
  startedAtMs: 1_790_000_000_123.25,
  digits: 'masked',
  clock: { reference: 'ptp=IEEE1588-2008:traceable', offset: 7, rate: 1 },
};
const events: LogEvent[] = [
  { type: 'hold' },
  { type: 'resume' },
  { type: 'paused' },
  { type: 'continued' },
  { type: 'codecs', codecs: header.codecs },
  { type: 'source', ssrc: 7 },
];

const micros = fc.nat({ max: 2 ** 47 });
const body = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const records = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('rtp' as const, 'rtcp' as const), atMicros: micros, bytes: body }),
    fc.record({ kind: fc.constant('event' as const), atMicros: micros, event: fc.constantFrom(...events) }),
  ),
  { maxLength: 20 },
);

function encode(entry: LogEntry): Buffer {
  if (entry.kind === 'rtp') return encodePacketRecord(entry.atMicros, entry.bytes);
  if (entry.kind === 'rtcp') return encodeRtcpRecord(entry.atMicros, entry.bytes);
  if (entry.kind === 'event') return encodeEventRecord(entry.atMicros, entry.event);
  return encodeLogHeader(header);
}

async function* chunked(log: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < log.length; at += size) yield log.subarray(at, at + size);
}

async function readAll(log: Buffer, size = 64): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of readPacketLog(chunked(log, size))) entries.push(entry);
  return entries;
}

describe('the packet log', () => {
  it('gives back every record bit for bit, whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 400 }), async (entries, size) => {
        const log = Buffer.concat([encodeLogHeader(header), ...entries.map(encode)]);
        expect(await readAll(log, size)).toEqual([
          { kind: 'header', header },
          ...entries,
          { kind: 'end', truncated: false, closed: false },
        ]);
      }),
      { numRuns: 150 },
    );
  });

  it('written into a buffer of the caller is the same, and never reaches past its room', () => {
    const target = Buffer.alloc(400, 0xee);
    fc.assert(
      fc.property(micros, body, fc.nat({ max: 90 }), (atMicros, bytes, offset) => {
        const end = encodePacketRecordInto(target, offset, atMicros, bytes);
        expect(end - offset).toBe(recordBytes(bytes.length));
        expect(target.subarray(offset, end)).toEqual(encodePacketRecord(atMicros, bytes));
      }),
      { numRuns: 100 },
    );
    expect(() => encodePacketRecordInto(target, 230, 0, Buffer.alloc(162))).toThrow(/must fit its buffer/);
  });

  it('of version 1 is still read', async () => {
    const old = { label: '1', codecs: header.codecs, startedAtMs: 0 };
    const log = Buffer.concat([
      encodeLogHeader({ ...old, version: 1 }),
      encodePacketRecord(5, Buffer.alloc(12)),
    ]);
    expect(log[4]).toBe(1);
    expect((await readAll(log)).map(({ kind }) => kind)).toEqual(['header', 'rtp', 'end']);
  });

  it('cut anywhere, gives every whole record before the cut and says whether one was torn', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.double({ min: 0, max: 1, noNaN: true }), async (entries, share) => {
        const pieces = [encodeLogHeader(header), ...entries.map(encode)];
        const log = Buffer.concat(pieces);
        const cut = Math.floor(log.length * share);
        let whole = 0;
        let wholeBytes = 0;
        while (whole < pieces.length && wholeBytes + pieces[whole]!.length <= cut)
          wholeBytes += pieces[whole++]!.length;
        const got = await readAll(log.subarray(0, cut));
        expect(got.slice(0, -1)).toEqual([{ kind: 'header', header }, ...entries].slice(0, whole));
        expect(got.at(-1)).toMatchObject({ kind: 'end', truncated: whole === 0 || wholeBytes < cut });
      }),
      { numRuns: 150 },
    );
  });

  it('refuses random bytes with a planned error only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (array, afterHeader) => {
        const noise = Buffer.from(array);
        const log = afterHeader ? Buffer.concat([encodeLogHeader(header), noise]) : noise;
        try {
          expect((await readAll(log)).at(-1)?.kind).toBe('end');
        } catch (error) {
          expect(isHoldfastError(error) && ['integrity_failed', 'unsupported'].includes(error.code)).toBe(
            true,
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says that it was closed, and refuses anything after that', async () => {
    const closed = Buffer.concat([encodeLogHeader(header), encodeEventRecord(5, { type: 'closed' })]);
    expect((await readAll(closed)).at(-1)).toEqual({ kind: 'end', truncated: false, closed: true });
    const more = Buffer.concat([closed, encodePacketRecord(6, Buffer.alloc(12))]);
    await expect(readAll(more)).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  it.each([
    ['a missing header', Buffer.concat([Buffer.from('HFPL\x01'), encodePacketRecord(0, Buffer.alloc(12))])],
    ['a second header', Buffer.concat([encodeLogHeader(header), encodeLogHeader(header).subarray(5)])],
    ['an unknown record type', Buffer.concat([encodeLogHeader(header), Buffer.alloc(9, 9)])],
    ['another file', Buffer.from('RIFFxxxxWAVE')],
  ])('refuses %s as damage', async (_, log) => {
    await expect(readAll(log)).rejects.toMatchObject({ code: 'integrity_failed' });
  });

  it('refuses a later version by name', async () => {
    const later = encodeLogHeader(header);
    later[4] = 4;
    await expect(readAll(later)).rejects.toMatchObject({ code: 'unsupported', message: /version 4/ });
  });

  it('refuses to write a record or header that a reader would refuse', () => {
    expect(() => encodePacketRecord(0, Buffer.alloc(65_536))).toThrow(/at most 65535/);
    expect(() => encodeLogHeader({ ...header, label: 'x'.repeat(2000) })).toThrow(/does not fit/);
  });
});
