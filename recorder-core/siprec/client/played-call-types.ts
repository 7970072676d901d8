import type { SentStream, StreamTarget } from './client-stream.ts';

/** One end of the call to play: who it is and what it says. */
export interface CallParty {
  /** Address of record: `sip:ana@example.com`, `tel:+15550100` or a bare number. */
  readonly aor: string;
  readonly name?: string;
  /** G.711 mu-law octets at 8 kHz, one per sample; sent as they are in packets of 20 ms. */
  readonly audio: Buffer;
  /** Label of the media line; the party's place, from 1, when left out. */
  readonly label?: string;
}

/** A call to play to a recorder. */
export interface CallOptions {
  /** SIP URI of the recorder: `sip:recorder@192.0.2.1:5060`. */
  readonly target: string;
  /** Added to the target unless that names a transport itself. */
  readonly transport?: 'udp' | 'tcp';
  /** One media line each, at least one. */
  readonly parties: readonly CallParty[];
  /** Id of the recorded call, as `sipSessionID` in the metadata; random when left out. */
  readonly callId?: string;
  /** A hold in the middle: after how much audio, and how long. Both in ms. */
  readonly hold?: { readonly afterMs: number; readonly forMs: number };
  /** One of `clientDialects()`; plain RFC 7865 when left out. */
  readonly dialect?: string;
  /** Where media is sent from and expected back; `127.0.0.1` when left out. */
  readonly localAddress?: string;
  /** Hangs up early; while the call is being set up, gives up. */
  readonly signal?: AbortSignal;
  onEvent?(event: CallEvent): void;
}

/** What happens in a played call, for a person who watches. Times in ms since the call was answered. */
export type CallEvent =
  | { readonly type: 'inviting'; readonly target: string }
  | { readonly type: 'answered'; readonly status: number; readonly streams: readonly AnsweredStream[] }
  | { readonly type: 'progress'; readonly sentMs: number; readonly totalMs: number }
  | { readonly type: 'held' | 'resumed'; readonly atMs: number; readonly by: 'client' | 'recorder' }
  | { readonly type: 'ended'; readonly by: CallReport['endedBy'] };

/** A media line as the recorder answered it. */
export interface AnsweredStream {
  readonly label: string;
  readonly target: StreamTarget | undefined;
}

/** What was sent in a call. */
export interface CallReport {
  /** Call-ID of the recording session's dialog. */
  readonly dialogCallId: string;
  /** Id of the recorded call, as in the metadata. */
  readonly callId: string;
  readonly streams: readonly SentStream[];
  /** Epoch ms. */
  readonly answeredAt: number;
  readonly endedAt: number;
  /** `client` when all audio was sent, `abort` when the signal came first, `recorder` when it hung up. */
  readonly endedBy: 'client' | 'abort' | 'recorder';
}
