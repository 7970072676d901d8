import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import { buildMultipart, parseMultipart } from './multipart.ts';

const text = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));

describe('parseMultipart', () => {
  it('reads quoted boundary, preamble, epilogue, and part headers in any order and without blanks', () => {
    const body = text(
      '',
      'a preamble nobody reads',
      '--OSS-unique-boundary-42',
      'Content-Length: 3',
      'content-disposition:Recording-Session;handling=required',
      'Content-Type:application/RS-metadata+xml ; charset=utf-8',
      '',
      '<a>',
      '--OSS-unique-boundary-42  ',
      'c: application/sdp',
      '',
      'v=0',
      '',
      '--OSS-unique-boundary-42--',
      'epilogue',
    );
    const parts = parseMultipart('multipart/mixed; boundary="OSS-unique-boundary-42"', body);
    expect(parts.map((part) => [part.contentType, part.disposition, part.body.toString()])).toEqual([
      ['application/rs-metadata+xml', 'recording-session', '<a>'],
      ['application/sdp', undefined, 'v=0\r\n'],
    ]);
    expect(parts[0]?.headers.get('Content-Length')).toBe('3');
  });

  it('reads a bare boundary, bare line feeds, and a last part whose closing delimiter is missing', () => {
    const body = Buffer.from('--foobar\nContent-Type: application/sdp\n\nv=0\n--foobar\n\nplain');
    const parts = parseMultipart('Multipart/Mixed;boundary=foobar', body);
    expect(parts.map((part) => [part.contentType, part.body.toString()])).toEqual([
      ['application/sdp', 'v=0'],
      ['text/plain', 'plain'],
    ]);
  });

  it('does not take the boundary inside a line, or a longer boundary, for a delimiter', () => {
    const body = text('--b', '', 'x --b', '--bb', '--b--');
    expect(parseMultipart('multipart/mixed;boundary=b', body).map((part) => part.body.toString())).toEqual([
      'x --b\r\n--bb',
    ]);
  });

  it('gives a body that is not multipart as its only part', () => {
    const parts = parseMultipart('application/SDP', Buffer.from('v=0'));
    expect(parts).toMatchObject([{ contentType: 'application/sdp', body: Buffer.from('v=0') }]);
  });

  it.each([
    ['a missing boundary parameter', 'multipart/mixed', text('--b', '', 'x', '--b--')],
    ['a boundary that lies', 'multipart/mixed;boundary=other', text('--b', '', 'x', '--b--')],
    ['a part header without a colon', 'multipart/mixed;boundary=b', text('--b', 'garbage', '', 'x', '--b--')],
    [
      'a thousand parts',
      'multipart/mixed;boundary=b',
      Buffer.from(`${'--b\r\n\r\nx\r\n'.repeat(1000)}--b--`),
    ],
  ])('refuses %s as invalid input', (_name, contentType, body) => {
    expect(() => parseMultipart(contentType, body)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  it('gives back the parts that buildMultipart wrote, whatever bytes they hold', () => {
    const part = fc.record({
      contentType: fc.constantFrom('application/sdp', 'application/rs-metadata+xml', 'text/plain'),
      disposition: fc.constantFrom('session', 'recording-session'),
      body: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const built = buildMultipart(parts, 'a boundary?');
        const read = parseMultipart(built.contentType, built.body);
        expect(
          read.map(({ contentType, disposition, body }) => ({ contentType, disposition, body })),
        ).toEqual(parts);
      }),
      { numRuns: 200 },
    );
  });

  it('throws nothing but the typed refusal, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('--b', '--b--', '\r\n', '\n', ':', '\r\n\r\n', 'a: b'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          parseMultipart('multipart/mixed;boundary=b', Buffer.from(pieces.join('')));
        } catch (error) {
          expect(isHoldfastError(error)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('buildMultipart', () => {
  it('refuses a boundary that stands inside a part', () => {
    const parts = [{ contentType: 'text/plain', body: Buffer.from('--b') }];
    expect(() => buildMultipart(parts, 'b')).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
