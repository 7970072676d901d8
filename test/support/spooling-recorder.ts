import { OPEN_POLICY } from '../../recorder-core/capture/media-policy.ts';
import { Recorder } from '../../recorder-core/capture/recorder.ts';
import { rulebookOf } from '../../recorder-core/policy/rulebook.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { createUserAgent } from '../../recorder-core/sip/user-agent.ts';
import { SteppedPacer } from '../../recorder-core/siprec/client/media/stepped-pacer.ts';
import type { CallReport } from '../../recorder-core/siprec/client/call-report.ts';
import { RecordingClient } from '../../recorder-core/siprec/client/recording-client.ts';
import { captureSettings } from './stored-recording.ts';

/** A call under way, which sends its audio only as far as the test lets it. */
export interface SteppedCall {
  /** Resolves when the call was answered: the recorder listens, and nothing was sent. */
  readonly answered: Promise<void>;
  /** Sends up to `ms` of the audio at once; resolves when the recorder has seen all of it. */
  advanceTo(ms: number): Promise<void>;
  /** Sends the rest and hangs up. Resolves with the id of the recording when its folder is ready to be sealed. */
  finish(): Promise<{ recordingId: string; report: CallReport }>;
}

/** A recorder on real sockets that leaves what it captured in the spool. */
export interface SpoolingRecorder {
  call(audio: readonly [Buffer, Buffer]): SteppedCall;
  /** Ids of the recordings whose calls have ended, oldest first. */
  readonly ended: readonly string[];
  readonly activeCalls: number;
  stop(): Promise<void>;
}

/** Starts one; the spool is that of `deps`. A fault of the disk fails the test unless `onFault` expects it. */
export async function startSpoolingRecorder(
  deps: Pick<ActivityDependencies, 'spool' | 'keks' | 'newId' | 'packs'>,
  tenantId: string,
  onFault?: (recordingId: string, error: unknown) => void,
): Promise<SpoolingRecorder> {
  const packets = new Threshold();
  const endings = new Threshold();
  const ended: string[] = [];
  const recorder = new Recorder({
    maxCalls: 20,
    mediaAddress: '127.0.0.1',
    policyOf: () => OPEN_POLICY,
    consent: {
      rules: () => rulebookOf(deps.packs.bundled),
      recorderJurisdiction: 'DE',
      purpose: 'business-record',
      announcement: 'by-recording-client',
    },
    capture: captureSettings(
      deps,
      tenantId,
      () => {
        packets.raise();
      },
      onFault,
    ),
    hooks: {
      decided: () => undefined,
      accepted: () => undefined,
      refused: () => undefined,
      ended: (recordingId) => {
        ended.push(recordingId);
        endings.raise();
      },
      failed: () => undefined,
    },
  });
  const userAgent = createUserAgent({
    listen: [{ transport: 'tcp', host: '127.0.0.1', port: 0 }],
    contactParams: ';+sip.srs',
    supported: ['siprec'],
    admit: () => recorder.admit(),
    onInvite: (invite) => {
      recorder.handleInvite(invite);
    },
  });
  const [address] = await userAgent.start();
  const caller = createUserAgent({
    listen: [{ transport: 'tcp', host: '127.0.0.1', port: 0 }],
    onInvite: (invite) => {
      invite.reject(501);
    },
  });
  await caller.start();
  return {
    ended,
    get activeCalls() {
      return recorder.activeCalls;
    },
    call(audio) {
      const pacer = new SteppedPacer(-1);
      const client = new RecordingClient({ userAgent: caller, pacer: () => pacer });
      let answer: () => void = () => undefined;
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const seenBefore = packets.count;
      const placed = client.place({
        target: `sip:recorder@127.0.0.1:${address?.port};transport=tcp`,
        parties: [
          { aor: 'sip:+442079460001@sbc.example', name: 'Ana Agent', audio: audio[0] },
          { aor: 'sip:+14155550100@sbc.example', name: 'Carl Customer', audio: audio[1] },
        ],
        onEvent: ({ type }) => {
          if (type === 'answered') answer();
        },
      });
      return {
        answered,
        async advanceTo(ms) {
          pacer.allow(ms);
          await packets.reaches(seenBefore + 2 * (ms / 20));
        },
        async finish() {
          const before = endings.count;
          pacer.allow(Infinity);
          const report = await placed;
          await endings.reaches(before + 1);
          return { recordingId: ended.at(-1) ?? '', report };
        },
      };
    },
    async stop() {
      await recorder.endAll(0);
      await caller.close();
      await userAgent.close();
    },
  };
}

/** A count that can be waited for. */
class Threshold {
  count = 0;
  #waiting: { readonly at: number; readonly resume: () => void }[] = [];

  raise(): void {
    this.count += 1;
    this.#waiting = this.#waiting.filter(({ at, resume }) => {
      if (this.count >= at) resume();
      return this.count < at;
    });
  }

  reaches(at: number): Promise<void> {
    return new Promise((resume) => {
      if (this.count >= at) resume();
      else this.#waiting.push({ at, resume });
    });
  }
}
