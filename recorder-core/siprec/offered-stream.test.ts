import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSdp } from '../sip/sdp.ts';
import { readStreams } from './offered-stream.ts';
import { sdpOffer, type TestLine } from './test-support/requests.ts';

const KEY = '1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4';
const read = (lines: readonly TestLine[], session = '', profile = 'RTP/AVP') =>
  readStreams(parseSdp(sdpOffer(lines).replace('t=0 0', `t=0 0${session}`).replace('RTP/AVP', profile)));

describe('how a media line offers to be protected', () => {
  test('gives every key in the order of the offer, on a secured profile', () => {
    const second = '2 AEAD_AES_256_GCM inline:x';
    const [line] = read([{ extra: [`a=crypto:${KEY}`, `a=crypto:${second}`] }], '', 'RTP/SAVP');
    expect(line).toMatchObject({ secured: true, crypto: [KEY, second], protocol: 'RTP/SAVP' });
  });

  test('counts keys on a plain profile, which some sources send', () => {
    expect(read([{ extra: [`a=crypto:${KEY}`] }])[0]).toMatchObject({ secured: true, crypto: [KEY] });
  });

  test('may differ from line to line; keys of the session are for its secured lines', () => {
    const [secured, plain] = read([{}, {}], `\r\na=crypto:${KEY}`, 'RTP/SAVPF');
    expect(secured).toMatchObject({ secured: true, crypto: [KEY] });
    expect(plain).toMatchObject({ secured: false, crypto: [] });
  });

  test('is DTLS-SRTP where there is a fingerprint', () => {
    const extra = ['a=fingerprint:sha-256 4A:AD', 'a=setup:actpass'];
    const [line] = read([{ extra }], '', 'UDP/TLS/RTP/SAVPF');
    expect(line).toMatchObject({
      secured: true,
      crypto: [],
      fingerprint: 'sha-256 4A:AD',
      setup: 'actpass',
    });
  });
});

describe('the clocks of a media line (RFC 7273)', () => {
  test('are its own, else those of the session', () => {
    const session = '\r\na=ts-refclk:ntp=192.0.2.5\r\na=mediaclk:sender';
    const [first, second] = read([{ extra: ['a=ts-refclk:ptp=IEEE1588-2008'] }, {}], session);
    expect(first).toMatchObject({ refClock: 'ptp=IEEE1588-2008', mediaClock: 'sender' });
    expect(second).toMatchObject({ refClock: 'ntp=192.0.2.5', mediaClock: 'sender' });
    expect(read([{}])[0]).not.toHaveProperty('refClock');
  });
});

test('recording indication and preference are read as seen, an unknown indication left out', () => {
  const [line] = read([{ extra: ['a=record:Paused', 'a=recordpref:nopreference', 'a=maxptime:150'] }]);
  expect(line).toMatchObject({ record: 'paused', recordPreference: 'nopreference', maxptime: 150 });
  expect(read([{ extra: ['a=record:maybe'] }])[0]).not.toHaveProperty('record');
});

test.each([['8 0 8'], ['8 0 08 008']])('a payload type listed twice is one format (%s)', (formats) => {
  const [line] = readStreams(parseSdp(`v=0\r\nm=audio 9000 RTP/AVP ${formats}\r\n`));
  expect(line?.formats.map((format) => format.payloadType)).toEqual([8, 0]);
});

test('any attributes leave every line in its place', () => {
  const attribute = fc
    .tuple(
      fc.constantFrom(
        'crypto',
        'fingerprint',
        'setup',
        'ts-refclk',
        'record',
        'ssrc',
        'rtcp',
        'rtpmap',
        'ptime',
      ),
      fc.string({ maxLength: 30 }).map((text) => text.replace(/[\r\n\0]/g, '')),
    )
    .map(([name, value]) => `a=${name}:${value}`);
  fc.assert(
    fc.property(fc.array(fc.array(attribute, { maxLength: 5 }), { minLength: 1, maxLength: 4 }), (lines) => {
      const streams = read(lines.map((extra) => ({ extra })));
      expect(streams.map((stream) => stream.mLineIndex)).toEqual(lines.map((_, index) => index));
      for (const stream of streams)
        expect(stream.secured).toBe(stream.crypto.length > 0 || stream.fingerprint !== undefined);
    }),
  );
});
