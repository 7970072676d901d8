import type { ConnectionLimitOptions } from './connection-limits.ts';
import type { DigestCredentials } from './digest-answer.ts';
import type { ListenAddress, SipSource } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';
import type { Answer, HeaderValues } from './response.ts';
import type { SessionTimerPolicy } from './session-expires.ts';
import type { SipTimers } from './timers.ts';
import type { TlsCallSettings, TlsListenSettings } from './tls-settings.ts';

/** What happened, for metrics and logs. Carries no header values, as those hold personal data. */
export interface SipEvent {
  /** When it was reported, in milliseconds since 1970. */
  readonly at?: number;
  readonly type: 'received' | 'sent' | 'retransmitted' | 'malformed' | 'transport-error' | 'handler-error';
  readonly method?: string;
  readonly status?: number;
  readonly source?: SipSource;
  /** In our own words: why something was malformed or dropped. */
  readonly reason?: string;
  /** With `transport-error` and `handler-error`. */
  readonly error?: unknown;
}

/** An answer that refuses. */
export interface Refusal {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: HeaderValues;
}

/** How a user agent is set up. Everything but `listen` and `onInvite` has a default. */
export interface UserAgentOptions {
  readonly listen: readonly ListenAddress[];
  /**
   * Called once per out-of-dialog INVITE; retransmissions and merged requests are absorbed below. Must end in accept or
   * reject, at once or later; a throw or rejection is answered 500, silence for half of timer C too.
   */
  onInvite(invite: IncomingInvite): void;
  /** Asked before any body is parsed, for every out-of-dialog request: overload, drain, allow list. `undefined` admits. */
  admit?(request: SipRequest, source: SipSource): Refusal | undefined;
  /**
   * Asked for a request inside a dialog that comes from another address, or over another transport, than the dialog did so
   * far: its Call-ID and tags may have been overheard. `undefined` lets it through. ACK and CANCEL, which cannot be refused, are not asked for.
   */
  admitMoved?(request: SipRequest, source: SipSource): Refusal | undefined;
  /** Headers for the 200 to OPTIONS: Accept and the like; a function is asked each time. */
  readonly optionsHeaders?: HeaderValues | (() => HeaderValues);
  /** Added to every Contact of ours: `;+sip.srs`. */
  readonly contactParams?: string;
  /**
   * Session timers (RFC 4028) as we ask for and accept them; `false` does without. They end a call whose other side is gone
   * without a word.
   */
  readonly sessionTimer?: Partial<SessionTimerPolicy> | false;
  /** Option tags the application understands, beside those of the stack itself; any other in Require gets 420. */
  readonly supported?: readonly string[];
  /** Server and User-Agent header. */
  readonly serverName?: string;
  /**
   * True answers 483 to a request that arrives with Max-Forwards 0, as a proxy must. The default serves it,
   * as the element a request is addressed to does (RFC 4475 section 3.3 on a Max-Forwards of zero).
   */
  readonly refuseSpentMaxForwards?: boolean;
  /**
   * Server transactions held at once; beyond them a request gets 503 without further memory, one inside a dialog only beyond
   * twice as many, so that a flood does not reach running calls. Default 20,000.
   */
  readonly maxTransactions?: number;
  /** For TLS connections that we open. */
  readonly tls?: TlsCallSettings;
  /** Connections that others may hold open with us, over all stream transports; beyond them they are closed at once. */
  readonly connectionLimits?: Partial<ConnectionLimitOptions>;
  /** Milliseconds since 1970; stamps events. */
  now?(): number;
  random?(bytes: number): Buffer;
  /** Milliseconds; tests shorten them. */
  readonly timers?: Partial<SipTimers>;
  onEvent?(event: SipEvent): void;
}

/** An out-of-dialog INVITE waiting for its final answer. */
export interface IncomingInvite {
  readonly request: SipRequest;
  readonly source: SipSource;
  /**
   * The dialog whose place this call takes (RFC 3891). Once this call is accepted the stack ends that one, at the next turn of
   * the event loop, with `onEnded('replaced')`; decide before whether this caller may do so. Refused, nothing changes.
   */
  readonly replaces: Dialog | undefined;
  /** True after a CANCEL, or a BYE of the early dialog; the 487 has been sent then. */
  readonly cancelled: boolean;
  /** Called once, before the 487. */
  onCancel: (() => void) | undefined;
  /** 101 to 199; does nothing once the final answer was given, nor for a caller that requires it to be sent reliably (100rel). */
  provisional(status: number, reason?: string): void;
  /**
   * Sends 200 and repeats it until its ACK (RFC 3261 section 13.3.1.4); without an ACK in 64 × T1 the dialog ends with a
   * BYE. Throws `conflict` when the INVITE was cancelled or answered before: release what was reserved for it.
   */
  accept(answer: Pick<Answer, 'contentType' | 'body' | 'headers'>): Dialog;
  /** Refuses with 300 to 699; does nothing once the final answer was given. */
  reject(status: number, reason?: string, headers?: HeaderValues): void;
}

