import type { StreamAlert } from '../media/stream-alert.ts';
import type { LiveStream } from '../records/live-calls.ts';
import type { ConsentVerdict } from './consent-gate.ts';
import type { HeardNote } from './heard-note.ts';
import type { CircumstanceHeard } from './signs-in.ts';

/** A call in progress. No personal data: names and numbers stay in the journal. */
export interface LiveCall {
  readonly recordingId: string;
  readonly startedAtMs: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Vendor dialect of its metadata; null without metadata. */
  readonly dialect: string | null;
  /** `waiting`: nothing is stored before consent is given. */
  readonly state: 'recording' | 'paused' | 'waiting';
  readonly streams: readonly LiveStream[];
  /** Alerts that stand now. */
  readonly alerts: readonly StreamAlert[];
}

/** Why the recorder's own act on a call was done, for the journal and for the recording client. */
export interface ControlReason {
  /** A sentence without personal data. */
  readonly reason: string;
}

/**
 * What can be done to the calls of one recorder while they run. Every act is written into the call's journal before
 * the recording client is told. @throws HoldfastError `not_found` for a call that is not in progress here.
 */
export interface RecorderControl {
  calls(): readonly LiveCall[];
  /** Stops storing and asks the recording client to send nothing (re-INVITE with `a=inactive`). Idempotent. */
  pause(recordingId: string, why: ControlReason): Promise<void>;
  /** Stores again and asks for media (`a=recvonly`). Idempotent. */
  resume(recordingId: string, why: ControlReason): Promise<void>;
  /** Ends the recording session with a BYE; what was stored is sealed. */
  end(recordingId: string, why: ControlReason): Promise<void>;
  /** Asks the recording client for its complete metadata (RFC 7866 section 8.1.8). */
  requestSnapshot(recordingId: string, why: ControlReason): Promise<void>;
  /**
   * Takes what was said or given about consent in a call, and stores more or less from then on. Answers what was decided;
   * undefined where it was heard before or is about nobody in the call.
   */
  noteConsent(recordingId: string, heard: HeardNote): Promise<ConsentVerdict | undefined>;
  /**
   * Takes that a circumstance of a call begins or ends, such as that card data is given, and stores more or less from then on.
   * Answers what was decided; undefined where it was known before.
   */
  noteCircumstance(recordingId: string, heard: CircumstanceHeard): Promise<ConsentVerdict | undefined>;
  /** Refuses new calls with 503; those in progress go on. */
  drain(): void;
  /** Takes new calls again. */
  undrain(): void;
}
