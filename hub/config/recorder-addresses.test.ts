import { describe, expect, test } from '@jest/globals';
import { mediaAddress, sipAddresses, sipUriOf } from './recorder-addresses.ts';
import { recorderFile } from './recorder-file.ts';

const simple = { sipHost: '192.0.2.1', sipPort: 5060, advertisedHost: undefined };
const none = recorderFile.parse({});
const listening = (host: string, media = {}) =>
  recorderFile.parse({ listen: [{ transport: 'tcp', host, port: 5070 }], media });

describe('the addresses of a recorder', () => {
  test('are UDP and TCP on one port where there is no file, and what the file lists where there is one', () => {
    expect(sipAddresses(simple, none).map(({ transport, host, port }) => [transport, host, port])).toEqual([
      ['udp', '192.0.2.1', 5060],
      ['tcp', '192.0.2.1', 5060],
    ]);
    expect(sipAddresses(simple, listening('192.0.2.9'))).toMatchObject([
      { transport: 'tcp', host: '192.0.2.9', port: 5070 },
    ]);
  });

  test('take media where SIP is taken, unless the file says otherwise', () => {
    expect(mediaAddress(simple, none)).toEqual({ host: '192.0.2.1', advertisedHost: '192.0.2.1' });
    expect(mediaAddress(simple, listening('192.0.2.9')).host).toBe('192.0.2.9');
    expect(mediaAddress({ ...simple, advertisedHost: '198.51.100.7' }, none)).toEqual({
      host: '192.0.2.1',
      advertisedHost: '198.51.100.7',
    });
    const own = listening('192.0.2.9', { host: '10.0.0.1', advertisedHost: '203.0.113.1' });
    expect(mediaAddress({ ...simple, advertisedHost: '198.51.100.7' }, own)).toEqual({
      host: '10.0.0.1',
      advertisedHost: '203.0.113.1',
    });
  });

  test('are refused where media is taken everywhere and advertised nowhere', () => {
    for (const host of ['0.0.0.0', '::']) {
      expect(() => mediaAddress({ ...simple, sipHost: host }, none)).toThrow(/advertisedHost/);
      expect(mediaAddress({ ...simple, sipHost: host, advertisedHost: '192.0.2.1' }, none).host).toBe(host);
    }
  });

  test('have a URI for people', () => {
    expect(sipUriOf(sipAddresses(simple, none))).toBe('sip:recorder@192.0.2.1:5060');
    expect(sipUriOf(listening('2001:db8::1').listen!)).toBe('sip:recorder@[2001:db8::1]:5070;transport=tcp');
    expect(sipUriOf([{ transport: 'tls', host: 'r.example', port: 5061 }])).toBe(
      'sips:recorder@r.example:5061',
    );
  });
});
