import { buildMetadata } from '../metadata-builder.ts';
import { warning } from '../warnings.ts';
import { hasBoundary, headerFact } from './extension-facts.ts';
import type { Participant, RecordingMetadata } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

/** The header carries whatever two applications agree on; only this is a universal call id. */
const UCID = /^([0-9A-F]{2})?FA08[0-9A-F]{16}/i;
const PLACEHOLDER = /^(sips?:)?ASBCE@/i;

/**
 * Avaya Session Border Controller for Enterprise: a placeholder participant named after the
 * controller, whose stream has an empty id, until an UPDATE names the real one; the session id is
 * the UCID, which stands in User-to-User too; labels 10 and 20.
 */
export const avaya: Dialect = {
  name: 'avaya',
  recognises: (root) => children(root, 'participant').some(namesPlaceholder) || hasEmptyStreamId(root),
  sends: (request) => hasBoundary(request, 'foobar'),
  refine: (metadata) => {
    const participants = metadata.participants.map(markPlaceholder);
    const marked = participants.some((participant) => participant.placeholder);
    return {
      metadata: { ...metadata, participants },
      warnings: marked ? [warning('party_placeholder')] : [],
    };
  },
  headerFacts: (request) =>
    headerFact(request, 'User-to-User', 'ucid').filter(({ value }) => UCID.test(value)),
  client: {
    boundary: 'foobar',
    contactParams: ';+sip.src',
    contactPlace: 'uri',
    headers: () => ({ 'User-to-User': '00FA080001000100000001;encoding=hex' }),
    label: (line) => String(10 * (line + 1)),
    openingMetadata: withPlaceholder,
    writeMetadata: (metadata) => buildMetadata(metadata, { dataModeName: 'dataMode' }),
  },
};

function markPlaceholder(participant: Participant): Participant {
  const placeholder = participant.nameIds.some((nameId) => PLACEHOLDER.test(nameId.aor));
  return placeholder ? { ...participant, placeholder: true } : participant;
}

function namesPlaceholder(participant: XmlElement): boolean {
  return children(participant, 'nameID').some((item) => PLACEHOLDER.test(item.attributes['aor'] ?? ''));
}

function hasEmptyStreamId(root: XmlElement): boolean {
  return children(root, 'stream').some((stream) => stream.attributes['stream_id'] === '');
}

function children(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((item) => item.name === name);
}

/** Only the first party is known yet: all others are the controller, which sends nothing. */
function withPlaceholder(metadata: RecordingMetadata): RecordingMetadata {
  const [known] = metadata.participants;
  const stands = (id: string): boolean => id !== known?.id;
  return {
    ...metadata,
    participants: metadata.participants.map((participant) =>
      stands(participant.id)
        ? { ...participant, nameIds: [{ aor: 'sip:ASBCE@asbce.example' }] }
        : participant,
    ),
    streams: metadata.streams.map((stream, index) => (index === 0 ? stream : { ...stream, id: '' })),
    participantStreams: metadata.participantStreams.map((item) =>
      stands(item.participantId) ? { ...item, send: [], receive: [] } : item,
    ),
  };
}
