import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isHoldfastError } from '../errors.ts';
import { parseSdp, serializeSdp } from './sdp.ts';

const offer = [
  'v=0',
  'o=SBC 4001 2 IN IP4 198.51.100.7',
  's=-',
  'c=IN IP4 198.51.100.7',
  'b=AS:128',
  't=0 0',
  'a=sendonly',
  'm=audio 40000 RTP/AVP 8 101',
  'a=rtpmap:8 PCMA/8000',
  'a=label:1',
  'm=audio 40002/2 RTP/SAVP 8',
  'c=IN IP6 2001:db8::7',
  'a=label:2',
  'a=inactive',
  '',
].join('\r\n');

describe('parseSdp', () => {
  it('reads session and media level fields and keeps the raw text', () => {
    const sd = parseSdp(offer);
    expect(sd.origin).toEqual({
      username: 'SBC',
      sessionId: '4001',
      version: '2',
      netType: 'IN',
      addrType: 'IP4',
      address: '198.51.100.7',
    });
    expect(sd.connection).toBe('IN IP4 198.51.100.7');
    expect(sd.attributes).toEqual([{ name: 'sendonly' }]);
    expect(sd.media.map((m) => [m.port, m.protocol, m.formats, m.connection])).toEqual([
      [40_000, 'RTP/AVP', ['8', '101'], undefined],
      [40_002, 'RTP/SAVP', ['8'], 'IN IP6 2001:db8::7'],
    ]);
    expect(sd.media[1]?.attributes).toEqual([{ name: 'label', value: '2' }, { name: 'inactive' }]);
    expect(sd.raw).toBe(offer);
  });

  it('reads an offer without t=, c=, s= and o= lines and with bare line feeds', () => {
    const sd = parseSdp('v=0\nm=audio 4000 RTP/AVP 0\na=label:0\n');
    expect(sd.origin.address).toBe('0.0.0.0');
    expect(sd.sessionName).toBe('-');
    expect(sd.media).toHaveLength(1);
  });

  it.each([
    ['no v= line', 'o=- 1 1 IN IP4 192.0.2.1\r\nm=audio 1 RTP/AVP 0\r\n'],
    ['an empty text', ''],
    ['a port that is no number', 'v=0\r\nm=audio x RTP/AVP 0\r\n'],
    ['a port above 65535', 'v=0\r\nm=audio 70000 RTP/AVP 0\r\n'],
    ['an m= line without a protocol', 'v=0\r\nm=audio 4000\r\n'],
    ['a thousand m= lines', `v=0\r\n${'m=audio 4000 RTP/AVP 0\r\n'.repeat(1000)}`],
  ])('refuses %s as invalid input', (_name, text) => {
    expect(() => parseSdp(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('gives back what serializeSdp wrote', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9.-]{1,12}$/);
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const attribute = fc.oneof(fc.record({ name: word }), fc.record({ name: word, value }));
    const connection = fc.option(fc.constantFrom('IN IP4 192.0.2.1', 'IN IP6 ::1', 'IN IP4 0.0.0.0'), {
      nil: undefined,
    });
    const media = fc
      .record({
        media: fc.constantFrom('audio', 'video', 'text'),
        port: fc.nat(65_535),
        protocol: fc.constantFrom('RTP/AVP', 'RTP/SAVP', 'TCP/MSRP'),
        formats: fc.array(word, { minLength: 1, maxLength: 4 }),
        connection,
        attributes: fc.array(attribute, { maxLength: 4 }),
      })
      .map(({ connection: own, ...rest }) => (own === undefined ? rest : { ...rest, connection: own }));
    const origin = fc.record({
      username: word,
      sessionId: word,
      version: word,
      netType: word,
      addrType: word,
      address: word,
    });
    fc.assert(
      fc.property(
        origin,
        value,
        fc.array(attribute),
        fc.array(media, { maxLength: 4 }),
        (o, sessionName, attributes, m) => {
          const sd = { origin: o, sessionName, attributes, media: m, raw: '' };
          expect(parseSdp(serializeSdp(sd))).toEqual({ ...sd, raw: expect.any(String) });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('throws nothing but the typed refusal, whatever the text', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('v=0', 'm=audio 4 RTP/AVP 0', 'o=', 'c=', 'a=:', 'm=', 's='),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          parseSdp(lines.join('\n'));
        } catch (error) {
          expect(isHoldfastError(error)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('serializeSdp', () => {
  it('completes a bare address of either family', () => {
    const sd = { ...parseSdp(offer), connection: '2001:db8::1' };
    expect(serializeSdp(sd)).toContain('\r\nc=IN IP6 2001:db8::1\r\n');
  });

  it('refuses a field that would break the line', () => {
    const sd = { ...parseSdp(offer), sessionName: 'a\r\nm=audio 1 RTP/AVP 0' };
    expect(() => serializeSdp(sd)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
