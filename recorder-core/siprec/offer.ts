import { parseSdp, type SessionDescription } from '../sip/sdp.ts';
import { headerFacts, recogniseDialect } from './dialects/recognise.ts';
import { parseMetadata } from './metadata-parser.ts';
import { isMetadata, isSdp, readParts, type OfferPart } from './offer-body.ts';
import { OfferRefused } from './offer-refused.ts';
import { awarenessFacts } from './recording-awareness.ts';
import { readStreams, type OfferedStream } from './offered-stream.ts';
import { distinctWarnings, warning, type RecordingWarning } from './warnings.ts';
import type { SipMessage, SipRequest } from '../sip/message.ts';
import type { CallFact, MetadataDocument } from './metadata.ts';

/** A metadata document as received; `document` is absent when it could not be read. */
export interface OfferedMetadata {
  readonly document?: MetadataDocument;
  readonly raw: Buffer;
  readonly contentType: string;
}

/** What a message of the recording session brings: media lines, metadata, both or neither. */
export interface RecordingBody {
  readonly sdp?: SessionDescription;
  /** The media lines in order; empty without SDP. */
  readonly streams: readonly OfferedStream[];
  /** The first readable document, or the first unreadable one when there is no other. */
  readonly metadata?: OfferedMetadata;
  /** Documents beyond that one: kept for the record, not applied. */
  readonly otherMetadata: readonly OfferedMetadata[];
  readonly warnings: readonly RecordingWarning[];
  /** The vendor that sent it, by its metadata or headers; `rfc7865` for metadata of nobody in particular. */
  readonly dialect?: string;
  /** What metadata and headers tell of the call beside the standard. */
  readonly facts: readonly CallFact[];
}

/** The body of a request, with the request it came in: the binding falls back on its headers. */
export interface RecordingOffer extends RecordingBody {
  readonly request: SipRequest;
}

/**
 * Reads the body of an INVITE, re-INVITE, UPDATE or BYE of a recording session: multipart in any part
 * order, plain SDP, bare metadata, or nothing (a delayed offer). Metadata that cannot be read never
 * stands in the way of recording: it is kept and warned of, also where it comes alone.
 *
 * @throws OfferRefused 400 when the SDP or the multipart cannot be read; 415 when nothing in the body
 * is of a known type and something in it is required; 488 when the SDP has no media line.
 */
export function readOffer(request: SipRequest): RecordingOffer {
  const body = readBody(request, request);
  return { ...body, facts: [...headerFacts(request), ...body.facts], request };
}

/**
 * As `readOffer`, for any message; `request` is the one whose headers tell the vendor.
 *
 * @throws OfferRefused as `readOffer` does.
 */
export function readBody(message: Pick<SipMessage, 'headers' | 'body'>, request?: SipRequest): RecordingBody {
  const warnings: RecordingWarning[] = [];
  const parts = readParts(message);
  const sdpPart = parts.find(isSdp);
  const metadataParts = parts.filter(isMetadata);
  const ignored = parts.filter((part) => part !== sdpPart && !isMetadata(part));
  if (ignored.some((part) => !part.optional)) {
    if (sdpPart === undefined && metadataParts.length === 0) {
      throw new OfferRefused(
        415,
        'The body is of a type the recorder does not read; send SDP or recording metadata.',
      );
    }
    warnings.push(warning('body_part_ignored'));
  }
  const sdp = sdpPart === undefined ? undefined : readSdp(sdpPart.body);
  const streams = sdp === undefined ? [] : readStreams(sdp);
  warnings.push(...warnOfStreams(streams));
  const documents = metadataParts.map((part) => readMetadata(part, request, warnings));
  const metadata = documents.find((item) => item.document !== undefined) ?? documents[0];
  if (documents.length > 1) warnings.push(warning('metadata_duplicate'));
  const dialect = metadata?.document?.dialect ?? recogniseDialect(undefined, request)?.name;
  return {
    ...(sdp && { sdp }),
    streams,
    ...(metadata && { metadata }),
    otherMetadata: documents.filter((item) => item !== metadata),
    warnings: distinctWarnings([...warnings, ...(metadata?.document?.warnings ?? [])]),
    ...(dialect !== undefined && { dialect }),
    facts: [...awarenessFacts(streams, request), ...(metadata?.document?.facts ?? [])],
  };
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

function readMetadata(
  part: OfferPart,
  request: SipRequest | undefined,
  warnings: RecordingWarning[],
): OfferedMetadata {
  const kept = { raw: part.body, contentType: part.contentType };
  try {
    return { document: parseMetadata(part.body, request), ...kept };
  } catch {
    warnings.push(warning('metadata_unreadable'));
    return kept;
  }
}

/** What is odd about the lines; a closed one is nobody's line, whatever it says. */
function warnOfStreams(streams: readonly OfferedStream[]): RecordingWarning[] {
  const labels = new Set<string>();
  return streams.flatMap(({ label, port, direction, address }) => {
    if (port === 0) return [];
    const found: RecordingWarning[] = [];
    if (label === undefined) found.push(warning('label_missing'));
    else if (labels.has(label)) found.push(warning('label_duplicate', label));
    if (direction === 'recvonly') found.push(warning('direction_unexpected', label));
    if (address === '') found.push(warning('address_missing', label));
    if (label !== undefined) labels.add(label);
    return found;
  });
}
