import { buildDraftMetadata } from '../draft-metadata-builder.ts';
import type { CallFact } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import { findElement, type Dialect } from './dialect.ts';

const NAMESPACE = 'http://schema.broadsoft.com/broadworksCallRecording';

const FORM = {
  root: 'recording_metadata',
  namespace: 'urn:ietf:params:xml:ns:siprec',
  bareNames: true,
  nestedSend: true,
};

/**
 * BroadWorks and Webex Calling: root `recording_metadata`, ids nested in `send`, and an extension
 * with the tracking id, the kind of call and the recording mode. Two parties on one stream are a
 * mixed recording there, not a mistake.
 */
export const broadworks: Dialect = {
  name: 'broadworks',
  recognises: (root) => root.name === 'recording_metadata' || findNamespace(root),
  refine: (metadata) => {
    const elements = metadata.extensions.map((item) => item.element);
    const facts: CallFact[] = [];
    const trackingId = findElement(elements, 'extTrackingID')?.text;
    if (trackingId) facts.push({ name: 'external_tracking_id', value: trackingId });
    const callId = findElement(elements, 'callID')?.text;
    if (callId) facts.push({ name: 'call_id', value: callId });
    const recordingType = findElement(elements, 'recordingType')?.text;
    if (recordingType) facts.push({ name: 'recording_type', value: recordingType });
    // The kind of call is the name of the one element inside: origCall, termCall, redirectedCall.
    const callType = findElement(elements, 'callType');
    const kind = callType?.children[0]?.name ?? callType?.text;
    if (kind) facts.push({ name: 'call_type', value: kind });
    return { facts };
  },
  client: {
    metadataFirst: true,
    contactParams: ';src',
    boundary: 'UniqueBroadWorksBoundary',
    writeMetadata: (metadata) => buildDraftMetadata(metadata, FORM),
  },
};

function findNamespace(element: XmlElement): boolean {
  return element.namespace === NAMESPACE || element.children.some(findNamespace);
}
