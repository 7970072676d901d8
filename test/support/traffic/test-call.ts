import { parseSdp } from '../../../recorder-core/sip/sdp.ts';
import type { SipResponse } from '../../../recorder-core/sip/message.ts';
import { tagOf, type Exchange, type SipClient } from './sip-client.ts';
import { testOffer } from './test-offer.ts';
import { PACKET_MS } from './test-payload.ts';
import { TestStream } from './test-stream.ts';

/**
 * How far a call came. `refused`: a final answer said no. `unanswered`: the recorder died before its answer.
 * `broken`: it died during the call; `unconfirmed`: after the BYE, before its 200; `ended`: the BYE was answered 200.
 * `stopped`: the recorder said BYE itself.
 */
export type CallState =
  | 'inviting'
  | 'running'
  | 'ending'
  | 'refused'
  | 'unanswered'
  | 'broken'
  | 'unconfirmed'
  | 'ended'
  | 'stopped';

const IN_PROGRESS: ReadonlySet<CallState> = new Set(['inviting', 'running', 'ending']);

export interface TestCallOptions {
  readonly client: SipClient;
  readonly callId: string;
  /** Seeds of its streams; also their SSRC. One media line each. */
  readonly seeds: readonly number[];
  /** Packets to send on each line before it hangs up. */
  readonly packets: number;
  /** How long it waits for any response to its INVITE before it takes the recorder for dead; for ever when left out. */
  readonly patienceMs?: number;
}

/** One call from outside, with all that a later check of its recording has to know. */
export class TestCall {
  readonly callId: string;
  streams: readonly TestStream[] = [];
  state: CallState = 'inviting';
  /** The final answer to its INVITE. */
  response: SipResponse | undefined;
  /** Where its recorder takes SIP. */
  target = 0;
  /** `performance.now()` when its recorder was killed. */
  brokenAtMs = 0;
  readonly #options: TestCallOptions;
  #exchange: Exchange | undefined;
  #startedAtMs = 0;
  #cseq = 1;
  readonly #over = Promise.withResolvers<undefined>();

  constructor(options: TestCallOptions) {
    this.#options = options;
    this.callId = options.callId;
  }

  /** Sends the INVITE; resolves with true when the call runs, with false when it never will. */
  async place(target: number, onInvited: () => void = () => undefined): Promise<boolean> {
    const { client, callId, seeds } = this.#options;
    this.target = target;
    this.streams = await Promise.all(seeds.map((seed, index) => TestStream.open(String(index + 1), seed)));
    if (this.over) {
      this.#closeStreams();
      return false;
    }
    const { contentType, body } = testOffer(callId, this.streams);
    const headers = ['Require: siprec', `Content-Type: ${contentType}`];
    this.#exchange = client.send({ method: 'INVITE', callId, cseq: this.#cseq, to: target, headers, body });
    onInvited();
    const response = await this.#answerOrEnd(this.#exchange);
    if (response === undefined) return false;
    this.response = response;
    if (response.status >= 300) {
      this.#finish('refused');
      return false;
    }
    const { media } = parseSdp(response.body.toString('utf8'));
    await Promise.all(this.streams.map((stream, index) => stream.aim(media[index]?.port ?? 0)));
    if (this.over) return false;
    this.state = 'running';
    this.#startedAtMs = performance.now();
    return true;
  }

  /** True when nothing more comes of it. */
  get over(): boolean {
    return !IN_PROGRESS.has(this.state);
  }

  /** True when everything was sent. */
  get sentAll(): boolean {
    return (this.streams[0]?.sent ?? 0) >= this.#options.packets;
  }

  /** Sends what is due by now; answers how many packets. */
  sendDue(): number {
    if (this.state !== 'running') return 0;
    const due = Math.floor((performance.now() - this.#startedAtMs) / PACKET_MS);
    let sent = 0;
    for (let number = this.streams[0]?.sent ?? 0; number < due && !this.sentAll; number += 1) {
      for (const stream of this.streams) stream.sendNext();
      sent += this.streams.length;
    }
    return sent;
  }

  /** Says BYE; resolves when it was answered. */
  async hangUp(onAsked: () => void = () => undefined): Promise<void> {
    if (this.state !== 'running') return;
    this.state = 'ending';
    const { client, callId } = this.#options;
    const toTag = this.response === undefined ? '' : tagOf(this.response);
    this.#cseq += 1;
    this.#exchange = client.send({ method: 'BYE', callId, cseq: this.#cseq, to: this.target, toTag });
    onAsked();
    const { status } = await this.#exchange.final;
    if (this.state === 'ending') this.#finish(status === 200 ? 'ended' : 'unconfirmed');
  }

  /** The recorder said BYE. */
  stopped(): void {
    if (this.state === 'running' || this.state === 'ending') this.#finish('stopped');
  }

  /** The recorder was killed at `atMs`: nothing more comes of it. What it had answered before stands. */
  recorderDied(atMs: number): void {
    const left = { inviting: 'unanswered', running: 'broken', ending: 'unconfirmed' } as const;
    if (!(this.state in left)) return;
    this.brokenAtMs = atMs;
    this.#finish(left[this.state as keyof typeof left]);
  }

  async #answerOrEnd(exchange: Exchange): Promise<SipResponse | undefined> {
    const { patienceMs } = this.#options;
    const giveUp = (): void => {
      if (this.state === 'inviting' && !exchange.heard) this.#finish('unanswered');
    };
    const patience = patienceMs === undefined ? undefined : setTimeout(giveUp, patienceMs);
    const response = await Promise.race([exchange.final, this.#over.promise]);
    clearTimeout(patience);
    return response;
  }

  #finish(state: CallState): void {
    this.state = state;
    this.#over.resolve(undefined);
    this.#exchange?.abandon();
    this.#options.client.forget(this.callId);
    this.#closeStreams();
  }

  #closeStreams(): void {
    for (const stream of this.streams) stream.close();
  }
}
