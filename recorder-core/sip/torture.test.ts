import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closeAgents, startAgent, type TestAgent } from './test-support/agents.ts';
import { RawPeer } from './test-support/raw-peer.ts';
import type { SipResponse } from './message.ts';

/**
 * Hand-written messages in the spirit of RFC 4475: legal ones that look wrong, wrong ones that can be answered, and
 * ones that can only be dropped. `N` in a message becomes a number of its own, `PORT` the sender's port.
 */
interface Torture {
  readonly name: string;
  readonly lines: readonly string[];
  /** The status of the answer, or undefined when none may come. */
  readonly status: number | undefined;
}

const common = [
  'Via: SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bKt-N;rport',
  'From: "T" <sip:t@example.org>;tag=tt-N',
  'To: <sip:srs@example.org>',
  'Call-ID: torture-N',
];
const options = [...common, 'CSeq: 1 OPTIONS'];
const legal = (name: string, ...lines: string[]): Torture => ({ name, lines, status: 200 });
const wrong = (name: string, status: number, ...lines: string[]): Torture => ({ name, lines, status });
const lost = (name: string, ...lines: string[]): Torture => ({ name, lines, status: undefined });
const start = 'OPTIONS sip:srs@example.org SIP/2.0';

const messages: readonly Torture[] = [
  legal('nothing unusual', start, ...options, '', ''),
  legal(
    'compact names, folds, odd case and blanks everywhere',
    start,
    'v:',
    '  SIP / 2.0',
    '\t/ UDP 127.0.0.1 : PORT ; branch = z9hG4bKt-N ; rport',
    'tO   :\tsip:srs@example.org',
    'F : "folded \\" quote,',
    ' <still a name>" <sip:t@example.org>;',
    '  tag = tt-N',
    'i: torture-N',
    'cSEq: 0001',
    '  OPTIONS',
    'max-forwards: 0068',
    'L:0',
    '',
    '',
  ),
  legal(
    'two Via in one row with commas in quotes',
    start,
    ...options.slice(1),
    'Via: SIP/2.0/UDP 127.0.0.1:PORT;branch=z9hG4bKt-N;rport;x="a,b", SIP/2.0/TCP far.example.org;branch=z9hG4bKx',
    '',
    '',
  ),
  legal(
    'a method-like token in every free place',
    start,
    ...options,
    "!%*_+`'~-.: yes",
    'Subject: \u00fcml\u00e4ut \u2603 \ud83d\udcde',
    '',
    '',
  ),
  legal(
    'escapes in the request URI and a semicolon in the user',
    'OPTIONS sip:s%20rs;par=u%40x@example.org SIP/2.0',
    ...options,
    '',
    '',
  ),
  legal(
    'an IPv6 request URI with headers',
    'OPTIONS sip:[2001:db8::9]:5070;x=y?a=b SIP/2.0',
    ...options,
    '',
    '',
  ),
  legal(
    'bytes behind Content-Length',
    start,
    ...options,
    'Content-Length: 4',
    '',
    'bodyINVITE sip:evil SIP/2.0',
    '',
  ),
  legal('leading empty lines', '', '', start, ...options, '', ''),
  legal(
    'an empty Supported and an empty list member',
    start,
    ...options,
    'Supported:',
    'Accept: , application/sdp, ,',
    '',
    '',
  ),
  legal('a long header value', start, ...options, `Subject: ${'long '.repeat(1000)}`, '', ''),
  legal(
    'a hundred headers nobody knows',
    start,
    ...options,
    ...Array.from({ length: 100 }, (_, i) => `X-${String(i)}: y`),
    '',
    '',
  ),
  legal('NUL in the body', start, ...options, 'Content-Length: 3', '', 'a\0b'),
  legal('Max-Forwards of zero at its addressee', start, ...options, 'Max-Forwards: 0', '', ''),
  legal('a CSeq of 2^32-1', start, ...common, 'CSeq: 4294967295 OPTIONS', '', ''),
  legal(
    'no branch cookie and no From tag',
    start,
    'Via: SIP/2.0/UDP 127.0.0.1:PORT;branch=old-N;rport',
    'From: sip:t@example.org',
    'To: sip:srs@example.org',
    'Call-ID: torture-N',
    'CSeq: 1 OPTIONS',
    '',
    '',
  ),
  wrong('a request URI in brackets', 400, 'OPTIONS <sip:srs@example.org> SIP/2.0', ...options, '', ''),
  wrong('blanks in the request URI', 400, 'OPTIONS sip:srs@example.org; lr SIP/2.0', ...options, '', ''),
  wrong('two blanks in the request line', 400, 'OPTIONS  sip:srs@example.org SIP/2.0', ...options, '', ''),
  wrong('a blank behind the version', 400, 'OPTIONS sip:srs@example.org SIP/2.0 ', ...options, '', ''),
  wrong('a version from the future', 505, 'OPTIONS sip:srs@example.org SIP/7.0', ...options, '', ''),
  wrong('a scheme of its own', 416, 'OPTIONS bogus:srs@example.org SIP/2.0', ...options, '', ''),
  wrong('a sip URI without a host', 400, 'OPTIONS sip: SIP/2.0', ...options, '', ''),
  wrong('Content-Length beyond the datagram', 400, start, ...options, 'Content-Length: 9999', '', 'short'),
  wrong('a negative Content-Length', 400, start, ...options, 'Content-Length: -999', '', 'short'),
  wrong('two Content-Lengths', 400, start, ...options, 'Content-Length: 1', 'l: 2', '', 'abc'),
  wrong(
    'a Content-Length of many digits',
    400,
    start,
    ...options,
    `Content-Length: ${'9'.repeat(40)}`,
    '',
    '',
  ),
  wrong('a header line without a colon', 400, start, ...options, 'this is no header', '', ''),
  wrong('a blank in a header name', 400, start, ...options, 'Bad Name: x', '', ''),
  wrong('a NUL in a header value', 400, start, ...options, 'Subject: a\0b', '', ''),
  wrong('two From headers', 400, start, ...options, 'From: <sip:second@example.org>', '', ''),
  wrong('two Call-IDs', 400, start, ...options, 'Call-ID: second', '', ''),
  wrong(
    'a Call-ID with a blank',
    400,
    start,
    ...options.filter((line) => !line.startsWith('Call-ID')),
    'Call-ID: a b',
    '',
    '',
  ),
  wrong(
    'a CSeq that does not fit 32 bits',
    400,
    start,
    ...common,
    'CSeq: 36893488147419103232 OPTIONS',
    '',
    '',
  ),
  wrong('a CSeq of another method', 400, start, ...common, 'CSeq: 8 INVITE', '', ''),
  wrong(
    'a To without a URI',
    400,
    start,
    ...options.filter((line) => !line.startsWith('To')),
    'To: "only" a name',
    '',
    '',
  ),
  wrong('a second Via that cannot be read', 400, start, ...options, 'Via: HTTP/1.1 proxy', '', ''),
  wrong('a Max-Forwards of 300', 400, start, ...options, 'Max-Forwards: 300', '', ''),
  wrong('no empty line at the end', 400, start, ...options),
  wrong(
    'an unknown extension required',
    420,
    start,
    ...options,
    'Require: nothingSupportsThis, norThis',
    '',
    '',
  ),
  wrong('an unknown method', 405, start.replace('OPTIONS', 'RACE'), ...common, 'CSeq: 1 RACE', '', ''),
  wrong(
    'lower-case invite, which is another method',
    405,
    start.replace('OPTIONS', 'invite'),
    ...common,
    'CSeq: 1 invite',
    '',
    '',
  ),
  wrong(
    'more header lines than anyone sends',
    513,
    start,
    ...options,
    ...Array.from({ length: 600 }, () => 'X: y'),
    '',
    '',
  ),
  lost('an ACK of nothing', start.replace('OPTIONS', 'ACK'), ...common, 'CSeq: 1 ACK', '', ''),
  lost('a malformed ACK', start.replace('OPTIONS', 'ACK'), ...common, 'CSeq: x ACK', 'no colon', '', ''),
  lost(
    'an ACK with the CSeq of another method',
    start.replace('OPTIONS', 'ACK'),
    ...common,
    'CSeq: 1 INVITE',
    '',
    '',
  ),
  lost('a request without a Via', start, ...options.slice(1), '', ''),
  lost('a Via that cannot be read', start, ...options.slice(1), 'Via: nonsense', '', ''),
  lost('a response to nothing', 'SIP/2.0 200 OK', ...options, '', ''),
  lost('a response with a status of 4294967301', 'SIP/2.0 4294967301 better not', ...options, '', ''),
  lost('a response with two Via', 'SIP/2.0 200 OK', ...options, 'Via: SIP/2.0/UDP x;branch=z9hG4bKy', '', ''),
  lost('a request line and no more', start, '', ''),
  lost('another protocol', 'GET / HTTP/1.1', 'Host: example.org', '', ''),
  lost('zeros', '\0\0\0\0'),
];

