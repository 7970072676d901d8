import type { SrtpSuite } from '../../media/srtp/srtp-keys.ts';
import type { DigestCredentials } from '../../sip/digest-answer.ts';
import type { CallParty } from './call-party.ts';
import type { CallEvent } from './call-report.ts';
import type { Impairments } from './media/impairments.ts';
import type { CallStep } from './scenario/call-step.ts';

/** What the INVITE says, and when the rest follows. */
export type OfferForm =
  /** SDP and metadata in one body; metadata first where the dialect has it so. */
  | 'both'
  /** The same with the metadata in front. */
  | 'metadata-first'
  /** SDP alone, and the metadata in an UPDATE after the answer. */
  | 'metadata-later'
  /** SDP alone, and no metadata at all. */
  | 'sdp'
  /** No body: the recorder offers, and the ACK answers (RFC 3261 section 13.2.1). */
  | 'delayed';

/** The names of all offer forms. */
export const OFFER_FORMS: readonly OfferForm[] = [
  'both',
  'metadata-first',
  'metadata-later',
  'sdp',
  'delayed',
];

/** A call to play to a recorder. */
export interface CallOptions {
  /** SIP URI of the recorder; of several, the next is tried when one refuses, does not answer or cannot be reached. */
  readonly target: string | readonly string[];
  /** Added to a target unless that names a transport itself. */
  readonly transport?: 'udp' | 'tcp' | 'tls';
  /** A media line each, at least one; a dialect may put all on one line, or give each a dialog of its own. */
  readonly parties: readonly CallParty[];
  /** Id of the recorded call, as `sipSessionID` in the metadata; random when left out. */
  readonly callId?: string;
  /** A hold in the middle: after how much audio, and how long. Both in ms. */
  readonly hold?: { readonly afterMs: number; readonly forMs: number };
  /** What else happens in the call. */
  readonly steps?: readonly CallStep[];
  /** Hangs up at this time of the call, whatever is still to be said. */
  readonly durationMs?: number;
  /** One of `clientDialects()`; plain RFC 7865 when left out. */
  readonly dialect?: string;
  /** `both` when left out; a dialect that fixes its form keeps to it. */
  readonly offer?: OfferForm;
  /** All lines secured with this suite, or `mixed`: every other line, from the first. Plain when left out. */
  readonly srtp?: SrtpSuite | 'mixed';
  readonly impairments?: Impairments;
  /** With these a challenge of the recorder is answered (RFC 3261 section 22). */
  readonly credentials?: DigestCredentials;
  /** Between two RTCP sender reports of a line, in ms: 5000 when left out, `Infinity` for none. */
  readonly rtcpIntervalMs?: number;
  /** Where media is sent from and expected back; `127.0.0.1` when left out. */
  readonly localAddress?: string;
  /** Hangs up early; while the call is being set up, gives up. */
  readonly signal?: AbortSignal;
  onEvent?(event: CallEvent): void;
}
