import type { MediaDescription, SdpAttribute } from '../sip/sdp.ts';

/** One payload type of a media line (RFC 8866 section 6.6), static types filled in from RFC 3551. */
export interface OfferedFormat {
  readonly payloadType: number;
  /** Encoding name as written, upper case for static types; empty when unknown. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly fmtp?: string;
}

/** The static payload types a recording source may use without an rtpmap (RFC 3551 section 6). */
const STATIC_FORMATS: Readonly<Record<number, readonly [name: string, clockRate: number]>> = {
  0: ['PCMU', 8000],
  2: ['G726-32', 8000],
  3: ['GSM', 8000],
  4: ['G723', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  13: ['CN', 8000],
  15: ['G728', 8000],
  18: ['G729', 8000],
  19: ['CN', 8000],
};

/** The payload types of a media line in its order, each once; empty where the protocol is not RTP. Never throws. */
export function readFormats(media: MediaDescription): OfferedFormat[] {
  const mapped = attributesByType(media.attributes, 'rtpmap');
  const parameters = attributesByType(media.attributes, 'fmtp');
  const numbers = media.formats.map((text) => (/^\d+$/.test(text) ? Number(text) : Number.NaN));
  return [...new Set(numbers)].flatMap((payloadType) => {
    if (!(payloadType <= 127)) return [];
    const fixed = STATIC_FORMATS[payloadType];
    const [name = fixed?.[0] ?? '', rate, channels] = (mapped.get(payloadType) ?? '')
      .split('/')
      .filter(Boolean);
    const fmtp = parameters.get(payloadType);
    return [
      {
        payloadType,
        name,
        clockRate: positive(rate) ?? fixed?.[1] ?? 8000,
        channels: positive(channels) ?? 1,
        ...(fmtp !== undefined && { fmtp }),
      },
    ];
  });
}

/** The attribute lines that describe formats, as an answer or offer repeats them. */
export function describeFormats(formats: readonly OfferedFormat[]): SdpAttribute[] {
  return formats.flatMap(({ payloadType, name, clockRate, channels, fmtp }) => {
    const coding = `${name}/${clockRate}${channels > 1 ? `/${channels}` : ''}`;
    return [
      ...(name === '' ? [] : [{ name: 'rtpmap', value: `${payloadType} ${coding}` }]),
      ...(fmtp === undefined ? [] : [{ name: 'fmtp', value: `${payloadType} ${fmtp}` }]),
    ];
  });
}

/** `rtpmap:96 opus/48000/2` by payload type; the first of a type counts. */
function attributesByType(attributes: readonly SdpAttribute[], name: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const attribute of attributes) {
    const match = attribute.name === name ? /^(\d+)\s+(.+)$/.exec(attribute.value ?? '') : null;
    if (match?.[1] === undefined || match[2] === undefined) continue;
    if (!found.has(Number(match[1]))) found.set(Number(match[1]), match[2].trim());
  }
  return found;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
