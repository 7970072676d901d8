import { HoldfastError } from '../errors.ts';
import { recogniseDialect } from './dialects/recognise.ts';
import { MetadataDraft } from './metadata-draft.ts';
import { ELEMENT_READERS } from './metadata-elements.ts';
import { distinctWarnings } from './warnings.ts';
import { readXml, type XmlElement } from './xml-tree.ts';
import type { SipRequest } from '../sip/message.ts';
import type { MetadataDocument } from './metadata.ts';

/** RFC 7865 section 10, and the roots of its drafts. */
const ROOTS = ['recording', 'recording_metadata', 'recording-metadata'];

/** The name of the reading that needs no vendor knowledge. */
export const GENERIC_DIALECT = 'rfc7865';

/**
 * Reads a recording metadata document (RFC 7865, its drafts, vendor dialects). Unknown elements are
 * kept as extension data; oddities become warnings. The headers of `request` tell the vendor where the
 * document does not.
 *
 * @throws HoldfastError `invalid_input` or `too_large` when the document is no recording metadata,
 * no XML, or beyond the limits of `readXml`.
 */
export function parseMetadata(bytes: Buffer, request?: SipRequest): MetadataDocument {
  const { root, lenient } = readXml(bytes);
  if (!ROOTS.includes(root.name.toLowerCase())) {
    throw new HoldfastError(
      'invalid_input',
      'The document is not recording metadata: its root is not a recording. It was not applied; check what the source sends.',
      { detail: `root element ${root.name.slice(0, 64)}` },
    );
  }
  const draft = new MetadataDraft();
  if (lenient) draft.warn('metadata_not_well_formed');
  for (const element of root.children) readElement(element, root, draft);
  warnOfDuplicates(draft);
  return refine(draft, root, request);
}

function readElement(element: XmlElement, root: XmlElement, draft: MetadataDraft): void {
  // An element of a foreign namespace may bear one of our names without our meaning.
  const ours = element.namespace === root.namespace || element.namespace === '';
  const read = ours ? ELEMENT_READERS[element.name.toLowerCase()] : undefined;
  if (read !== undefined) {
    read(element, draft);
    return;
  }
  draft.keep(element);
  if (ours) draft.warn('metadata_unknown_element');
}

function warnOfDuplicates(draft: MetadataDraft): void {
  for (const items of [draft.groups, draft.sessions, draft.participants, draft.streams]) {
    if (new Set(items.map((item) => item.id)).size < items.length) draft.warn('metadata_duplicate_id');
  }
}

function refine(draft: MetadataDraft, root: XmlElement, request: SipRequest | undefined): MetadataDocument {
  const metadata = draft.metadata();
  const warnings = draft.warnings();
  const dialect = recogniseDialect(root, request);
  if (dialect === undefined) return { metadata, dialect: GENERIC_DIALECT, facts: [], warnings };
  const refined = dialect.refine?.(metadata, root);
  return {
    metadata: refined?.metadata ?? metadata,
    dialect: dialect.name,
    facts: refined?.facts ?? [],
    warnings: distinctWarnings([...warnings, ...(refined?.warnings ?? [])]),
  };
}
