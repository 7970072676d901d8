import { buildMultipart } from '../../sip/multipart.ts';
import { serializeSdp } from '../../sip/sdp.ts';
import { HoldfastError } from '../../errors.ts';
import { DIALECTS } from '../dialects/registry.ts';
import { buildMetadata } from '../metadata-builder.ts';
import { GENERIC_DIALECT } from '../metadata-parser.ts';
import { formatMetadataTime } from '../metadata-time.ts';
import type { ClientForm } from '../dialects/dialect.ts';
import type { RecordingMetadata } from '../metadata.ts';

/** A media line as the recording client offers it. */
export interface ClientLine {
  readonly label: string;
  readonly port: number;
}

/** Somebody in the call that the recording client plays. */
export interface CallIdentity {
  readonly aor: string;
  readonly name?: string;
}

/** The ids of a played call. */
export interface CallIds {
  readonly session: string;
  readonly group: string;
  readonly sipSessionId: string;
  /** One for each party, in order. */
  readonly participants: readonly string[];
  readonly streams: readonly string[];
}

const RFC_FORM: ClientForm = { writeMetadata: (metadata) => buildMetadata(metadata) };

/** The forms the recording client can take, the plain one first. */
export function clientDialects(): string[] {
  return [GENERIC_DIALECT, ...DIALECTS.filter((dialect) => dialect.client).map((dialect) => dialect.name)];
}

/** The form of a dialect. @throws HoldfastError `invalid_input` when the client cannot play it. */
export function clientForm(dialect: string): ClientForm {
  const form =
    dialect === GENERIC_DIALECT ? RFC_FORM : DIALECTS.find((item) => item.name === dialect)?.client;
  if (form !== undefined) return form;
  throw new HoldfastError(
    'invalid_input',
    `The recording client cannot play the dialect asked for; choose one of ${clientDialects().join(', ')}.`,
    { field: 'dialect' },
  );
}

/** The client's offer: PCMU and telephone events on each line (RFC 7866 section 7.1). */
export function buildClientSdp(
  lines: readonly ClientLine[],
  options: {
    readonly address: string;
    readonly sessionId: string;
    readonly version: number;
    readonly direction: 'sendonly' | 'inactive';
  },
): string {
  const { address, sessionId, version, direction } = options;
  const addrType = address.includes(':') ? 'IP6' : 'IP4';
  return serializeSdp({
    origin: { username: 'src', sessionId, version: String(version), netType: 'IN', addrType, address },
    sessionName: '-',
    connection: `IN ${addrType} ${address}`,
    attributes: [],
    media: lines.map((line) => ({
      media: 'audio',
      port: line.port,
      protocol: 'RTP/AVP',
      formats: ['0', '101'],
      attributes: [
        { name: 'rtpmap', value: '0 PCMU/8000' },
        { name: 'rtpmap', value: '101 telephone-event/8000' },
        { name: 'fmtp', value: '101 0-15' },
        { name: 'ptime', value: '20' },
        { name: 'label', value: line.label },
        { name: direction },
      ],
    })),
    raw: '',
  });
}

/**
 * The metadata of a played call, always complete. On hold nobody sends; with `endedAt` everybody has
 * left.
 */
export function callMetadata(
  parties: readonly CallIdentity[],
  labels: readonly string[],
  ids: CallIds,
  state: { readonly startedAt: number; readonly held?: boolean; readonly endedAt?: number },
): RecordingMetadata {
  const time = (epochMs: number) => ({ raw: formatMetadataTime(epochMs), epochMs });
  const times = {
    associateTime: time(state.startedAt),
    ...(state.endedAt !== undefined && { disassociateTime: time(state.endedAt) }),
  };
  const streamId = (index: number): string => ids.streams[index] ?? `stream-${index}`;
  const participantId = (index: number): string => ids.participants[index] ?? `participant-${index}`;
  return {
    dataMode: 'complete',
    groups: [{ id: ids.group }],
    sessions: [{ id: ids.session, groupId: ids.group, sipSessionIds: [ids.sipSessionId], reasons: [] }],
    participants: parties.map(({ aor, name }, index) => ({
      id: participantId(index),
      nameIds: [name === undefined ? { aor } : { aor, name }],
    })),
    streams: labels.map((label, index) => ({ id: streamId(index), sessionId: ids.session, label })),
    sessionRecordings: [{ sessionId: ids.session, ...times }],
    participantSessions: parties.map((_party, index) => ({
      participantId: participantId(index),
      sessionId: ids.session,
      params: [],
      ...times,
    })),
    participantStreams: parties.map((_party, index) => ({
      participantId: participantId(index),
      send: state.held ? [] : [streamId(index)],
      receive: state.held
        ? []
        : labels.flatMap((_label, other) => (other === index ? [] : [streamId(other)])),
    })),
    extensions: [],
  };
}

/** SDP and metadata in one body, as sources of the given form send it. */
export function buildClientBody(
  form: ClientForm,
  sdp: string,
  metadata: RecordingMetadata,
): { contentType: string; body: Buffer } {
  const parts = [
    { contentType: 'application/sdp', body: Buffer.from(sdp) },
    {
      contentType: form.metadataType ?? 'application/rs-metadata+xml',
      disposition: 'recording-session',
      body: Buffer.from(form.writeMetadata(metadata)),
    },
  ];
  return buildMultipart(
    form.metadataFirst ? parts.reverse() : parts,
    form.boundary ?? 'recording-session-boundary',
  );
}
