import type { SipRequest } from '../../sip/message.ts';
import type { CallFact, NameId, RecordingMetadata } from '../metadata.ts';
import type { RecordingWarning } from '../warnings.ts';
import type { XmlElement } from '../xml-tree.ts';
import type { ClientForm } from './client-form.ts';

export type { ClientForm } from './client-form.ts';

/** What a dialect may add to the generic reading of a document. */
export interface Refinement {
  readonly metadata?: RecordingMetadata;
  readonly facts?: readonly CallFact[];
  readonly warnings?: readonly RecordingWarning[];
}

/** A party that the SIP headers name, with the index of the media line it speaks on where they say so. */
export interface HeaderParty {
  readonly nameId: NameId;
  readonly mLineIndex?: number;
}

/**
 * What is particular to one vendor. The generic reader already understands RFC 7865 and its
 * drafts; a dialect is only needed where knowing the vendor tells more than the document says.
 * All hooks are pure and never throw on odd content.
 */
export interface Dialect {
  /** Stored with the recording; kebab-case. */
  readonly name: string;
  /** True when the document is surely of this vendor. */
  recognises?(root: XmlElement): boolean;
  /** True when the headers of the request are this vendor's: asked where no document tells. */
  sends?(request: SipRequest): boolean;
  /** Adds to or corrects the generic reading. */
  refine?(metadata: RecordingMetadata, root: XmlElement): Refinement;
  /** Parties from vendor headers, when there is no metadata; empty when the request is not of this vendor. */
  headerParties?(request: SipRequest): readonly HeaderParty[];
  /** Facts from vendor headers, whoever passed them on. */
  headerFacts?(request: SipRequest): readonly CallFact[];
  /** How the recording client plays this vendor; absent where it cannot. */
  readonly client?: ClientForm;
}
