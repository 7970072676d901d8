import { buildMultipart } from '../../../recorder-core/sip/multipart.ts';
import { PAYLOAD_TYPE } from './test-payload.ts';

/** A media line to offer. */
export interface TestLine {
  readonly label: string;
  readonly port: number;
}

/** The body of an INVITE: an SDP that sends Opus on each line, and metadata with one party a line (RFC 7865). */
export function testOffer(callId: string, lines: readonly TestLine[]): { contentType: string; body: Buffer } {
  return buildMultipart(
    [
      { contentType: 'application/sdp', body: Buffer.from(sdpOf(lines)) },
      {
        contentType: 'application/rs-metadata+xml',
        disposition: 'recording-session',
        body: Buffer.from(metadataOf(callId, lines)),
      },
    ],
    'test-boundary',
  );
}

function sdpOf(lines: readonly TestLine[]): string {
  const media = lines.flatMap(({ label, port }) => [
    `m=audio ${port} RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} opus/48000/2`,
    'a=sendonly',
    `a=label:${label}`,
  ]);
  const head = ['v=0', 'o=src 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  return `${[...head, ...media].join('\r\n')}\r\n`;
}

function metadataOf(callId: string, lines: readonly TestLine[]): string {
  const id = (what: string): string => Buffer.from(`${what}-${callId}`.padEnd(16, '.')).toString('base64');
  const session = id('cs');
  const each = (write: (label: string, index: number) => string): string =>
    lines.map(({ label }, index) => write(label, index)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<recording xmlns="urn:ietf:params:xml:ns:recording:1"><datamode>complete</datamode>
<session session_id="${session}"><sipSessionID>${callId}</sipSessionID></session>
${each((label) => `<participant participant_id="${id(`p${label}`)}"><nameID aor="sip:+44207946000${label}@sbc.example"/></participant>`)}
${each((label) => `<stream stream_id="${id(`s${label}`)}" session_id="${session}"><label>${label}</label></stream>`)}
${each((label) => `<participantstreamassoc participant_id="${id(`p${label}`)}"><send>${id(`s${label}`)}</send></participantstreamassoc>`)}
</recording>`;
}