/** A request inside a dialog, to be answered once. A throw or rejection of the handler, or silence, is answered 500. */
export interface InDialogRequest {
  readonly request: SipRequest;
  readonly source: SipSource;
  /** A 2xx to INVITE and UPDATE gets our Contact; calls after the final answer do nothing. */
  respond(status: number, answer?: Answer): void;
}

/** Why a dialog ended. */
export type DialogEnd = 'remote-bye' | 'local-bye' | 'no-ack' | 'timeout' | 'session-expired' | 'replaced';

/** What a request of ours inside a dialog may carry. */
export interface RequestContent {
  readonly contentType?: string;
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request of ours inside a dialog. */
export interface InDialogContent extends RequestContent {
  /** What the ACK of a 2xx to a re-INVITE without an offer carries: the answer to the peer's. When it throws, nothing. */
  acknowledge?(response: SipResponse): RequestContent;
}

/** A dialog (RFC 3261 section 12). Set the handlers synchronously after accept, or as soon as invite resolves. */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly state: 'early' | 'confirmed' | 'ended';
  /** re-INVITE, UPDATE, INFO, MESSAGE. Without a handler the stack refuses them. OPTIONS and BYE are answered by the stack. */
  onRequest: ((request: InDialogRequest) => void) | undefined;
  /** The first ACK of each 2xx of ours; carries the answer of a delayed offer. */
  onAck: ((ack: SipRequest) => void) | undefined;
  /**
   * Called before the 200, which waits for a promise that this returns: then it says that all is done. Settle it well within
   * 64 × T1, when the peer gives up. The body may hold final metadata.
   */
  onBye: ((bye: SipRequest) => void | Promise<void>) | undefined;
  /** Exactly once, whoever ends it; not when the user agent is closed. */
  onEnded: ((reason: DialogEnd) => void) | undefined;
  /**
   * The description that now holds, for a re-INVITE of the stack's own that refreshes the session of a peer without UPDATE
   * (RFC 4028 section 7.4); it repeats the last one without change. Without it the stack tries UPDATE all the same.
   */
  sessionDescription: (() => RequestContent) | undefined;
  /**
   * Sends a request and resolves with its final response, whatever the status; INVITE is acknowledged by the stack. Rejects
   * with `conflict` when the dialog has ended or another offer is under way, `timeout`, or `unavailable` for the transport.
   */
  request(method: string, options?: InDialogContent): Promise<SipResponse>;
  /**
   * Ends the dialog at once and resolves when the BYE, which may bring last metadata, is answered or given up. Idempotent,
   * never rejects.
   */
  bye(content?: RequestContent): Promise<void>;
}

/** Parameters behind the brackets of a Contact, or what to make of the URI in them. */
export type ContactParams = string | ((uri: string) => string);

/** A call of ours. */
export interface InviteOptions {
  /** `sip:host:port;transport=tcp`, `sips:host`. */
  readonly target: string;
  readonly from: string;
  readonly to: string;
  /** Instead of the user agent's own; a function writes the whole Contact around our URI. */
  readonly contactParams?: ContactParams;
  /** Without a body the callee makes the offer (RFC 3261 section 13.2.1). */
  readonly contentType?: string;
  readonly body?: Buffer;
  /** Several values make several rows. */
  readonly headers?: HeaderValues;
  /** With these one challenge (401, and 407 of a proxy) is answered (RFC 3261 section 22). */
  readonly credentials?: DigestCredentials;
  /** What the ACK of a 2xx carries: the answer to its offer. When it throws, the call is ended and `invite` rejects. */
  acknowledge?(response: SipResponse): RequestContent;
  /** Aborting sends CANCEL, or BYE when the call was answered meanwhile. */
  readonly signal?: AbortSignal;
}

/** A SIP user agent: server and client on one set of transports. */
export interface UserAgent {
  /** Binds all addresses and returns the real ones, in the order of `listen`; rejects, with none bound, when one fails. */
  start(): Promise<ListenAddress[]>;
  /** What is held in memory now, for metrics and for the decision to admit. */
  readonly load: {
    readonly dialogs: number;
    readonly serverTransactions: number;
    readonly clientTransactions: number;
  };
  /**
   * Exchanges key, certificate and authorities of every TLS address; connections that stand go on with theirs. Throws
   * `config_invalid`, with nothing changed, when they cannot be used.
   */
  renewTls(settings: TlsListenSettings): void;
  /** Ends transports and timers, and what waits for an answer fails; sends no BYE. Idempotent. */
  close(): Promise<void>;
  /**
   * Calls; resolves on 2xx, already acknowledged. Rejects with a HoldfastError whose message names the SIP status.
   */
  invite(options: InviteOptions): Promise<{ dialog: Dialog; response: SipResponse }>;
}
