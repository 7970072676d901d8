import { parseMultipart, type BodyPart } from '../sip/multipart.ts';
import { OfferRefused } from './offer-refused.ts';
import type { SipMessage } from '../sip/message.ts';

/** A part of a body, or the whole of it where it is not multipart. Types are lower-case and without parameters. */
export interface OfferPart {
  readonly contentType: string;
  readonly disposition: string;
  /** True when the source says that nothing is lost where the part is not understood (RFC 3261 section 20.11). */
  readonly optional: boolean;
  readonly body: Buffer;
}

const SDP_TYPE = 'application/sdp';
const METADATA_TYPES = ['application/rs-metadata+xml', 'application/rs-metadata'];
/** RFC 7866 section 9.1: metadata belongs to the recording session by this disposition. */
const METADATA_DISPOSITION = 'recording-session';

/**
 * The parts of a body in order, a multipart inside a multipart opened once; empty without a body.
 *
 * @throws OfferRefused 400 when a multipart cannot be taken apart.
 */
export function readParts(message: Pick<SipMessage, 'headers' | 'body'>): OfferPart[] {
  if (message.body.length === 0) return [];
  return partsOf(message.headers, message.body, 2);
}

/** True for a session description. */
export function isSdp(part: OfferPart): boolean {
  return part.contentType === SDP_TYPE;
}

/** True for recording metadata: by its type, and any XML whose disposition says that it is the session's. */
export function isMetadata(part: OfferPart): boolean {
  if (METADATA_TYPES.includes(part.contentType)) return true;
  return part.disposition === METADATA_DISPOSITION && part.contentType.endsWith('xml');
}

function partsOf(headers: BodyPart['headers'], body: Buffer, depth: number): OfferPart[] {
  const contentType = headers.get('Content-Type') ?? '';
  const disposition = headers.get('Content-Disposition') ?? '';
  const part = {
    contentType: withoutParameters(contentType),
    disposition: withoutParameters(disposition),
    optional: /;\s*handling\s*=\s*"?optional\b/i.test(disposition),
    body,
  };
  if (!part.contentType.startsWith('multipart/')) return [{ ...part, contentType: guessType(part) }];
  if (depth === 0) return [part];
  try {
    return parseMultipart(contentType, body).flatMap((inner) =>
      partsOf(inner.headers, inner.body, depth - 1),
    );
  } catch (cause) {
    if (cause instanceof OfferRefused) throw cause;
    throw new OfferRefused(
      400,
      'The multipart body cannot be taken apart; check its boundary and part headers.',
      { cause },
    );
  }
}

/** The type of a part that states none: by its first characters, as the sources that omit it send nothing else. */
function guessType(part: Pick<OfferPart, 'contentType' | 'body'>): string {
  if (part.contentType !== '') return part.contentType;
  const start = part.body.toString('latin1', 0, 64).trimStart();
  if (start.startsWith('v=0')) return SDP_TYPE;
  return start.startsWith('<') ? 'application/rs-metadata+xml' : '';
}

function withoutParameters(value: string): string {
  return (value.split(';', 1)[0] ?? '').trim().toLowerCase();
}
