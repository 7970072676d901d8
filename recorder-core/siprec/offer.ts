import { parseMultipart, type BodyPart } from '../sip/multipart.ts';
import { parseSdp, type SessionDescription } from '../sip/sdp.ts';
import { parseMetadata } from './metadata-parser.ts';
import { OfferRefused } from './offer-refused.ts';
import { readStreams, type OfferedStream } from './offered-stream.ts';
import { distinctWarnings, warning, type RecordingWarning } from './warnings.ts';
import type { SipRequest } from '../sip/message.ts';
import type { MetadataDocument } from './metadata.ts';

/** A metadata document as received; `document` is absent when it could not be read. */
export interface OfferedMetadata {
  readonly document?: MetadataDocument;
  readonly raw: Buffer;
  readonly contentType: string;
}

/** What a request of the recording session brings: an offer, metadata, both or neither. */
export interface RecordingOffer {
  readonly sdp?: SessionDescription;
  /** The media lines in order; empty without SDP. */
  readonly streams: readonly OfferedStream[];
  /** The first readable document, or the first unreadable one when there is no other. */
  readonly metadata?: OfferedMetadata;
  /** Documents beyond that one: kept for the record, not applied. */
  readonly otherMetadata: readonly OfferedMetadata[];
  readonly warnings: readonly RecordingWarning[];
  /** The request it came in; the binding falls back on its headers. */
  readonly request: SipRequest;
}

const METADATA_TYPES = ['application/rs-metadata+xml', 'application/rs-metadata'];
const SDP_TYPE = 'application/sdp';
/** RFC 7866 section 8.4: metadata belongs to the recording session by this disposition. */
const METADATA_DISPOSITION = 'recording-session';

/**
 * Reads the body of an INVITE, re-INVITE, UPDATE, ACK or BYE of a recording session: multipart in
 * any part order, plain SDP, bare metadata, or nothing (a delayed offer). Metadata that cannot be
 * read never stands in the way of recording: it is kept and warned of.
 *
 * @throws OfferRefused 400 when the SDP or the multipart cannot be read, or a request that only
 * brings metadata brings an unreadable document; 415 when nothing in the body is of a known type;
 * 488 when the SDP has no media line.
 */
export function readOffer(request: SipRequest): RecordingOffer {
  const warnings: RecordingWarning[] = [];
  const parts = bodyParts(request);
  const sdpPart = parts.find((part) => part.contentType === SDP_TYPE);
  const metadataParts = parts.filter(isMetadata);
  const required = parts.filter((part) => part !== sdpPart && !metadataParts.includes(part));
  if (required.length > 0) warnings.push(warning('body_part_ignored'));
  if (parts.length > 0 && sdpPart === undefined && metadataParts.length === 0) {
    throw new OfferRefused(
      415,
      'The body is of a type the recorder does not read; send SDP or recording metadata.',
    );
  }
  const sdp = sdpPart === undefined ? undefined : readSdp(sdpPart.body);
  const streams = sdp === undefined ? [] : readStreams(sdp);
  warnings.push(...warnOfStreams(streams));
  const documents = metadataParts.map((part) => readMetadata(part, sdp === undefined, warnings));
  const metadata = documents.find((item) => item.document !== undefined) ?? documents[0];
  if (documents.length > 1) warnings.push(warning('metadata_duplicate'));
  return {
    ...(sdp && { sdp }),
    streams,
    ...(metadata && { metadata }),
    otherMetadata: documents.filter((item) => item !== metadata),
    warnings: distinctWarnings([...warnings, ...(metadata?.document?.warnings ?? [])]),
    request,
  };
}

type Part = Pick<BodyPart, 'contentType' | 'disposition' | 'body'>;

/** The parts of the body, a multipart inside a multipart opened once; a single body is one part. */
function bodyParts(request: SipRequest): Part[] {
  if (request.body.length === 0) return [];
  const contentType = request.headers.get('Content-Type') ?? '';
  return partsOf({ contentType: mediaType(contentType), body: request.body }, contentType, 2);
}

function partsOf(part: Part, contentType: string, depth: number): Part[] {
  if (!part.contentType.startsWith('multipart/')) return [{ ...part, contentType: guessType(part) }];
  if (depth === 0) return [part];
  try {
    return parseMultipart(contentType, part.body).flatMap((inner) => {
      const stated = inner.headers.get('Content-Type') ?? '';
      return partsOf({ ...inner, contentType: mediaType(stated) }, stated, depth - 1);
    });
  } catch (cause) {
    throw new OfferRefused(
      400,
      'The multipart body cannot be taken apart; check its boundary and part headers.',
      {
        cause,
      },
    );
  }
}

/** The type of a part that states none: by its first characters, as the sources that omit it send nothing else. */
function guessType(part: Part): string {
  if (part.contentType !== '') return part.contentType;
  const start = part.body.toString('latin1', 0, 64).trimStart();
  if (start.startsWith('v=0')) return SDP_TYPE;
  return start.startsWith('<') ? 'application/rs-metadata+xml' : '';
}

function mediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** By type; and any XML whose disposition says that it is the session's metadata. */
function isMetadata(part: Part): boolean {
  if (METADATA_TYPES.includes(part.contentType)) return true;
  const disposition = (part.disposition ?? '').split(';', 1)[0]?.trim().toLowerCase();
  return disposition === METADATA_DISPOSITION && part.contentType.endsWith('xml');
}

function readSdp(body: Buffer): SessionDescription {
  let sdp: SessionDescription;
  try {
    sdp = parseSdp(body.toString('utf8'));
  } catch (cause) {
    throw new OfferRefused(400, 'The session description (SDP) cannot be read; correct it at the source.', {
      cause,
    });
  }
  if (sdp.media.length === 0) {
    throw new OfferRefused(
      488,
      'The session description offers no media line, so there is nothing to record.',
    );
  }
  return sdp;
}

function readMetadata(part: Part, metadataOnly: boolean, warnings: RecordingWarning[]): OfferedMetadata {
  const kept = { raw: part.body, contentType: part.contentType };
  try {
    return { document: parseMetadata(part.body), ...kept };
  } catch (cause) {
    if (metadataOnly) {
      throw new OfferRefused(400, 'The recording metadata cannot be read, so nothing of it was applied.', {
        cause,
      });
    }
    warnings.push(warning('metadata_unreadable'));
    return kept;
  }
}

function warnOfStreams(streams: readonly OfferedStream[]): RecordingWarning[] {
  const labels = new Set<string>();
  return streams.flatMap((stream) => {
    const { label } = stream;
    const found: RecordingWarning[] = [];
    if (label === undefined) found.push(warning('label_missing'));
    else if (labels.has(label)) found.push(warning('label_duplicate', label));
    if (stream.direction === 'recvonly') found.push(warning('direction_unexpected', label));
    if (label !== undefined) labels.add(label);
    return found;
  });
}
