import { EventEmitter, once } from 'node:events';
import type { CallOptions } from '../../recorder-core/siprec/client/call-options.ts';
import type { CallEvent, CallReport } from '../../recorder-core/siprec/client/call-report.ts';
import { RecordingClient } from '../../recorder-core/siprec/client/recording-client.ts';
import { seededRandom } from '../../recorder-core/siprec/client/tracks/seeded-random.ts';
import type { UserAgent } from '../../recorder-core/sip/user-agent.ts';
import type { CallClock } from './call-clock.ts';
import { changeOf, type MatrixCase } from './matrix-case.ts';
import type { MatrixRecorder } from './matrix-recorder.ts';
import { PARTIES } from './parties.ts';
import { WireTap, type TappedDialog } from './wire-tap.ts';

/** A case on its way: recorder, recording client, and what a change needs to meddle with. */
export class Stage {
  readonly recorder: MatrixRecorder;
  readonly tap: WireTap;
  readonly #case: MatrixCase;
  readonly #clock: CallClock;
  readonly #news = new EventEmitter();
  readonly #events: CallEvent[] = [];
  readonly #stop = new AbortController();
  #turn = 0;

  constructor(played: MatrixCase, recorder: MatrixRecorder, agent: UserAgent, clock: CallClock) {
    this.#case = played;
    this.recorder = recorder;
    this.tap = new WireTap(agent);
    this.#clock = clock;
  }

  /** Places the call of the case; each time with the same ids, as a source does that sends a call twice. */
  place(
    options: Partial<CallOptions> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<CallReport> {
    const { source, offer } = this.#case;
    const { srtp } = changeOf(this.#case);
    const random = seededRandom(7);
    const client = new RecordingClient({
      userAgent: this.tap.through(headers),
      pacer: this.#clock.newPacer,
      now: this.#clock.now,
      random: (bytes) => Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256))),
    });
    return client.place({
      target: this.recorder.target,
      localAddress: this.recorder.host,
      parties: [PARTIES.a, PARTIES.b],
      dialect: source.dialect,
      offer,
      ...(srtp !== undefined && { srtp }),
      signal: this.#stop.signal,
      onEvent: (event) => {
        this.#events.push(event);
        this.#news.emit('event');
      },
      ...options,
    });
  }

  /** The dialogs in turn: a step of a call with a dialog for each line is taken in each of them. */
  nextDialog(): TappedDialog {
    const { dialogs } = this.tap;
    const found = dialogs[this.#turn++ % dialogs.length];
    if (found === undefined) throw new Error('No call stands yet.');
    return found;
  }

  /** The id of the only call in progress. */
  get recordingId(): string {
    return this.recorder.recorder.calls()[0]?.recordingId ?? '';
  }

  /** Resolves when the recording client has told of this, at any time. */
  async event(wanted: (event: CallEvent) => boolean): Promise<void> {
    while (!this.#events.some(wanted)) await once(this.#news, 'event');
  }

  /** The recording client gives up: hangs up, or cancels what is not answered yet. */
  giveUp(): void {
    this.#stop.abort();
  }
}
