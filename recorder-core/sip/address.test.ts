import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCSeq } from './cseq.ts';
import { nearestAddress } from './local-address.ts';
import { parseContentType } from './content-type.ts';
import { parseNameAddr, tagOf, withTag } from './name-addr.ts';
import { formatUri, parseUri, uriScheme } from './uri.ts';
import { formatVia, parseVia, stampVia } from './via.ts';
import { processorMs } from '../../test/support/processor-ms.ts';

describe('parseUri', () => {
  it.each([
    ['sip:a@example.com', { user: 'a', host: 'example.com' }],
    ['SIPS:Example.COM:5061', { scheme: 'sips', host: 'example.com', port: 5061 }],
    [
      'sip:+1-201;isub=3@[2001:db8::1]:5080;transport=tcp',
      { user: '+1-201;isub=3', host: '2001:db8::1', port: 5080 },
    ],
    ['sip:src@192.0.2.1;+sip.src?a=b%40c', { user: 'src', host: '192.0.2.1', headers: 'a=b%40c' }],
  ])('reads %s', (text, expected) => {
    const uri = parseUri(text);
    expect(uri).toMatchObject(expected);
    expect(uri && parseUri(formatUri(uri))).toEqual(uri);
  });

  it.each([
    '',
    'sip:',
    'sip:@',
    'sip:a b@c',
    'tel:+1',
    'sip:a@b:99999',
    'sip:[::1',
    '<sip:a@b>',
    'sip:a@b@c',
  ])('does not take %j for a sip URI', (text) => {
    expect(parseUri(text)).toBeUndefined();
  });

  it('names the scheme of any URI', () => {
    expect([uriScheme('Tel:+1'), uriScheme('nobody:x'), uriScheme('<sip:a>'), uriScheme('x')]).toEqual([
      'tel',
      'nobody',
      undefined,
      undefined,
    ]);
  });
});

describe('parseNameAddr', () => {
  it.each([
    ['"A \\" <B>" <sip:a@b;x=1>;tag=t', { displayName: 'A " <B>', uri: 'sip:a@b;x=1' }, 't'],
    ['Bob Smith <sip:b@c> ; Tag = "q"', { displayName: 'Bob Smith', uri: 'sip:b@c' }, 'q'],
    ['sip:a@b;tag=t', { uri: 'sip:a@b' }, 't'],
    ['<sip:rec@192.0.2.1;+sip.src', { uri: 'sip:rec@192.0.2.1;+sip.src' }, undefined],
    ['<sip:a@b>;tag=', { uri: 'sip:a@b' }, undefined],
  ])('reads %s', (text, expected, tag) => {
    expect(parseNameAddr(text)).toMatchObject(expected);
    expect(tagOf(text)).toBe(tag);
  });

  it.each(['', '<>', '"only a name"', 'a b', ';tag=x'])('finds no address in %j', (text) => {
    expect(parseNameAddr(text)).toBeUndefined();
  });

  it('puts the tag behind the brackets', () => {
    expect([withTag('sip:a@b;x=1', 't'), withTag('"A" <sip:a@b>', 't')]).toEqual([
      '<sip:a@b;x=1>;tag=t',
      '"A" <sip:a@b>;tag=t',
    ]);
  });
});

describe('Via', () => {
  it('is read with blanks in odd places and written without', () => {
    const via = parseVia('SIP / 2.0 / udp   [2001:DB8::1] : 5070 ;branch=z9hG4bK1 ; rport;x="a;b"');
    expect(via).toMatchObject({ transport: 'UDP', host: '2001:db8::1', port: 5070 });
    expect(via && formatVia(via)).toBe('SIP/2.0/UDP [2001:db8::1]:5070;branch=z9hG4bK1;rport;x="a;b"');
  });

  it('is stamped with the source when rport asks for it or the host differs, and never keeps a forged received', () => {
    const stamp = (text: string): string =>
      formatVia(stampVia(parseVia(text)!, { address: '192.0.2.9', port: 4000 }));
    expect(stamp('SIP/2.0/UDP 192.0.2.9;branch=b')).toBe('SIP/2.0/UDP 192.0.2.9;branch=b');
    expect(stamp('SIP/2.0/UDP 192.0.2.9;branch=b;received=6.6.6.6')).toBe('SIP/2.0/UDP 192.0.2.9;branch=b');
    expect(stamp('SIP/2.0/UDP 10.0.0.1;branch=b;received=6.6.6.6')).toBe(
      'SIP/2.0/UDP 10.0.0.1;branch=b;received=192.0.2.9',
    );
    expect(stamp('SIP/2.0/UDP 192.0.2.9;rport;branch=b')).toBe(
      'SIP/2.0/UDP 192.0.2.9;rport=4000;branch=b;received=192.0.2.9',
    );
  });

  it('costs linear time on hostile blanks', () => {
    const taken = processorMs(() => {
      parseVia(`SIP/2.0/UDP a${' '.repeat(60_000)}x`);
      parseVia(`SIP/2.0/UDP${' '.repeat(60_000)}`);
      parseContentType(`a${' '.repeat(60_000)}b`);
      parseNameAddr(`${' '.repeat(60_000)}<sip:a`);
      parseUri(`sip:${'a'.repeat(60_000)} `);
      parseCSeq(`1${' '.repeat(60_000)}\u0001`);
    });
    expect(taken).toBeLessThan(1000);
  });
});

describe('the small parsers', () => {
  it('throw on no text at all', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...'<>"\\;:,=[]@ \tsip/2.0UDP') }),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        for (const parse of [
          parseUri,
          parseNameAddr,
          parseVia,
          parseCSeq,
          parseContentType,
          uriScheme,
          tagOf,
        ])
          parse(text);
      }),
      { numRuns: 300 },
    );
  });

  it('read CSeq only as number and method, within 32 bits', () => {
    expect(parseCSeq('0009 \t INVITE')).toEqual({ number: 9, method: 'INVITE' });
    for (const bad of [
      '',
      '1',
      'INVITE 1',
      '-1 INVITE',
      '4294967296 INVITE',
      '99999999999999999999 INVITE',
      '1 IN VITE',
    ]) {
      expect(parseCSeq(bad)).toBeUndefined();
    }
  });
});

describe('nearestAddress', () => {
  const entry = (address: string, cidr: string, internal = false): never =>
    ({ address, cidr, internal }) as never;
  const interfaces = [
    entry('127.0.0.1', '127.0.0.1/8', true),
    entry('192.0.2.10', '192.0.2.10/24'),
    entry('10.1.0.5', '10.1.0.5/16'),
    entry('::1', '::1/128', true),
    entry('fe80::1', 'fe80::1/64'),
    entry('2001:db8::5', '2001:db8::5/64'),
  ];
  it.each([
    ['127.0.0.9', '127.0.0.1'],
    ['10.1.7.7', '10.1.0.5'],
    ['203.0.113.1', '192.0.2.10'],
    ['::1', '::1'],
    ['2001:db8:9::1', '2001:db8::5'],
  ])('towards %s is %s', (remote, expected) => {
    expect(nearestAddress(remote, interfaces)).toBe(expected);
  });
});
