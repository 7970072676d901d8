import { buildMetadata } from '../metadata-builder.ts';
import { extensionFacts, isUserAgent, type FactNames } from './extension-facts.ts';
import type { RecordingMetadata } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

const NAMESPACE = 'http://AudioCodes';

const FACTS: FactNames = { AvayaUCID: 'ucid', GenesysUUID: 'genesys_uuid' };

/**
 * AudioCodes Mediant session border controllers: legacy or RFC 7865 form, by configuration; a bare
 * `;src` in Contact; ids of digits in groups, the group's stable over transfers; `ac:` elements that
 * pass on the call ids of an Avaya or Genesys contact centre.
 */
export const audiocodes: Dialect = {
  name: 'audiocodes',
  recognises: isOurs,
  sends: (request) => isUserAgent(request, /audiocodes|\bmediant\b/i),
  refine: (metadata) => ({ facts: extensionFacts(metadata.extensions, FACTS) }),
  client: {
    metadataType: 'application/rs-metadata',
    contactParams: ';src',
    headers: () => ({ 'User-Agent': 'Mediant SW/v.7.40A.500.357', Supported: 'timer,replaces,sdp-anat' }),
    writeMetadata: (metadata) => buildMetadata(markSession(metadata), { dataModeName: 'dataMode' }),
  },
};

function isOurs(element: XmlElement): boolean {
  return /audiocodes/i.test(element.namespace) || element.name in FACTS || element.children.some(isOurs);
}

/** The element that a controller beside an Avaya system adds, with the session's id for want of a UCID. */
function markSession(metadata: RecordingMetadata): RecordingMetadata {
  const session = metadata.sessions[0];
  if (session === undefined) return metadata;
  const element = {
    namespace: NAMESPACE,
    name: 'AvayaUCID',
    attributes: {},
    text: 'FA080001000100000001',
    children: [],
  };
  return { ...metadata, extensions: [...metadata.extensions, { parentId: session.id, element }] };
}
