import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import { readOffer } from './offer.ts';
import { isRecordingSession, recordingEvidence } from './recording-session-evidence.ts';
import { metadataOf, multipart, request, sdpOffer } from './test-support/requests.ts';

const sdp = sdpOffer([{ label: '1', direction: 'sendonly' }, { label: '2' }]);
const metadata = metadataOf([
  { id: 'p1', aor: 'sip:ana@example.com', sends: ['1'] },
  { id: 'p2', aor: 'sip:ben@example.com', sends: ['2'] },
]);
const codes = (offer: { warnings: readonly { code: string }[] }) => offer.warnings.map((item) => item.code);

describe('the body of a recording session', () => {
  test.each([
    ['SDP first', multipart(sdp, metadata)],
    ['metadata first', multipart(sdp, metadata, { metadataFirst: true })],
    ['the media type of RFC 7866', multipart(sdp, metadata, { metadataType: 'application/rs-metadata' })],
    ['XML known by its disposition', multipart(sdp, metadata, { metadataType: 'application/xml' })],
  ])('is read with %s', (_what, body) => {
    const offer = readOffer(request(body));
    expect(offer.streams.map((stream) => stream.label)).toEqual(['1', '2']);
    expect(offer.metadata?.document?.metadata.participants).toHaveLength(2);
    expect(offer.metadata?.raw.toString()).toBe(metadata);
    expect(offer.warnings).toEqual([]);
  });

  test('may be SDP alone, metadata alone, or nothing', () => {
    expect(readOffer(request({ contentType: 'application/sdp', body: sdp })).metadata).toBeUndefined();
    const bare = readOffer(request({ contentType: 'application/rs-metadata', body: metadata }, {}, 'UPDATE'));
    expect(bare.sdp).toBeUndefined();
    expect(bare.metadata?.document).toBeDefined();
    expect(readOffer(request(undefined))).toMatchObject({ streams: [], warnings: [] });
  });

  test.each([
    ['required', ['body_part_ignored']],
    ['optional', []],
  ])('may hold a part the recorder does not know, handling %s', (handling, expected) => {
    const body =
      `--x\nContent-Type: application/gtd\nContent-Disposition: signal;handling=${handling}\n\nPRN\n` +
      `--x\nContent-Type:application/sdp\n\n${sdp}\n--x--\n`;
    const offer = readOffer(request({ contentType: 'multipart/mixed; boundary="x"', body }));
    expect(offer.streams).toHaveLength(2);
    expect(codes(offer)).toEqual(expected);
  });

  test('may state a length for each part, a preamble and headers in any order', () => {
    const body =
      `\r\n--x\r\nContent-Length: ${sdp.length}\r\nContent-Disposition:session;handling=required\r\n` +
      `content-type:Application/SDP;charset=utf-8\r\n\r\n${sdp}\r\n` +
      `--x\r\nContent-Disposition: recording-session\r\nContent-Length: 1\r\nContent-Type:application/rs-metadata\r\n\r\n\uFEFF${metadata}\r\n--x--`;
    const offer = readOffer(request({ contentType: 'multipart/mixed;boundary=x', body }));
    expect(offer.streams).toHaveLength(2);
    expect(offer.metadata?.document?.metadata.participants).toHaveLength(2);
    expect(offer.warnings).toEqual([]);
  });

  test('names metadata by the disposition of the request where its type is mere XML', () => {
    const headers = { 'Content-Disposition': 'recording-session' };
    const bare = readOffer(request({ contentType: 'text/xml', body: metadata }, headers, 'BYE'));
    expect(bare.metadata?.document?.metadata.participants).toHaveLength(2);
  });

  test('is recorded even when its metadata cannot be read, and the document is kept', () => {
    const offer = readOffer(request(multipart(sdp, '<!DOCTYPE x><recording/>')));
    expect(offer.streams).toHaveLength(2);
    expect(offer.metadata).toMatchObject({ raw: Buffer.from('<!DOCTYPE x><recording/>') });
    expect(offer.metadata?.document).toBeUndefined();
    expect(codes(offer)).toContain('metadata_unreadable');
  });
});

