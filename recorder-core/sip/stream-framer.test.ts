import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { serializeMessage, SIZE_LIMITS } from './message.ts';
import { StreamFramer, type StreamItem } from './stream-framer.ts';
import { arbitraryMessage, plain } from './test-support/arbitrary-message.ts';
import { processorMs } from '../../test/support/processor-ms.ts';

const comparable = (item: StreamItem): unknown => {
  if (item.type === 'message') return plain(item.message);
  return item.type === 'ping' ? 'ping' : [item.message.status, item.message.reason, item.fatal];
};

/** What a framer makes of bytes cut at these places. */
function framed(bytes: Buffer, cuts: readonly number[]): unknown[] {
  const framer = new StreamFramer();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const ends = [...places, bytes.length];
  return ends.flatMap((end, index) =>
    framer.push(bytes.subarray(places[index - 1] ?? 0, end)).map(comparable),
  );
}

const piece = fc.oneof(
  { weight: 5, arbitrary: arbitraryMessage.map(serializeMessage) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('\r\n', '\r\n\r\n', 'OPTIONS sip:a SIP/2.0\r\nbad\r\n\r\n', 'garbage\r\n\r\n', '\n')
      .map((text) => Buffer.from(text)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)) },
);

describe('StreamFramer', () => {
  it('gives the same items however the bytes are split', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 5 }),
        fc.array(fc.nat(5000), { maxLength: 12 }),
        (pieces, cuts) => {
          const bytes = Buffer.concat(pieces);
          expect(framed(bytes, cuts)).toEqual(framed(bytes, []));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives the same items when every byte comes alone', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 3 }), (pieces) => {
        const bytes = Buffer.concat(pieces);
        expect(framed(bytes, [...bytes.keys()])).toEqual(framed(bytes, []));
      }),
      { numRuns: 50 },
    );
  });

  it('gives back every message of a sequence', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMessage, { maxLength: 5 }), (messages) => {
        const bytes = messages.map(serializeMessage);
        const items = new StreamFramer().push(Buffer.concat(bytes));
        expect(
          items.map((item) => (item.type === 'message' ? serializeMessage(item.message) : item)),
        ).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('takes two line ends between messages for a ping, and one for nothing', () => {
    const message = 'OPTIONS sip:a SIP/2.0\r\n\r\n';
    const items = new StreamFramer().push(Buffer.from(`\r\n\r\n${message}\r\n${message}\r\n\r\n\r\n\r\n`));
    expect(items.map((item) => item.type)).toEqual(['ping', 'message', 'message', 'ping', 'ping']);
    const padded = new StreamFramer().push(Buffer.from(`${message}\r\n${message}\r\n${message}`));
    expect(padded.map((item) => item.type)).toEqual(['message', 'message', 'message']);
  });

  it('goes on behind a bad message whose end is known, and stops behind one whose end is not', () => {
    const good = 'OPTIONS sip:a SIP/2.0\r\n\r\n';
    const known = new StreamFramer().push(
      Buffer.from(`OPTIONS sip:a SIP/2.0\r\nbad\r\nl: 2\r\n\r\nxx${good}`),
    );
    expect(known.map(comparable)[0]).toEqual([400, 'Malformed header line 1 has no colon', false]);
    expect(known[1]?.type).toBe('message');
    const framer = new StreamFramer();
    const unknown = framer.push(Buffer.from(`OPTIONS sip:a SIP/2.0\r\nl: x\r\n\r\n${good}`));
    expect(unknown.map(comparable)).toEqual([[400, 'Content-Length is not a number', true]]);
    expect(framer.push(Buffer.from(good))).toEqual([]);
  });

  it('refuses endless headers and bodies without keeping them', () => {
    const headers = new StreamFramer();
    const start = Buffer.from('OPTIONS sip:a SIP/2.0\r\nVia: x\r\nX: ');
    const items = [start, ...Array.from({ length: 80 }, () => Buffer.alloc(1000, 'x'))].flatMap((c) =>
      headers.push(c),
    );
    expect(items).toMatchObject([
      { type: 'malformed', fatal: true, message: { status: 513, method: 'OPTIONS' } },
    ]);
    expect(headers.waiting).toBe(false);
    const body = new StreamFramer().push(
      Buffer.from(`OPTIONS sip:a SIP/2.0\r\nl: ${String(SIZE_LIMITS.body + 1)}\r\n\r\n`),
    );
    expect(body).toMatchObject([{ type: 'malformed', fatal: true, message: { status: 413 } }]);
  });

  it('takes a chunk of nothing but pings in linear time', () => {
    const pings = Buffer.alloc(2 * 1_048_576, '\r\n');
    const taken = processorMs(() => expect(new StreamFramer().push(pings)).toHaveLength(524_288));
    expect(taken).toBeLessThan(2000);
  });

  it('takes a large message byte by byte in linear time', () => {
    const bytes = Buffer.from(
      `OPTIONS sip:a SIP/2.0\r\nX: ${'y'.repeat(60_000)}\r\nl: 60000\r\n\r\n${'z'.repeat(60_000)}`,
    );
    const framer = new StreamFramer();
    const taken = processorMs(() => {
      const items = [...bytes.keys()].flatMap((at) => framer.push(bytes.subarray(at, at + 1)));
      expect(items).toHaveLength(1);
    });
    expect(taken).toBeLessThan(1000);
  });
});
