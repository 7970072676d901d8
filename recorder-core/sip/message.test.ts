import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Headers } from './headers.ts';
import { parseMessage, readMessage, serializeMessage, SIZE_LIMITS } from './message.ts';
import { arbitraryMessage, plain } from './test-support/arbitrary-message.ts';
import { processorMs } from '../../test/support/processor-ms.ts';

describe('readMessage', () => {
  it('gives back every message that serializeMessage wrote', () => {
    fc.assert(
      fc.property(arbitraryMessage, (message) => {
        const sent = {
          ...message,
          headers: message.headers.clone().set('Content-Length', String(message.body.length)),
        };
        expect(plain(parseMessage(serializeMessage(message)))).toEqual(plain(sent));
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          'INVITE sip:a SIP/2.0\r\n',
          'SIP/2.0 200 OK\r\n',
          'Via: x',
          '\r\n',
          '\r\n\r\n',
          ' ',
          ':',
          'l: 9',
          '\n',
        )
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(['request', 'response', 'malformed']).toContain(readMessage(Buffer.concat(pieces)).kind);
      }),
      { numRuns: 300 },
    );
  });

  it('cuts a datagram at Content-Length and takes all of it when the header is missing', () => {
    const head = 'MESSAGE sip:a SIP/2.0\r\nSubject: x\r\n';
    expect(parseMessage(`${head}l: 2\r\n\r\nabcd`).body.toString()).toBe('ab');
    expect(parseMessage(`${head}\r\nabcd`).body.toString()).toBe('abcd');
  });

  it('takes every character but a line break in a reason phrase', () => {
    const message = parseMessage('SIP/2.0 200 a\u2028b\u0085c\r\n\r\n');
    expect(message.kind === 'response' && message.reason).toBe('a\u2028b\u0085c');
  });

  it('does not keep the datagram it was read from', () => {
    const datagram = Buffer.from('MESSAGE sip:a SIP/2.0\r\n\r\nabcd');
    const message = parseMessage(datagram);
    datagram.fill(0);
    expect(message.body.toString()).toBe('abcd');
  });

  it('unfolds lines and turns compact names into long ones', () => {
    const message = parseMessage(
      'OPTIONS sip:a SIP/2.0\r\nv :SIP/2.0/UDP\r\n\t a ,\r\n b\r\nSubject:x\r\n  y\r\n\r\n',
    );
    expect(message.headers.getAll('via')).toEqual(['SIP/2.0/UDP a', 'b']);
    expect(message.headers.entries()[1]).toEqual(['Subject', 'x y']);
  });

  it.each([
    ['another version', 'INVITE sip:a SIP/3.0\r\n\r\n', 505, 'INVITE'],
    ['two blanks in the request line', 'INVITE  sip:a SIP/2.0\r\n\r\n', 400, 'INVITE'],
    ['no colon', 'INVITE sip:a SIP/2.0\r\nVia\r\n\r\n', 400, 'INVITE'],
    ['a short body', 'INVITE sip:a SIP/2.0\r\nl: 5\r\n\r\nabc', 400, 'INVITE'],
    ['a negative length', 'INVITE sip:a SIP/2.0\r\nl: -5\r\n\r\nabc', 400, 'INVITE'],
    ['two lengths', 'INVITE sip:a SIP/2.0\r\nl: 1\r\nContent-Length: 2\r\n\r\nabc', 400, 'INVITE'],
    ['no empty line', 'INVITE sip:a SIP/2.0\r\nSubject: x\r\n', 400, 'INVITE'],
    ['a huge body length', 'INVITE sip:a SIP/2.0\r\nl: 99999999\r\n\r\n', 413, 'INVITE'],
    ['endless header lines', `INVITE sip:a SIP/2.0\r\n${'A: b\r\n'.repeat(600)}\r\n`, 513, 'INVITE'],
    ['a huge header', `INVITE sip:a SIP/2.0\r\nA: ${'b'.repeat(SIZE_LIMITS.head)}\r\n\r\n`, 513, 'INVITE'],
    ['a status of 99', 'SIP/2.0 099 No\r\n\r\n', 400, undefined],
    ['no SIP at all', 'GET / HTTP/1.1\r\n\r\n', 400, undefined],
  ])('refuses %s with a status to answer', (_name, text, status, method) => {
    const refusal = readMessage(Buffer.from(text));
    expect(refusal).toMatchObject({ kind: 'malformed', status });
    expect(refusal.kind === 'malformed' ? refusal.method : 'none').toBe(method);
  });

  it('reads hostile blanks and folds in linear time', () => {
    const blanks = `OPTIONS sip:a SIP/2.0\r\nA: b${' '.repeat(60_000)}c\r\n${' '.repeat(2)}x\r\n\r\n`;
    const folds = `OPTIONS sip:a SIP/2.0\r\nA: b\r\n${' c\r\n'.repeat(15_000)}\r\n`;
    const taken = processorMs(() => {
      readMessage(Buffer.from(blanks));
      readMessage(Buffer.from(folds));
    });
    expect(taken).toBeLessThan(1000);
  });
});

describe('serializeMessage', () => {
  it('refuses a start line that would hold a line break', () => {
    const message = {
      kind: 'response',
      status: 200,
      reason: 'a\r\nb',
      headers: new Headers(),
      body: Buffer.alloc(0),
    } as const;
    expect(() => serializeMessage(message)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