describe('bare metadata', () => {
  test.each(['UPDATE', 'INVITE', 'BYE'])('in %s is read, and kept even when it cannot be', (method) => {
    const of = (body: string) =>
      readOffer(request({ contentType: 'application/rs-metadata', body }, {}, method));
    expect(of(metadata).metadata?.document?.metadata.participants).toHaveLength(2);
    expect(codes(of(metadata))).toEqual([]);
    expect(of('<a').metadata).toEqual({ raw: Buffer.from('<a'), contentType: 'application/rs-metadata' });
    expect(codes(of('<a'))).toEqual(['metadata_unreadable']);
  });
});

test('a body of nothing but optional parts is as good as none', () => {
  const headers = { 'Content-Disposition': 'signal;handling=optional' };
  expect(readOffer(request({ contentType: 'application/gtd', body: 'IAM,' }, headers))).toMatchObject({
    streams: [],
    warnings: [],
  });
});

test('what the source tells of awareness is a fact, by media line', () => {
  const body = sdpOffer([{ label: '1', extra: ['a=record:on', 'a=recordpref:off'] }, { label: '2' }]);
  const offer = readOffer(
    request({ contentType: 'application/sdp', body }, { Supported: 'timer, record-aware' }),
  );
  expect(offer.facts).toEqual([
    { name: 'recording_indication', value: 'on', subjectId: '1' },
    { name: 'recording_preference', value: 'off', subjectId: '1' },
    { name: 'record_aware', value: 'true' },
  ]);
  expect(readOffer(request({ contentType: 'application/sdp', body: sdp })).facts).toEqual([]);
});

describe('a media line', () => {
  const stream = (line: Parameters<typeof sdpOffer>[0][number]) =>
    readOffer(request({ contentType: 'application/sdp', body: sdpOffer([line]) })).streams[0];

  test('gives address, ports, formats, ptime and source', () => {
    expect(
      stream({
        label: '1',
        port: 30_000,
        direction: 'sendonly',
        extra: ['a=ptime:30', 'a=ssrc:7 cname:sip:a@b'],
      }),
    ).toMatchObject({
      mLineIndex: 0,
      label: '1',
      media: 'audio',
      protocol: 'RTP/AVP',
      address: '192.0.2.1',
      port: 30_000,
      rtcpPort: 30_001,
      direction: 'sendonly',
      held: false,
      ptime: 30,
      cname: 'sip:a@b',
      formats: [
        { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: 1 },
        { payloadType: 101, name: 'telephone-event', clockRate: 8000, channels: 1, fmtp: '0-15' },
      ],
    });
  });

  test('without direction is absent, and the session may set one for all', () => {
    expect(stream({})?.direction).toBe('absent');
    const body = sdpOffer([{}]).replace('t=0 0', 't=0 0\r\na=inactive');
    expect(readOffer(request({ contentType: 'application/sdp', body })).streams[0]).toMatchObject({
      direction: 'inactive',
      held: true,
    });
  });

  test.each([
    ['a=rtcp:40001 IN IP4 192.0.2.9', { rtcpPort: 40_001 }],
    ['a=rtcp-mux', { rtcpPort: 20_000, rtcpMux: true }],
  ])('with %s', (extra, expected) => {
    expect(stream({ extra: [extra] })).toMatchObject(expected);
  });

  test('at the null address is on hold', () => {
    expect(stream({ address: '0.0.0.0' })).toMatchObject({ held: true, address: '0.0.0.0' });
  });

  test('with a static payload type needs no rtpmap', () => {
    const body = 'v=0\r\nm=audio 9000 RTP/AVP 18 96\r\na=rtpmap:96 opus/48000/2\r\n';
    expect(readOffer(request({ contentType: 'application/sdp', body })).streams[0]?.formats).toEqual([
      { payloadType: 18, name: 'G729', clockRate: 8000, channels: 1 },
      { payloadType: 96, name: 'opus', clockRate: 48_000, channels: 2 },
    ]);
  });

  test('warns of labels that are missing or used twice', () => {
    const body = sdpOffer([{}, { label: '1' }, { label: '1' }, { label: '2', direction: 'recvonly' }]);
    const { warnings } = readOffer(request({ contentType: 'application/sdp', body }));
    expect(warnings.map((item) => [item.code, item.label])).toEqual([
      ['label_missing', undefined],
      ['label_duplicate', '1'],
      ['direction_unexpected', '2'],
    ]);
  });

  test('warns of nothing about a line that is closed', () => {
    const closed = [{ port: 0 }, { label: '1', port: 0 }, { label: '2', port: 0, direction: 'recvonly' }];
    const body = sdpOffer([{ label: '1' }, ...closed]);
    expect(readOffer(request({ contentType: 'application/sdp', body })).warnings).toEqual([]);
  });
});

