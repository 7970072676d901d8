import { buildMetadata } from '../metadata-builder.ts';
import { extensionFacts, findElement, isUserAgent, type FactNames } from './extension-facts.ts';
import { userPart } from './name-ids.ts';
import type { RecordingMetadata } from '../metadata.ts';
import type { Dialect } from './dialect.ts';

const NAMESPACE = 'http://schema.netsapiens.com/netsapiensSipRec';
const EXTENSION = 'netsapiensExtension';

const FACTS: FactNames = {
  groupSeq: 'group_sequence',
  xferredGroupID: 'transferred_group',
  byAction: 'transfer_action',
  callingPartyNumber: 'calling_number',
  calledPartyNumber: 'called_number',
  callType: 'call_type',
};

/**
 * NetSapiens (and Crexendo): no stream associations, so parties are bound by position. Every change
 * of party ends the session and opens another; only the group, its sequence number and the group
 * that was transferred tie them together.
 */
export const netsapiens: Dialect = {
  name: 'netsapiens',
  recognises: (root) => findElement([root], EXTENSION)?.namespace === NAMESPACE,
  sends: (request) => isUserAgent(request, /netsapiens/i),
  refine: (metadata) => ({ facts: extensionFacts(metadata.extensions, FACTS) }),
  client: {
    headers: () => ({ 'User-Agent': 'NetSapiens SiPBx 1-1205c' }),
    writeMetadata: (metadata) => buildMetadata(bySequence(metadata)),
  },
};

function bySequence(metadata: RecordingMetadata): RecordingMetadata {
  const leaf = (name: string, text: string) => ({ ...ELEMENT, name, text });
  const [caller = '', called = ''] = metadata.participants.map(({ nameIds }) =>
    userPart(nameIds[0]?.aor ?? ''),
  );
  const children = [
    leaf('groupSeq', '0'),
    leaf('callingPartyNumber', caller),
    leaf('calledPartyNumber', called),
    leaf('byAction', 'Recording'),
  ];
  const element = { ...ELEMENT, name: EXTENSION, attributes: { version: '1.1' }, children };
  return { ...metadata, participantStreams: [], extensions: [...metadata.extensions, { element }] };
}

const ELEMENT = { namespace: NAMESPACE, attributes: {}, text: '', children: [] };
