import { buildMetadata } from '../metadata-builder.ts';
import { extensionFacts, findElement, hasBoundary, type FactNames } from './extension-facts.ts';
import { userPart, withNames } from './name-ids.ts';
import type { RecordingMetadata } from '../metadata.ts';
import type { Dialect } from './dialect.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:recording';
const BOUNDARY = 'metaswitch-boundary';
const EXTENSION = 'metaswitchRecordingMetadata';

const FACTS: FactNames = {
  callType: 'call_type',
  recordedParty: 'recorded_party',
  callingPartyNumber: 'calling_number',
  dialedDigits: 'dialed_digits',
};

/**
 * Metaswitch CFS: one mixed media line that every party sends and receives, addresses of bare
 * digits, a Contact whose bracket stays open, and an extension with the recorded subscriber. The
 * subscriber is what is recorded: a three-way call of two of them is two recordings of one audio.
 */
export const metaswitch: Dialect = {
  name: 'metaswitch',
  recognises: (root) => findElement([root], EXTENSION) !== undefined,
  sends: (request) =>
    hasBoundary(request, BOUNDARY) || /metaswitch/i.test(request.headers.get('Organization') ?? ''),
  refine: (metadata) => ({ facts: extensionFacts(metadata.extensions, FACTS) }),
  client: {
    boundary: BOUNDARY,
    metadataType: 'application/rs-metadata',
    lines: 'mixed',
    contactParams: ';+sip.src',
    contactPlace: 'unclosed',
    headers: () => ({ Organization: 'Metaswitch Networks', Supported: 'resource-priority, siprec, 100rel' }),
    shapeSdp: (sdp) => sdp.replaceAll('a=sendonly\r\n', ''),
    writeMetadata: (metadata) => buildMetadata(ofSubscriber(metadata), { namespace: NAMESPACE }),
  },
};

function ofSubscriber(metadata: RecordingMetadata): RecordingMetadata {
  const leaf = (name: string, text: string) => ({ ...ELEMENT, name, text });
  const [caller = '', called = ''] = metadata.participants.map(({ nameIds }) =>
    userPart(nameIds[0]?.aor ?? ''),
  );
  const children = [
    leaf('callType', 'terminating'),
    leaf('recordedParty', called),
    leaf('callingPartyNumber', caller),
    leaf('dialedDigits', called),
  ];
  const wrapper = {
    ...ELEMENT,
    name: 'extensiondata',
    children: [{ ...ELEMENT, name: EXTENSION, children }],
  };
  return {
    ...withNames(metadata, (nameId) => ({ ...nameId, aor: userPart(nameId.aor) })),
    extensions: [...metadata.extensions, { element: wrapper }],
  };
}

const ELEMENT = { namespace: NAMESPACE, attributes: {}, text: '', children: [] };
