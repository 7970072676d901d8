/**
 * Where the media of calls is received and stored: the port behind which it runs in this thread or in several.
 * Everything that crosses it is plain data.
 */
import type { SignalledClock } from '../../media/clock-signalling.ts';
import type { CodecDescription } from '../../media/codec-description.ts';
import type { ExpectedSource } from '../../media/source-lock.ts';
import type { SrtpKeys } from '../../media/srtp/srtp-keys.ts';
import type { StreamAlert } from '../../media/stream-alert.ts';
import type { ReceiverStats } from '../../media/receiver-stats.ts';
import type { LiveStream } from '../../records/live-calls.ts';

/** Keys of a secured line: what the client sends under, and what our own RTCP goes out under. */
export interface StreamSecurity {
  readonly receive: readonly SrtpKeys[];
  readonly send: SrtpKeys;
}

/** One media line to capture. */
export interface MediaSpec {
  readonly recordingId: string;
  /** Id of the part that the line becomes; unique. */
  readonly streamId: string;
  /** The SDP label, kept in the log's header. */
  readonly label: string;
  readonly codecs: readonly CodecDescription[];
  /** Wall clock of the recording's start. */
  readonly startedAtMs: number;
  /** Address to bind; RTP on `port`, which is even, RTCP on the next. */
  readonly address: string;
  readonly port: number;
  /** File of the part and what encrypts it. */
  readonly path: string;
  readonly key: Uint8Array;
  readonly context: Uint8Array;
  /** Our SSRC in receiver reports. */
  readonly ssrc: number;
  /** `awaited`: secured under keys that are still to come; until then nothing can be opened. */
  readonly security: StreamSecurity | 'awaited' | undefined;
  /** Where the SDP says media will come from. */
  readonly expected: ExpectedSource | undefined;
  /** The clock that the SDP signals for the timestamps (RFC 7273). */
  readonly clock: SignalledClock | undefined;
  /** The client sends nothing for now, from the beginning. */
  readonly held: boolean;
  /** The recorder stores nothing for now, from the beginning. */
  readonly paused: boolean;
  /** Consent permits nothing of the line, from the beginning. */
  readonly withheld: boolean;
  /** `masked`: key presses are stored without saying which key. */
  readonly digits: 'kept' | 'masked';
}

/** What can change about a line that is being captured; what is left out stays. */
export interface StreamUpdate {
  /** The client has sent a new offer: another sender, or these codecs, may follow at once. */
  readonly renegotiated?: true;
  readonly codecs?: readonly CodecDescription[];
  /** The client sends nothing for now, and says so. */
  readonly held?: boolean;
  /** The recorder stores nothing for now. */
  readonly paused?: boolean;
  /** Consent permits nothing of the line for now. */
  readonly withheld?: boolean;
  /** Other keys; null: the client sends in the clear from now on. */
  readonly security?: StreamSecurity | null;
  /** null: the SDP names no address any more. */
  readonly expected?: ExpectedSource | null;
}

/** What a line looked like when it was closed; kept in the session's journal. */
export interface StreamReport extends ReceiverStats {
  readonly label: string;
  readonly port: number;
  /** Packets that SRTP refused, and those that came while storing was paused or not permitted. */
  readonly srtpRefused: number;
  readonly pausedPackets: number;
}

/** The lines of a call as they stand, for those who watch. */
export interface LiveMedia {
  readonly recordingId: string;
  readonly streams: readonly LiveStream[];
  readonly alerts: readonly StreamAlert[];
}

/** How one media thread is doing since the last report. */
export interface MediaLoad {
  readonly streams: number;
  /** Share of its time that the thread's loop was busy, 0 to 1. */
  readonly utilization: number;
  readonly loopDelayP99Ms: number;
}

/** Who is told what happens to the media. Called in the thread of the engine's owner. */
export interface MediaListener {
  /** The disk or a socket refused; the call goes on, its recording will say so. */
  fault(recordingId: string, error: unknown): void;
  alert(recordingId: string, alert: StreamAlert): void;
  /** Datagrams since the last time, by verdict. */
  counted(verdicts: Readonly<Record<string, number>>): void;
  /** The lines of a call are gone with the thread that carried them, and can be opened anew. */
  lost(recordingId: string): void;
  load(load: MediaLoad): void;
}

/** Receives and stores the media of many calls. */
export interface MediaEngine {
  /** Opens a line; false when its port pair is taken. @throws HoldfastError `storage_full`. */
  open(spec: MediaSpec): Promise<boolean>;
  update(recordingId: string, streamId: string, change: StreamUpdate): void;
  /** Stops listening, writes the end of the log and closes its file. */
  close(recordingId: string, streamId: string): Promise<StreamReport | undefined>;
  /** A call as last reported, a few seconds old at most. */
  live(recordingId: string): LiveMedia | undefined;
  /** Ends the engine; close the lines first. */
  stop(): Promise<void>;
}