let srs: TestAgent;
let peer: RawPeer;
let count = 0;

const ofCall = (callId: string) => (response: SipResponse) => response.headers.get('Call-ID') === callId;

/** An OPTIONS of ours that is answered proves that everything sent before was dealt with and the server lives. */
async function alive(): Promise<void> {
  count += 1;
  const id = String(count);
  peer.send([start, ...options, '', ''].join('\r\n').replaceAll('-N', `-${id}`));
  expect((await peer.responses.when(ofCall(`torture-${id}`))).status).toBe(200);
}

beforeAll(async () => {
  srs = await startAgent('udp', { onInvite: (invite) => invite.reject(486), supported: ['siprec'] });
  peer = await RawPeer.udp(srs.address);
});
afterAll(async () => {
  peer.close();
  await closeAgents();
});

describe('torture messages', () => {
  it.each(messages.map((message) => [message.name, message] as const))(
    '%s',
    async (_name, { lines, status }) => {
      count += 1;
      const before = peer.responses.all.length;
      peer.send(lines.join('\r\n').replaceAll('-N', `-${String(count)}`));
      if (status === undefined) {
        await alive();
        expect(peer.responses.all).toHaveLength(before + 1);
        return;
      }
      const answer = await peer.responses.when((response) => peer.responses.all.indexOf(response) >= before);
      expect(answer.status).toBe(status);
      await alive();
    },
  );

  it('of line ends and zeros are keep-alives and not counted as malformed', async () => {
    await alive();
    const before = srs.events.all.filter((event) => event.type === 'malformed').length;
    for (const keepAlive of ['\r\n\r\n', '\r\n', '\0\0\0\0', '']) peer.send(keepAlive);
    await alive();
    expect(srs.events.all.filter((event) => event.type === 'malformed')).toHaveLength(before);
  });

  it('of random bytes, and of a legal message with one byte changed, never end the process', async () => {
    const template = Buffer.from([start, ...options, 'Content-Length: 2', '', 'ab'].join('\r\n'));
    const mutated = fc.tuple(fc.nat(template.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(template);
      copy[at] = byte;
      return copy;
    });
    const bytes = fc.oneof(
      mutated,
      fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 5 }), async (datagrams) => {
        for (const datagram of datagrams) peer.sendBytes(datagram);
        await alive();
      }),
      { numRuns: 100 },
    );
  });
});
