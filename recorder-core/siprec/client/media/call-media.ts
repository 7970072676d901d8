import { makeSrtpKeys } from '../../../media/srtp/sdes.ts';
import type { SrtpSuite } from '../../../media/srtp/srtp-keys.ts';
import type { CallOptions } from '../call-options.ts';
import type { PlannedLine } from '../scenario/line-plan.ts';
import type { CallModel, ModelLine } from '../signalling/call-model.ts';
import { MediaLine } from './media-line.ts';
import type { PacedMedia } from './pacer.ts';
import type { SentStream } from './sent-stream.ts';

/** What all lines of a call have in common. */
export interface CallMediaOptions {
  readonly call: CallOptions;
  readonly address: string;
  /** Place of its first line among the lines of the whole call. */
  readonly firstLine: number;
  random(bytes: number): Buffer;
}

const RTCP_INTERVAL_MS = 5000;
/** `mixed` secures every other line, with the suite that every product speaks. */
const MIXED_SUITE: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80';

/** The media of a call: all lines of its model, kept in time together. */
export class CallMedia implements PacedMedia {
  readonly #model: CallModel;
  readonly #options: CallMediaOptions;
  readonly #cname: string;

  constructor(model: CallModel, options: CallMediaOptions) {
    this.#model = model;
    this.#options = options;
    this.#cname = `${options.random(6).toString('hex')}@recording-client`;
  }

  /** Place of the next line among the lines of the whole call. */
  get nextIndex(): number {
    return this.#options.firstLine + this.#model.lines.length;
  }

  /** Opens a line and adds it to the model. @throws HoldfastError `unavailable` without free ports */
  async open({ label, name, track, skewPpm }: PlannedLine, startMs: number): Promise<ModelLine> {
    const { call, address, random } = this.#options;
    const index = this.nextIndex;
    const media = await MediaLine.open({
      label: name,
      track,
      index,
      skewPpm,
      address,
      startMs,
      rtcpIntervalMs: call.rtcpIntervalMs ?? RTCP_INTERVAL_MS,
      cname: this.#cname,
      wallClock: (ms) => this.#model.startedAt + ms,
      random,
      ...(call.impairments && { impairments: call.impairments }),
    });
    const suite = suiteOf(call.srtp, index);
    return this.#model.addLine(media, label, suite && makeSrtpKeys(suite, random));
  }

  nextDue(): number {
    let due = Infinity;
    for (const { media } of this.#model.lines) due = Math.min(due, media.nextDue());
    return due;
  }

  sendDue(nowMs: number): void {
    for (const { media } of this.#model.lines) media.sendDue(nowMs);
  }

  /** When everybody has said everything, as it stands now; in ms of the call. */
  get endsAt(): number {
    return Math.max(...this.#model.lines.map(({ media }) => media.endsAt));
  }

  /** New keys for all secured lines; they are used once the recorder has agreed. */
  renewKeys(): void {
    for (const line of this.#model.lines) {
      if (line.keys !== undefined) line.keys = makeSrtpKeys(line.keys.suite, this.#options.random);
    }
  }

  sayGoodbye(nowMs: number): void {
    for (const { media } of this.#model.lines) media.sayGoodbye(nowMs);
  }

  describe(): SentStream[] {
    return this.#model.lines.map(({ media }) => media.describe());
  }

  async close(): Promise<void> {
    await Promise.all(this.#model.lines.map(({ media }) => media.close()));
  }
}

function suiteOf(srtp: CallOptions['srtp'], line: number): SrtpSuite | undefined {
  if (srtp !== 'mixed') return srtp;
  return line % 2 === 0 ? MIXED_SUITE : undefined;
}
