import { METADATA_NAMESPACE } from './metadata-builder.ts';
import { xmlDocument, xmlElement, xmlText } from './xml-writer.ts';
import { readXml } from './xml-tree.ts';
import type { SipMessage } from '../sip/message.ts';

/** The body of a request for a complete metadata document. */
export interface MetadataRequest {
  readonly contentType: string;
  readonly disposition: 'recording-session';
  readonly body: Buffer;
}

const REQUEST_ELEMENT = 'requestsnapshot';

/** RFC 9806, RFC 7866 before it, and the type of the drafts that some sources still list, in our order of preference. */
const REQUEST_TYPES = [
  'application/rs-metadata+xml',
  'application/rs-metadata',
  'application/rs-metadata-request',
];

/** Longer reasons are cut: they are read by people, and a request is best kept in one datagram. */
const MAX_REASON = 200;

/**
 * Builds the request for a metadata snapshot (RFC 7866 section 9.2). It goes to the source in an
 * UPDATE of its own, without SDP; the source answers 200 and then sends a complete document in a
 * re-INVITE or UPDATE, which `readOffer` reads like any other. `accept` is the Accept header of the
 * source's INVITE: the first type it lists is used, else that of RFC 9806. `reason` names nobody.
 */
export function buildMetadataRequest(reason: string, accept = ''): MetadataRequest {
  const listed = accept.split(',').map((type) => (type.split(';', 1)[0] ?? '').trim().toLowerCase());
  const contentType = REQUEST_TYPES.find((type) => listed.includes(type)) ?? 'application/rs-metadata+xml';
  const content = xmlText('requestreason', reason.slice(0, MAX_REASON), { 'xml:lang': 'en' });
  const document = xmlDocument(xmlElement(REQUEST_ELEMENT, { xmlns: METADATA_NAMESPACE }, [content]));
  return { contentType, disposition: 'recording-session', body: Buffer.from(document) };
}

/**
 * Tells the request for a snapshot from other messages, for the side that plays a source: the reason
 * (empty when none is given), or undefined for everything else. Never throws.
 */
export function readMetadataRequest(message: Pick<SipMessage, 'headers' | 'body'>): string | undefined {
  const type = (message.headers.get('Content-Type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!REQUEST_TYPES.includes(type)) return undefined;
  try {
    const { root } = readXml(message.body);
    if (root.name.toLowerCase() !== REQUEST_ELEMENT) return undefined;
    return root.children.find((item) => item.name.toLowerCase() === 'requestreason')?.text ?? '';
  } catch {
    return undefined;
  }
}
