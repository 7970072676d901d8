import type { PartToBuild } from '../../sip/multipart.ts';
import type { RecordingMetadata } from '../metadata.ts';

/** The call that a form writes headers for; all of it is what the recording client made up for it. */
export interface PlayedCallFacts {
  /** In the order of the media lines. */
  readonly parties: readonly { readonly aor: string; readonly name?: string }[];
  /** Id of the recorded call in the metadata, of its group, and of the SIP session. */
  readonly sessionId: string;
  readonly groupId: string;
  readonly sipSessionId: string;
  /** Which party's line this dialog carries, from 0, where each line has a dialog of its own. */
  readonly line: number;
}

/**
 * How a vendor's sources write what RFC 7865 and 7866 leave open; the recording client speaks it.
 * Whatever is left out is as the RFCs have it.
 */
export interface ClientForm {
  writeMetadata(metadata: RecordingMetadata): string;
  /**
   * What the source knows when it sends the INVITE. Where present, the INVITE carries this, and an
   * UPDATE with the whole follows as soon as the call is answered.
   */
  openingMetadata?(metadata: RecordingMetadata): RecordingMetadata;
  /** Media type of the metadata part; `application/rs-metadata+xml` when left out. */
  readonly metadataType?: string;
  readonly metadataFirst?: boolean;
  readonly boundary?: string;
  /**
   * `multipart`, the default: SDP and metadata. `sdp`: SDP alone, never metadata. `delayed`: an
   * INVITE without body and SDP alone in the ACK, as the answer to the recorder's offer.
   */
  readonly body?: 'multipart' | 'sdp' | 'delayed';
  /** Further parts behind the two. */
  readonly moreParts?: readonly PartToBuild[];
  /** `one`, the default: all lines in one dialog. `per-line`: an INVITE for each. */
  readonly dialogs?: 'one' | 'per-line';
  /** `separate`, the default: a line for each party. `mixed`: one line with the audio of all. */
  readonly lines?: 'separate' | 'mixed';
  /** Parameters that mark the Contact as a recording source; `;+sip.src` when left out, empty for none. */
  readonly contactParams?: string;
  /** Where they stand: behind the brackets (default), inside them, or inside with the bracket left open. */
  readonly contactPlace?: 'header' | 'uri' | 'unclosed';
  /** False leaves `Require: siprec` out. */
  readonly requiresSiprec?: boolean;
  /** Headers the vendor adds to the INVITE; a list is one header row each. */
  headers?(call: PlayedCallFacts): Readonly<Record<string, string | readonly string[]>>;
  /** Parameters of the From URI, with a leading semicolon each. */
  fromUriParams?(call: PlayedCallFacts): string;
  /** The label of a line, from 0; `undefined` for a line without. Counted from 1 when left out. */
  label?(line: number): string | undefined;
  /** Turns the finished SDP into the vendor's: lines left out, other wording. CRLF line ends stay. */
  shapeSdp?(sdp: string): string;
  /** What hold looks like: `a=inactive` (default), the null address, or both. */
  readonly hold?: 'inactive' | 'null-address' | 'both';
}
