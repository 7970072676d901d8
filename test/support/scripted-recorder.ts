import { HoldfastError } from '../../recorder-core/errors.ts';
import type {
  ControlReason,
  LiveCall,
  RecorderControl,
} from '../../recorder-core/capture/recorder-control.ts';
import type { CircumstanceHeard } from '../../recorder-core/capture/signs-in.ts';
import type { StreamAlert } from '../../recorder-core/media/stream-alert.ts';
import type { HeardNote } from '../../recorder-core/capture/heard-note.ts';
import type { LiveStream } from '../../recorder-core/records/live-calls.ts';

/** A recorder without calls on a network: its calls are what a test says, and it writes down what it was told. */
export class ScriptedRecorder implements RecorderControl {
  readonly told: string[] = [];
  draining = false;
  #calls: LiveCall[] = [];
  /** What the next act fails with. */
  fault: unknown;
  /** Held back until it resolves. */
  until: Promise<void> = Promise.resolve();

  set(...calls: LiveCall[]): void {
    this.#calls = calls;
  }

  calls(): readonly LiveCall[] {
    return this.#calls;
  }

  pause(recordingId: string, why: ControlReason): Promise<void> {
    return this.#act('pause', recordingId, why, 'paused');
  }

  resume(recordingId: string, why: ControlReason): Promise<void> {
    return this.#act('resume', recordingId, why, 'recording');
  }

  async end(recordingId: string, why: ControlReason): Promise<void> {
    await this.#act('end', recordingId, why);
    this.#calls = this.#calls.filter((call) => call.recordingId !== recordingId);
  }

  requestSnapshot(recordingId: string, why: ControlReason): Promise<void> {
    return this.#act('snapshot', recordingId, why);
  }

  async noteConsent(recordingId: string, { note, about }: HeardNote): Promise<undefined> {
    const whom = typeof about === 'string' ? about : 'label' in about ? about.label : 'somebody';
    await this.#act('consent', recordingId, { reason: `${note.kind} by ${whom}` });
    return undefined;
  }

  async noteCircumstance(
    recordingId: string,
    { circumstance, state, by }: CircumstanceHeard,
  ): Promise<undefined> {
    await this.#act('circumstance', recordingId, { reason: `${circumstance} ${state} by ${by}` });
    return undefined;
  }

  drain(): void {
    this.draining = true;
    this.told.push('drain');
  }

  undrain(): void {
    this.draining = false;
    this.told.push('undrain');
  }

  async #act(
    verb: string,
    recordingId: string,
    { reason }: ControlReason,
    state?: LiveCall['state'],
  ): Promise<void> {
    await this.until;
    const { fault } = this;
    this.fault = undefined;
    if (fault !== undefined) throw fault as Error;
    if (!this.#calls.some((call) => call.recordingId === recordingId))
      throw new HoldfastError('not_found', 'This call is not in progress here.');
    this.told.push(`${verb} ${recordingId}: ${reason}`);
    if (state !== undefined)
      this.#calls = this.#calls.map((call) => (call.recordingId === recordingId ? { ...call, state } : call));
  }
}

/** A call in progress with two streams that are as they should be. */
export function liveCallOf(recordingId: string, change: Partial<LiveCall> = {}): LiveCall {
  return {
    recordingId,
    startedAtMs: Date.parse('2026-11-25T10:00:00Z'),
    transport: 'tls',
    dialect: 'oracle',
    state: 'recording',
    streams: [liveStreamOf('1'), liveStreamOf('2', { port: 16_386 })],
    alerts: [],
    ...change,
  };
}

/** A stream that is as it should be. */
export function liveStreamOf(label: string, change: Partial<LiveStream> = {}): LiveStream {
  return {
    label,
    port: 16_384,
    codec: 'PCMU',
    secured: false,
    held: false,
    packets: 1000,
    lost: 2,
    jitterMs: 1.234_567,
    mosLq: 4.3,
    silentMs: 12,
    ...change,
  };
}

/** An hour ago, on a full second: the list shows what was raised within a day of the database's clock. */
const RAISED_AT_MS = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;

/** An alert of a stream; `label` is null where it is of the whole call. */
export function alertOf(
  kind: StreamAlert['kind'],
  state: StreamAlert['state'],
  label: string | null,
  afterMs = 0,
): StreamAlert {
  return { kind, state, label, atMs: RAISED_AT_MS + afterMs, detail: 'What is seen.' };
}
