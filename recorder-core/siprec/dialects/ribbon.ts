import { buildMetadata } from '../metadata-builder.ts';
import { extensionFacts, findElement, hasBoundary, type FactNames } from './extension-facts.ts';
import { withNames, withScheme } from './name-ids.ts';
import type { RecordingMetadata } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

const NAMESPACE = 'urn:ietf:params:xml:ns:recording';
const BOUNDARY = 'sonus-content-delim';
const CALL_DATA = 'urn:ietf:params:xml:ns:callData';
const PREFIX = 'tns';

/** The elements of the predefined profile; a profile of the operator's own keeps its elements as extension data. */
const FACTS: FactNames = {
  fromhdr: 'from_header',
  tohdr: 'to_header',
  callid: 'call_id',
  gcid: 'global_call_id',
};

/**
 * Ribbon (Sonus) session border controllers: every element with a `tns:` prefix, addresses without
 * scheme, and `callData` in the group with From, To and Call-ID of the recorded call. The first
 * participant sends the stream labelled 2, so only the associations tell who is on which line.
 */
export const ribbon: Dialect = {
  name: 'ribbon',
  recognises: (root) => findElement([root], 'callData')?.namespace === CALL_DATA,
  sends: (request) => hasBoundary(request, BOUNDARY),
  refine: (metadata) => ({
    metadata: withNames(metadata, withScheme),
    facts: extensionFacts(metadata.extensions, FACTS),
  }),
  client: {
    boundary: BOUNDARY,
    headers: () => ({ Accept: 'application/sdp, application/rs-metadata-request', 'Min-SE': '90' }),
    writeMetadata: (metadata) => prefixed(buildMetadata(withCallData(metadata), { namespace: NAMESPACE })),
    // The first party sends the stream labelled 2, the second that labelled 1.
    label: (line) => String(line % 2 === 0 ? line + 2 : line),
  },
};

/** Addresses without scheme, and the call data in the group. */
function withCallData(metadata: RecordingMetadata): RecordingMetadata {
  const text = (name: string, value: string): XmlElement => ({
    namespace: CALL_DATA,
    name,
    attributes: {},
    text: value,
    children: [],
  });
  const children = [text('callid', metadata.sessions[0]?.id ?? ''), text('gcid', '1')];
  const element = { namespace: CALL_DATA, name: 'callData', attributes: {}, text: '', children };
  const parentId = metadata.groups[0]?.id;
  return {
    ...withNames(metadata, (nameId) => ({ ...nameId, aor: nameId.aor.replace(/^sips?:/i, '') })),
    extensions: [...metadata.extensions, { element, ...(parentId !== undefined && { parentId }) }],
  };
}

/** Puts the prefix before every element that does not bring a namespace of its own. Text holds no `<`. */
function prefixed(document: string): string {
  const foreign = new Set<string>();
  return document
    .replaceAll(/<([\w-]+) xmlns="([^"]*)"/g, (whole, name: string, namespace: string) => {
      if (namespace !== NAMESPACE) foreign.add(name);
      return namespace === NAMESPACE ? `<${name} xmlns:${PREFIX}="${namespace}"` : whole;
    })
    .replaceAll(/<(\/?)([\w-]+)/g, (whole, slash: string, name: string) =>
      foreign.has(name) ? whole : `<${slash}${PREFIX}:${name}`,
    );
}
