import type { SipResponse } from '../../../recorder-core/sip/message.ts';
import { testOffer } from './test-offer.ts';

/** A request that is wrong, or looks so, and how a recorder may answer it. */
export interface BadRequest {
  readonly name: string;
  readonly bytes: Buffer;
  /** Final answers that are right; empty where none may come. */
  readonly statuses: readonly number[];
}

const SDP = ['v=0', 'o=src 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
const AUDIO = ['m=audio 40000 RTP/AVP 0', 'a=sendonly', 'a=label:1'];
const MEGABYTE = 1_048_576;

interface Form {
  readonly start?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly contentType?: string;
  readonly body?: Buffer | string;
  /** Instead of the body's own. */
  readonly length?: number | string;
  /** Header names to leave out. */
  readonly without?: readonly string[];
}

/** An INVITE from `port` over `transport`, as the form changes it. */
function request(name: string, transport: 'UDP' | 'TCP', port: number, form: Form): Buffer {
  const { method = 'INVITE', headers = [], contentType = 'application/sdp', without = [] } = form;
  const body = Buffer.from(form.body ?? '');
  const id = name.replaceAll(/\W+/g, '-');
  const start = form.start ?? `${method} sip:recorder@127.0.0.1 SIP/2.0`;
  const lines = [
    `Via: SIP/2.0/${transport} 127.0.0.1:${port};branch=z9hG4bK-${id};rport`,
    'Max-Forwards: 70',
    'From: <sip:bad@127.0.0.1>;tag=bad',
    'To: <sip:recorder@127.0.0.1>',
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:bad@127.0.0.1:${port};transport=${transport.toLowerCase()}>;+sip.src`,
    ...headers,
    ...(body.length > 0 ? [`Content-Type: ${contentType}`] : []),
    `Content-Length: ${form.length ?? body.length}`,
  ].filter((line) => !without.some((left) => line.startsWith(`${left}:`)));
  return Buffer.concat([Buffer.from(`${[start, ...lines].join('\r\n')}\r\n\r\n`), body]);
}

const sdp = (...media: string[]): string => `${[...SDP, ...media].join('\r\n')}\r\n`;

function withMetadata(xml: string, boundary = 'edge'): Pick<Form, 'contentType' | 'body'> {
  const parts = [
    `--edge\r\nContent-Type: application/sdp\r\n\r\n${sdp(...AUDIO)}`,
    `--edge\r\nContent-Type: application/rs-metadata+xml\r\nContent-Disposition: recording-session\r\n\r\n${xml}`,
    '--edge--\r\n',
  ];
  return { contentType: `multipart/mixed;boundary=${boundary}`, body: parts.join('\r\n') };
}

const ENTITIES = Array.from(
  { length: 20 },
  (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`,
).join('');
const NAMESPACE = 'xmlns="urn:ietf:params:xml:ns:recording:1"';

/** Wrong in the message itself (RFC 4475 has more of these; the SIP floor's own tests have them all). */
const MESSAGES: Readonly<Record<string, Form & { statuses: readonly number[] }>> = {
  'a version to come': { start: 'INVITE sip:recorder@127.0.0.1 SIP/7.0', statuses: [505] },
  'a method nobody knows': { method: 'NEWMETHOD', statuses: [405, 501] },
  'no CSeq': { without: ['CSeq'], statuses: [400] },
  'an extension nobody knows': {
    headers: ['Require: nothing-we-have'],
    body: sdp(...AUDIO),
    statuses: [420],
  },
  'a length longer than the body': { body: sdp(...AUDIO), length: 9_999, statuses: [400] },
  'a negative length': { body: sdp(...AUDIO), length: -1, statuses: [400] },
  'a body of a type nobody reads': { contentType: 'application/unknown', body: 'x', statuses: [415] },
  'a thousand header lines': {
    headers: Array.from({ length: 1_000 }, (_, n) => `X-${n}: y`),
    statuses: [400, 513],
  },
  'no Call-ID': { without: ['Call-ID'], statuses: [400] },
};

/** Wrong in the body: what can be read of the offer decides. */
const BODIES: Readonly<Record<string, Form & { statuses: readonly number[] }>> = {
  'no line of a description': { body: 'hello', statuses: [400, 488] },
  'a description without media': { body: sdp(), statuses: [400, 488] },
  'a port beyond all ports': { body: sdp('m=audio 99999999 RTP/AVP 0'), statuses: [200, 400, 488] },
  'a line without end': { body: sdp(`a=${'x'.repeat(40_000)}`, ...AUDIO), statuses: [200, 400, 488] },
  'a boundary that is not in the body': { ...withMetadata('<x/>', 'another'), statuses: [400, 415, 488] },
  'a boundary of no length': { ...withMetadata('<x/>', '""'), statuses: [400, 415, 488] },
  'metadata with an entity bomb': {
    ...withMetadata(`<!DOCTYPE r [<!ENTITY e0 "x">${ENTITIES}]><recording ${NAMESPACE}>&e20;</recording>`),
    statuses: [200],
  },
  'metadata too deep': { ...withMetadata(`<recording ${NAMESPACE}>${'<a>'.repeat(5_000)}`), statuses: [200] },
  'metadata with an outer entity': {
    ...withMetadata('<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>'),
    statuses: [200],
  },
};

/** Every bad request that fits a datagram, as from this port. */
export function badDatagrams(port: number): BadRequest[] {
  return Object.entries({ ...MESSAGES, ...BODIES }).map(([name, { statuses, ...form }]) => ({
    name,
    statuses,
    bytes: request(name, 'UDP', port, form),
  }));
}

/** Those that need a stream: too large for a datagram, or for anybody. */
export function badStreams(port: number): BadRequest[] {
  const { contentType, body } = testOffer('large', [{ label: '1', port: 40_000 }]);
  const make = (name: string, form: Form, ...statuses: number[]): BadRequest => ({
    name,
    statuses,
    bytes: request(name, 'TCP', port, form),
  });
  return [
    make('a body beyond all measure, announced', { contentType, body, length: 999_999_999 }, 413),
    make('a header of a megabyte', { headers: [`X-Long: ${'y'.repeat(MEGABYTE)}`] }, 400, 413, 431, 513),
    make(
      'ten thousand media lines',
      { body: sdp(...Array.from({ length: 10_000 }, () => 'm=audio 4000 RTP/AVP 0')) },
      400,
      413,
      488,
    ),
    make(
      'metadata of half a megabyte',
      withMetadata(`<recording ${NAMESPACE}>${'<a/>'.repeat(120_000)}</recording>`),
      200,
      413,
    ),
  ];
}

/** What ends a call that was taken all the same: its ACK and its BYE. */
export function goodbye({ headers }: SipResponse, transport: 'UDP' | 'TCP', port: number): Buffer[] {
  const to = headers.get('To') ?? '';
  return [1, 2].map((cseq) =>
    Buffer.from(
      [
        `${cseq === 1 ? 'ACK' : 'BYE'} sip:recorder@127.0.0.1 SIP/2.0`,
        `Via: SIP/2.0/${transport} 127.0.0.1:${port};branch=z9hG4bK-${headers.get('Call-ID')}-${cseq};rport`,
        'Max-Forwards: 70',
        'From: <sip:bad@127.0.0.1>;tag=bad',
        `To: ${to}`,
        `Call-ID: ${headers.get('Call-ID')}`,
        `CSeq: ${cseq} ${cseq === 1 ? 'ACK' : 'BYE'}`,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    ),
  );
}
