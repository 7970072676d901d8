import { buildMetadata } from '../metadata-builder.ts';
import { warning } from '../warnings.ts';
import type { Participant } from '../metadata.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { Dialect } from './dialect.ts';

const PLACEHOLDER = /^(sips?:)?ASBCE@/i;

/**
 * Avaya Session Border Controller for Enterprise: empty stream ids (the generic reader then goes by
 * label), and a placeholder participant named after the controller until an UPDATE names the real one.
 */
export const avaya: Dialect = {
  name: 'avaya',
  recognises: (root) => children(root, 'participant').some(namesPlaceholder) || hasEmptyStreamId(root),
  refine: (metadata) => {
    const participants = metadata.participants.map(markPlaceholder);
    const marked = participants.some((participant) => participant.placeholder);
    return {
      metadata: { ...metadata, participants },
      warnings: marked ? [warning('party_placeholder')] : [],
    };
  },
  client: {
    boundary: 'foobar',
    writeMetadata: (metadata) => buildMetadata(metadata, { dataModeName: 'dataMode', streamId: '' }),
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
