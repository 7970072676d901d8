import { buildDraftMetadata } from '../draft-metadata-builder.ts';
import { extensionFacts, findElement, hasBoundary, headerFact, type FactNames } from './extension-facts.ts';
import { withNames, withScheme } from './name-ids.ts';
import type { CallFact, RecordingMetadata } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

const NAMESPACE = 'http://schema.broadsoft.com/broadworksCallRecording';
const BOUNDARY = 'UniqueBroadWorksBoundary';
const CORRELATION = 'X-BroadWorks-Correlation-Info';

const FORM = {
  root: 'recording_metadata',
  namespace: 'urn:ietf:params:xml:ns:siprec',
  bareNames: true,
  nestedSend: true,
};

const FACTS: FactNames = {
  extTrackingID: 'external_tracking_id',
  callID: 'call_id',
  recordingType: 'recording_type',
  callingPartyNumber: 'calling_number',
  calledPartyNumber: 'called_number',
  dialedDigits: 'dialed_digits',
};

/**
 * BroadWorks and Webex Calling: metadata before the SDP, root `recording_metadata`, ids nested in
 * `send`, and an extension with the tracking id, the kind of call and the recording mode. Two
 * parties on one stream are a mixed recording there, not a mistake. Hold is the null address.
 */
export const broadworks: Dialect = {
  name: 'broadworks',
  recognises: (root) => root.name === 'recording_metadata' || findNamespace(root),
  sends: (request) => request.headers.has(CORRELATION) || hasBoundary(request, BOUNDARY),
  refine: (metadata) => ({
    metadata: withNames(metadata, withScheme),
    facts: [...extensionFacts(metadata.extensions, FACTS), ...kindOfCall(metadata)],
  }),
  headerFacts: (request) => headerFact(request, CORRELATION, 'external_tracking_id'),
  client: {
    metadataFirst: true,
    contactParams: ';src',
    contactPlace: 'uri',
    boundary: BOUNDARY,
    hold: 'both',
    headers: (call) => ({ [CORRELATION]: call.sipSessionId }),
    writeMetadata: (metadata) => buildDraftMetadata(metadata, FORM),
  },
};

/** The kind of call is the name of the one element inside: origCall, termCall, redirectedCall. */
function kindOfCall(metadata: RecordingMetadata): CallFact[] {
  const callType = findElement(
    metadata.extensions.map((item) => item.element),
    'callType',
  );
  const value = callType?.children[0]?.name ?? callType?.text;
  return value ? [{ name: 'call_type', value }] : [];
}

function findNamespace(element: XmlElement): boolean {
  return element.namespace === NAMESPACE || element.children.some(findNamespace);
}
