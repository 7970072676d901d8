import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSdp } from '../sip/sdp.ts';
import { buildAnswer } from './answer.ts';
import { readStreams } from './offered-stream.ts';
import { sdpOffer, type TestLine } from './test-support/requests.ts';

const origin = { sessionId: '77', version: 3 };
const offerOf = (lines: readonly TestLine[], edit = (text: string) => text) => ({
  streams: readStreams(parseSdp(edit(sdpOffer(lines)))),
});
const local = (label: string, port = 40_000) => ({ label, address: '127.0.0.1', port, formats: [0] });

describe('the answer to a recording offer', () => {
  test('is plain SDP with the recorder as origin and the labels echoed', () => {
    const answer = buildAnswer(offerOf([{ label: '1', direction: 'sendonly' }]), [local('1')], origin);
    expect(answer.split('\r\n')).toEqual([
      'v=0',
      'o=holdfast 77 3 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 40000 RTP/AVP 0',
      'a=rtpmap:0 PCMU/8000',
      'a=recvonly',
      'a=label:1',
      '',
    ]);
  });

  test.each([
    ['sendonly', 'recvonly'],
    [undefined, 'recvonly'],
    ['sendrecv', 'recvonly'],
    ['inactive', 'inactive'],
    ['recvonly', 'inactive'],
  ])('to direction %s is %s, the port kept open', (direction, expected) => {
    const line = direction === undefined ? { label: '1' } : { label: '1', direction };
    const [media] = parseSdp(buildAnswer(offerOf([line]), [local('1')], origin)).media;
    expect(media?.port).toBe(40_000);
    expect(media?.attributes.map((item) => item.name)).toContain(expected);
  });

  test('pauses a line when the recorder asks for it', () => {
    const answer = buildAnswer(offerOf([{ label: '1' }]), [{ ...local('1'), paused: true }], origin);
    expect(answer).toContain('a=inactive');
  });

  test('refuses lines without a local stream with port 0, in their place', () => {
    const offer = offerOf([{ label: 'v', media: 'video' }, { label: '1' }, { label: '2', port: 0 }]);
    const { media } = parseSdp(buildAnswer(offer, [local('1')], origin));
    expect(media.map((line) => [line.media, line.port])).toEqual([
      ['video', 0],
      ['audio', 40_000],
      ['audio', 0],
    ]);
  });

  test('accepts formats in the order asked for, with their parameters', () => {
    const answer = buildAnswer(offerOf([{ label: '1' }]), [{ ...local('1'), formats: [101, 0, 96] }], origin);
    expect(answer).toContain(
      'm=audio 40000 RTP/AVP 101 0\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=rtpmap:0 PCMU/8000\r\n',
    );
  });

  test('without named formats takes all that were offered, in their order, known to us or not', () => {
    const offer = offerOf([{ label: '1' }], (text) =>
      text
        .replace('RTP/AVP 0 101', 'RTP/AVP 121 8 101 0')
        .replace('a=rtpmap:0', 'a=rtpmap:121 EVS/16000\r\na=rtpmap:0'),
    );
    const answer = buildAnswer(offer, [{ label: '1', address: '127.0.0.1', port: 40_000 }], origin);
    expect(answer).toContain('m=audio 40000 RTP/AVP 121 8 101 0\r\na=rtpmap:121 EVS/16000\r\n');
  });

  test('echoes no grouping, ICE or keys, and takes a secured line only with a key of its own', () => {
    const extra = [
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x',
      'a=candidate:1',
      'a=mid:0',
      'a=fingerprint:sha-1 4A',
    ];
    const offer = offerOf([{ label: '1', extra }], (text) =>
      text.replace('RTP/AVP', 'RTP/SAVP').replace('t=0 0', 't=0 0\r\na=group:BUNDLE 0\r\na=ice-lite'),
    );
    expect(buildAnswer(offer, [local('1')], origin)).not.toMatch(
      /BUNDLE|ice|candidate|mid|fingerprint|setup|crypto|m=audio 40000/,
    );
    const secured = buildAnswer(
      offer,
      [{ ...local('1'), crypto: '1 AES_CM_128_HMAC_SHA1_80 inline:y' }],
      origin,
    );
    expect(secured).toMatch(/m=audio 40000 RTP\/SAVP[^]*a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:y/);
  });

  test('secures each line as it was offered: plain and secured lines mixed', () => {
    const key = '2 AEAD_AES_128_GCM inline:y';
    const lines = [{ label: '1', extra: ['a=crypto:2 AEAD_AES_128_GCM inline:x'] }, { label: '2' }];
    const offer = offerOf(lines, (text) => text.replace('RTP/AVP', 'RTP/SAVP'));
    const answer = buildAnswer(offer, [{ ...local('1'), crypto: key }, local('2', 40_002)], origin);
    const { media } = parseSdp(answer);
    expect(media.map((line) => [line.port, line.protocol])).toEqual([
      [40_000, 'RTP/SAVP'],
      [40_002, 'RTP/AVP'],
    ]);
    expect(media.map((line) => line.attributes.find(({ name }) => name === 'crypto')?.value)).toEqual([
      key,
      undefined,
    ]);
  });

  test('may leave the keys of a plain line alone', () => {
    const offer = offerOf([{ label: '1', extra: ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x'] }]);
    expect(buildAnswer(offer, [local('1')], origin)).toMatch(/m=audio 40000 RTP\/AVP (?![^]*crypto)/);
  });

  test('names an RTCP port only where it is not the next one', () => {
    const offer = offerOf([{ label: '1', extra: ['a=rtcp-mux'] }]);
    expect(buildAnswer(offer, [local('1')], origin)).not.toContain('rtcp');
    expect(buildAnswer(offer, [{ ...local('1'), rtcpPort: 40_000 }], origin)).toContain('a=rtcp-mux');
    expect(buildAnswer(offer, [{ ...local('1'), rtcpPort: 40_007 }], origin)).toContain('a=rtcp:40007');
  });

  test('goes by index for lines without label, and speaks IPv6', () => {
    const answer = buildAnswer(
      offerOf([{}, {}]),
      [{ mLineIndex: 1, address: '::1', port: 5000, formats: [0] }],
      origin,
    );
    expect(answer).toContain('c=IN IP6 ::1');
    expect(parseSdp(answer).media.map((line) => line.port)).toEqual([0, 5000]);
  });

  test.each([
    ['a label nobody offered', [local('9')]],
    ['one line twice', [local('1'), local('1')]],
    ['no common format', [{ ...local('1'), formats: [18] }]],
    ['RTCP on the RTP port, not offered', [{ ...local('1'), rtcpPort: 40_000 }]],
    ['a key nobody offered', [{ ...local('1'), crypto: '1 AES_CM_128_HMAC_SHA1_80 inline:y' }]],
  ])('cannot be built for %s', (_what, streams) => {
    expect(() => buildAnswer(offerOf([{ label: '1' }]), streams, origin)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  });

  test('always has the lines of the offer, in count, kind and label', () => {
    const line = fc.record(
      {
        label: fc.constantFrom('a', 'b', 'c'),
        media: fc.constantFrom('audio', 'video', 'text'),
        port: fc.constantFrom(0, 9000),
        direction: fc.constantFrom('sendonly', 'inactive', 'sendrecv', 'recvonly'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.nat(), (lines, seed) => {
        const offer = offerOf(lines as TestLine[]);
        const chosen = offer.streams.filter((stream) => ((seed >> stream.mLineIndex) & 1) === 1);
        const streams = chosen.map(({ mLineIndex }) => ({
          mLineIndex,
          address: '127.0.0.1',
          port: 6000,
          formats: [0],
        }));
        const answered = readStreams(parseSdp(buildAnswer(offer, streams, origin)));
        expect(answered.map((item) => [item.media, item.label])).toEqual(
          offer.streams.map((item) => [item.media, item.label]),
        );
        for (const item of answered.filter((candidate) => candidate.port !== 0)) {
          expect(['recvonly', 'inactive']).toContain(item.direction);
        }
      }),
      { numRuns: 200 },
    );
  });
});