describe('an offer is refused', () => {
  test.each([
    ['with 415 when its type is unknown', { contentType: 'application/pdf', body: '%PDF' }, 415],
    ['with 400 when the SDP cannot be read', { contentType: 'application/sdp', body: 'hello' }, 400],
    [
      'with 400 when the boundary lies',
      { contentType: 'multipart/mixed;boundary=a', body: '--b\r\n\r\nx' },
      400,
    ],
    ['with 488 when there is no media line', { contentType: 'application/sdp', body: 'v=0\r\ns=-\r\n' }, 488],
  ])('%s', (_what, body, sipStatus) => {
    expect(() => readOffer(request(body))).toThrow(expect.objectContaining({ sipStatus }));
  });

  test('naming what is accepted', () => {
    const body = { contentType: 'text/plain', body: 'x' };
    expect(() => readOffer(request(body))).toThrow(
      expect.objectContaining({
        sipHeaders: { Accept: expect.stringContaining('application/rs-metadata+xml') },
      }),
    );
  });

  test('and never with an unplanned error', () => {
    const type = fc.constantFrom(
      'application/sdp',
      'multipart/mixed;boundary=b',
      'application/rs-metadata+xml',
      '',
      ';;=',
    );
    const line = fc.constantFrom(
      'v=0',
      '--b',
      '--b--',
      '',
      'm=audio 1 RTP/AVP 0',
      'Content-Type: application/sdp',
      '<recording/>',
    );
    const body = fc.oneof(
      fc.string(),
      fc.array(fc.oneof(line, fc.string())).map((lines) => lines.join('\r\n')),
    );
    fc.assert(
      fc.property(type, body, (contentType, text) => {
        try {
          readOffer(request({ contentType, body: text }));
        } catch (error) {
          expect(isHoldfastError(error)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('an INVITE is known as a recording session', () => {
  const plain = { contentType: 'application/sdp', body: sdp };
  test.each([
    ['Require: siprec', { Require: 'timer, siprec' }, 'require-siprec'],
    ['+sip.src as header parameter', { Contact: '<sip:sbc@192.0.2.1>;+sip.src' }, 'contact-src'],
    ['+sip.src inside the brackets', { Contact: '<sip:sbc@192.0.2.1;+sip.src>' }, 'contact-src'],
    ['+sip.src with the bracket missing', { Contact: '<sip:sbc@192.0.2.1;+sip.src' }, 'contact-src'],
    ['+sip.src with a value', { Contact: '<sip:sbc@192.0.2.1>;+sip.src="TRUE"' }, 'contact-src'],
    ['bare src', { Contact: '<sip:sbc@192.0.2.1>;src' }, 'contact-src'],
    ['a Cisco header', { 'X-Cisco-Recording-Participant': 'sip:a@b;media-index="0"' }, 'cisco-header'],
    [
      'CUCM',
      { Contact: '<sip:c@192.0.2.1>;isFocus', From: '<sip:2000@ucm;x-nearend;x-refci=1>' },
      'contact-focus',
    ],
  ])('by %s', (_what, headers, evidence) => {
    expect(recordingEvidence(request(plain, headers))).toEqual([evidence]);
  });

  test('by metadata in its body', () => {
    expect(recordingEvidence(request(multipart(sdp, metadata)))).toEqual(['metadata-body']);
  });

  test('and an ordinary call is not', () => {
    expect(
      isRecordingSession(request(plain, { Contact: '<sip:src@192.0.2.1;transport=tcp>;+sip.srs' })),
    ).toBe(false);
  });
});
