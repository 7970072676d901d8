import { Headers } from '../../sip/headers.ts';
import { buildMultipart } from '../../sip/multipart.ts';
import type { SipRequest } from '../../sip/message.ts';

/** A request of a recording session for tests; headers given here replace the standard ones. */
export function request(
  body: { contentType: string; body: string | Buffer } | undefined,
  headers: Readonly<Record<string, string>> = {},
  method = 'INVITE',
): SipRequest {
  return {
    kind: 'request',
    method,
    uri: 'sip:recorder@127.0.0.1',
    headers: Headers.from({
      From: '<sip:sbc@192.0.2.1>;tag=a',
      To: '<sip:recorder@127.0.0.1>',
      ...(body && { 'Content-Type': body.contentType }),
      ...headers,
    }),
    body: Buffer.from(body?.body ?? ''),
  };
}

/** A multipart body of SDP and metadata, in that order unless `metadataFirst`. */
export function multipart(
  sdp: string,
  metadata: string,
  options: { metadataFirst?: boolean; metadataType?: string } = {},
): { contentType: string; body: Buffer } {
  const parts = [
    { contentType: 'application/sdp', body: Buffer.from(sdp) },
    {
      contentType: options.metadataType ?? 'application/rs-metadata+xml',
      disposition: 'recording-session',
      body: Buffer.from(metadata),
    },
  ];
  return buildMultipart(options.metadataFirst ? parts.reverse() : parts, 'b');
}

/** One media line of an SDP for tests. */
export interface TestLine {
  readonly label?: string;
  readonly port?: number;
  readonly direction?: string;
  readonly address?: string;
  readonly extra?: readonly string[];
  readonly media?: string;
  readonly protocol?: string;
}

/** An SDP offer of G.711 lines. */
export function sdpOffer(lines: readonly TestLine[]): string {
  const media = lines.flatMap((line, index) => [
    `m=${line.media ?? 'audio'} ${line.port ?? 20_000 + 2 * index} ${line.protocol ?? 'RTP/AVP'} 0 101`,
    ...(line.address === undefined ? [] : [`c=IN IP4 ${line.address}`]),
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    ...(line.label === undefined ? [] : [`a=label:${line.label}`]),
    ...(line.direction === undefined ? [] : [`a=${line.direction}`]),
    ...(line.extra ?? []),
  ]);
  return ['v=0', 'o=sbc 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...media, ''].join(
    '\r\n',
  );
}

/** Complete or partial RFC 7865 metadata for one session `s1`: participants with the labels they send on. */
export function metadataOf(
  parties: readonly { id: string; aor: string; name?: string; sends?: readonly string[]; left?: boolean }[],
  options: { dataMode?: string; labels?: readonly string[] } = {},
): string {
  const labels = options.labels ?? parties.flatMap((party) => party.sends ?? []);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<recording xmlns="urn:ietf:params:xml:ns:recording:1">',
    `<datamode>${options.dataMode ?? 'complete'}</datamode>`,
    '<session session_id="s1"><sipSessionID>ab;remote=cd</sipSessionID></session>',
    ...parties.map(
      ({ id, aor, name }) =>
        `<participant participant_id="${id}"><nameID aor="${aor}">${name ? `<name>${name}</name>` : ''}</nameID></participant>`,
    ),
    ...[...new Set(labels)].map(
      (label) => `<stream stream_id="stream-${label}" session_id="s1"><label>${label}</label></stream>`,
    ),
    ...parties.map(
      ({ id, left }) =>
        `<participantsessionassoc participant_id="${id}" session_id="s1"><associate-time>2026-01-05T10:00:00Z</associate-time>${
          left ? '<disassociate-time>2026-01-05T10:05:00Z</disassociate-time>' : ''
        }</participantsessionassoc>`,
    ),
    ...parties.map(
      ({ id, sends }) =>
        `<participantstreamassoc participant_id="${id}">${(sends ?? []).map((label) => `<send>stream-${label}</send>`).join('')}</participantstreamassoc>`,
    ),
    '</recording>',
  ].join('\n');
}
