import { buildDraftMetadata } from '../draft-metadata-builder.ts';
import { extensionFacts, findText, hasBoundary, type FactNames } from './extension-facts.ts';
import type { CallFact, ExtensionData, RecordingMetadata } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

const NAMESPACE = 'http://acmepacket.com/siprec/extensiondata';
const BOUNDARY = 'unique-boundary-1';

const FORM = {
  root: 'recording',
  namespace: 'urn:ietf:params:xml:ns:recording',
  bareNames: false,
  nestedSend: false,
};

const FACTS: FactNames = {
  ucid: 'ucid',
  callingParty: 'calling_party',
  realm: 'realm',
  'in-realm': 'realm',
  'request-uri': 'request_uri',
};

/**
 * Oracle (Acme Packet) session border controllers: the draft form with `id`, `session` and `send`
 * inside the participant, labels as big integers, times without zone, and `apkt:` extension data
 * with the calling party, realm, UCID and headers of the recorded call.
 */
export const oracle: Dialect = {
  name: 'oracle',
  recognises: hasNamespace,
  sends: (request) => hasBoundary(request, BOUNDARY),
  refine: (metadata) => {
    const own = metadata.extensions.filter(({ element }) => element.namespace === NAMESPACE);
    return { facts: [...extensionFacts(own, FACTS), ...own.flatMap(readHeader)] };
  },
  client: {
    boundary: BOUNDARY,
    writeMetadata: (metadata) => buildDraftMetadata(markCaller(metadata), FORM),
    label: (line) => String(16_777_227 + line),
  },
};

function hasNamespace(element: XmlElement): boolean {
  return element.namespace === NAMESPACE || element.children.some(hasNamespace);
}

/** `<apkt:header label="Call-ID"><value>…</value></apkt:header>`: a header of the recorded call. */
function readHeader({ element, parentId }: ExtensionData): CallFact[] {
  const wanted = element.name === 'header' && element.attributes['label']?.toLowerCase() === 'call-id';
  const value = wanted ? findText([element], 'value') : undefined;
  if (value === undefined) return [];
  return [{ name: 'call_id', value, ...(parentId !== undefined && { subjectId: parentId }) }];
}

/** The extension that these controllers add to the first participant of a call. */
function markCaller(metadata: RecordingMetadata): RecordingMetadata {
  const caller = metadata.participants[0];
  if (caller === undefined) return metadata;
  const element = { namespace: NAMESPACE, name: 'callingParty', attributes: {}, text: 'true', children: [] };
  return { ...metadata, extensions: [...metadata.extensions, { parentId: caller.id, element }] };
}
