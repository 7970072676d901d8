import type { SipRequest } from '../sip/message.ts';
import type { SipSource } from '../sip/user-agent.ts';

/** What is said of every recording of a source; policies of access ask for it. */
export interface SourceMarks {
  /** As the directory writes it. */
  readonly department?: string | undefined;
  readonly classification?: string | undefined;
}

/** How the media of one source is to be taken. */
export interface MediaPolicy {
  /** `require`: no line in the clear. `allow`: as offered. `refuse`: no secured line. */
  readonly srtp: 'require' | 'allow' | 'refuse';
  /** Keys in SDP are believed only when the signalling was TLS (RFC 4568 section 6.1 asks for a secure channel). */
  readonly keysOverTlsOnly: boolean;
  /** `masked`: key presses are stored without saying which key. */
  readonly digits: 'kept' | 'masked';
  /** `strict`: media only from the address that the SDP names; `latch`: another address may prove itself. */
  readonly senders: 'strict' | 'latch';
  readonly marks?: SourceMarks | undefined;
}

/** What is taken where nothing else is said. */
export const OPEN_POLICY: MediaPolicy = {
  srtp: 'allow',
  keysOverTlsOnly: false,
  digits: 'kept',
  senders: 'latch',
};

/** The policy for the source of a call, as its INVITE was let in; asked once a call. */
export type MediaPolicyOf = (source: SipSource, invite: SipRequest) => MediaPolicy;
