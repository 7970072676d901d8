import { buildDraftMetadata } from '../draft-metadata-builder.ts';
import type { CallFact, ExtensionData, RecordingMetadata } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

const NAMESPACE = 'http://acmepacket.com/siprec/extensiondata';

const FORM = {
  root: 'recording',
  namespace: 'urn:ietf:params:xml:ns:recording',
  bareNames: false,
  nestedSend: false,
};

const FACTS: Readonly<Record<string, CallFact['name']>> = {
  ucid: 'ucid',
  callingParty: 'calling_party',
  realm: 'realm',
  'in-realm': 'realm',
  'request-uri': 'request_uri',
};

/**
 * Oracle (Acme Packet) session border controllers: the draft form with `id`, `session` and `send`
 * inside the participant, and `apkt:` extension data with the calling party, realm and UCID.
 */
export const oracle: Dialect = {
  name: 'oracle',
  recognises: hasNamespace,
  refine: (metadata) => ({ facts: metadata.extensions.flatMap(readFact) }),
  client: {
    writeMetadata: (metadata) => buildDraftMetadata(markCaller(metadata), FORM),
  },
};

function hasNamespace(element: XmlElement): boolean {
  return element.namespace === NAMESPACE || element.children.some(hasNamespace);
}

function readFact({ element, parentId }: ExtensionData): CallFact[] {
  const name = element.namespace === NAMESPACE ? FACTS[element.name] : undefined;
  if (name === undefined || element.text === '') return [];
  return [{ name, value: element.text, ...(parentId !== undefined && { subjectId: parentId }) }];
}

/** The extension that these controllers add to the first participant of a call. */
function markCaller(metadata: RecordingMetadata): RecordingMetadata {
  const caller = metadata.participants[0];
  if (caller === undefined) return metadata;
  const element = { namespace: NAMESPACE, name: 'callingParty', attributes: {}, text: 'true', children: [] };
  return { ...metadata, extensions: [...metadata.extensions, { parentId: caller.id, element }] };
}
