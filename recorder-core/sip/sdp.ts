import { HoldfastError } from '../errors.ts';

/** The o= line (RFC 8866 section 5.2); all fields as written. */
export interface SdpOrigin {
  username: string;
  sessionId: string;
  version: string;
  netType: string;
  addrType: string;
  address: string;
}

/** One a= line: `a=name` or `a=name:value`. */
export interface SdpAttribute {
  readonly name: string;
  readonly value?: string;
}

/** One m= section. `connection` is the value of its own c= line, for instance `IN IP4 192.0.2.1`. */
export interface MediaDescription {
  readonly media: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly connection?: string;
  readonly attributes: readonly SdpAttribute[];
}

/** A session description. `raw` is the text it was read from, with everything the fields leave out. */
export interface SessionDescription {
  readonly origin: SdpOrigin;
  readonly connection?: string;
  readonly attributes: readonly SdpAttribute[];
  readonly media: readonly MediaDescription[];
  readonly raw: string;
  sessionName: string;
}

/** More m= lines than this is no call but an attack. */
const MAX_MEDIA = 128;

type Section = { connection?: string; attributes: SdpAttribute[] };
type MediaSection = Section & { media: string; port: number; protocol: string; formats: string[] };

/**
 * Reads a session description (RFC 8866) as recording clients really send it: t=, s=, c= and even o= may be
 * missing, line ends may be bare, unknown lines are kept in `raw` only. Throws `invalid_input` when the text
 * does not begin with a v= line or when an m= line cannot be read, because then no answer can match it.
 */
export function parseSdp(text: string): SessionDescription {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  if (!/^\s*v\s*=\s*0/.test((lines[0] ?? '').replace(/^\uFEFF/, ''))) {
    throw new HoldfastError(
      'invalid_input',
      'The session description does not begin with v=0; send one that does.',
      {
        field: 'v',
      },
    );
  }
  const session: Section = { attributes: [] };
  const media: MediaSection[] = [];
  const found: { origin?: SdpOrigin; name?: string } = {};
  for (const line of lines.slice(1)) {
    const type = line[0];
    const value = /^\w\s*=/.test(line) ? line.slice(line.indexOf('=') + 1).trim() : undefined;
    if (value === undefined) continue;
    const section = media.at(-1) ?? session;
    if (type === 'm') media.push(parseMediaLine(value, media.length));
    else if (type === 'a' && value !== '') section.attributes.push(parseAttribute(value));
    else if (type === 'c' && value !== '') section.connection ??= value;
    else if (type === 'o') found.origin ??= parseOrigin(value);
    else if (type === 's') found.name ??= value;
  }
  return {
    origin: found.origin ?? parseOrigin(''),
    sessionName: found.name === undefined || found.name === '' ? '-' : found.name,
    ...session,
    media,
    raw: text,
  };
}

/** Writes a session description; `raw` is not used, and t= is always `0 0`. */
export function serializeSdp(sd: SessionDescription): string {
  const { origin } = sd;
  const lines = [
    'v=0',
    `o=${origin.username} ${origin.sessionId} ${origin.version} ${origin.netType} ${origin.addrType} ${origin.address}`,
    `s=${sd.sessionName === '' ? '-' : sd.sessionName}`,
    ...connectionLine(sd.connection),
    't=0 0',
    ...sd.attributes.map(attributeLine),
    ...sd.media.flatMap((m) => [
      `m=${m.media} ${String(m.port)} ${m.protocol} ${m.formats.join(' ')}`.trimEnd(),
      ...connectionLine(m.connection),
      ...m.attributes.map(attributeLine),
    ]),
  ];
  if (lines.some((line) => /[\r\n\0]/.test(line))) {
    throw new HoldfastError(
      'invalid_input',
      'A session description field holds a line break or NUL; remove it.',
    );
  }
  return `${lines.join('\r\n')}\r\n`;
}

function parseMediaLine(value: string, index: number): MediaSection {
  const [media, portText, protocol, ...formats] = value.split(/\s+/);
  const port = /^\d{1,5}(\/\d+)?$/.test(portText ?? '') ? Number.parseInt(portText ?? '', 10) : Number.NaN;
  if (!media || !protocol || !(port <= 65_535) || index >= MAX_MEDIA) {
    const which = `m= line number ${String(index + 1)}`;
    throw new HoldfastError(
      'invalid_input',
      `The ${which} cannot be read, so no answer can match it; correct it.`,
      {
        field: 'm',
      },
    );
  }
  return { media: media.toLowerCase(), port, protocol, formats, attributes: [] };
}

function parseAttribute(value: string): SdpAttribute {
  const colon = value.indexOf(':');
  return colon === -1
    ? { name: value }
    : { name: value.slice(0, colon).trim(), value: value.slice(colon + 1).trim() };
}

function parseOrigin(value: string): SdpOrigin {
  const [username, sessionId, version, netType, addrType, address] = value.split(/\s+/);
  return {
    username: username || '-',
    sessionId: sessionId ?? '0',
    version: version ?? '0',
    netType: netType ?? 'IN',
    addrType: addrType ?? 'IP4',
    address: address ?? '0.0.0.0',
  };
}

/** A bare address is completed to `IN IP4 …` or `IN IP6 …`. */
function connectionLine(connection: string | undefined): string[] {
  if (connection === undefined) return [];
  if (connection.includes(' ')) return [`c=${connection}`];
  return [`c=IN ${connection.includes(':') ? 'IP6' : 'IP4'} ${connection}`];
}

function attributeLine(attribute: SdpAttribute): string {
  return attribute.value === undefined ? `a=${attribute.name}` : `a=${attribute.name}:${attribute.value}`;
}
