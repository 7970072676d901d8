import { seededRandom } from '../../../recorder-core/media/test-signal.ts';
import { until } from '../../../hub/processes/process-control.ts';
import { SipClient } from './sip-client.ts';
import { TestCall } from './test-call.ts';

const TICK_MS = 10;

/** What happens in the traffic; a moment can be found by counting it. */
export type TrafficEvent = 'invited' | 'answered' | 'packet' | 'bye-sent' | 'bye-answered';

export interface TrafficOptions {
  readonly seed: number;
  /** Calls at once. */
  readonly calls: number;
  /** Shortest and longest call, in packets of 20 ms. */
  readonly packets: readonly [number, number];
  /** Where to send each new call: SIP ports on the loopback, tried in order until one takes it. */
  targets(): readonly number[];
  /** After so long without any response the next target is tried; for ever when left out. */
  readonly patienceMs?: number;
}

/** Calls from outside, one after the other in several lines at once, as many as `calls` while it is open. */
export class Traffic {
  /** Every call so far, in the order of their beginning. */
  readonly calls: TestCall[] = [];
  /** Calls that no target took. */
  unserved = 0;
  readonly #options: TrafficOptions;
  readonly #client: SipClient;
  readonly #random: () => number;
  readonly #ticker: NodeJS.Timeout;
  readonly #running = new Set<TestCall>();
  #watch: { event: TrafficEvent; left: number; reached: () => void } | undefined;
  #open = false;
  #placing = 0;

  private constructor(options: TrafficOptions, client: SipClient) {
    this.#options = options;
    this.#client = client;
    this.#random = seededRandom(options.seed);
    client.onRequest = ({ method, headers }) => {
      const call = [...this.#running].find(({ callId }) => callId === headers.get('Call-ID'));
      if (method === 'BYE') call?.stopped();
    };
    this.#ticker = setInterval(() => {
      this.#tick();
    }, TICK_MS);
  }

  static async open(options: TrafficOptions): Promise<Traffic> {
    return new Traffic(options, await SipClient.open());
  }

  /** Calls that run now at the recorder of this port. */
  runningAt(target: number): number {
    return [...this.#running].filter((call) => call.state === 'running' && call.target === target).length;
  }

  /** Places calls from now on, until `pause`. */
  begin(): void {
    this.#open = true;
  }

  /** Places no more; those in progress go on. */
  pause(): void {
    this.#open = false;
  }

  /** Places no more; resolves when every call is over. */
  async finish(withinMs: number): Promise<void> {
    this.pause();
    await until(() => this.#running.size + this.#placing === 0, withinMs, 'the last calls to end');
  }

  /** Places one call more, of so many packets, at the first target; resolves when it was answered or refused. */
  placeOne(packets: number): Promise<TestCall> {
    return this.#try(this.#options.targets()[0] ?? 0, packets);
  }

  /** Calls back, once and synchronously, when the event has happened `count` times from now. */
  at(event: TrafficEvent, count: number, reached: () => void): void {
    this.#watch = { event, left: count, reached };
  }

  /** The recorder at this port is gone; the signal was sent at `atMs`, before which alone it owed anything. */
  recorderDied(target: number, atMs: number): void {
    for (const call of this.#running) if (call.target === target) call.recorderDied(atMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    for (const call of this.#running) call.recorderDied(performance.now());
    await this.#client.close();
  }

  #tick(): void {
    for (const call of this.#running) {
      this.#count('packet', call.sendDue());
      if (call.state === 'running' && call.sentAll) void this.#hangUp(call);
      if (call.over) this.#running.delete(call);
    }
    while (this.#open && this.#running.size < this.#options.calls) {
      this.#placing += 1;
      void this.#place().finally(() => {
        this.#placing -= 1;
      });
    }
  }

  async #place(): Promise<void> {
    const [least, most] = this.#options.packets;
    const packets = least + Math.floor(this.#random() * (most - least + 1));
    for (const target of this.#options.targets())
      if ((await this.#try(target, packets)).state === 'running') return;
    this.unserved += 1;
  }

  async #try(target: number, packets: number): Promise<TestCall> {
    const { seed, patienceMs } = this.#options;
    const streamSeed = (): number => 1 + Math.floor(this.#random() * (2 ** 31 - 2));
    const call = new TestCall({
      client: this.#client,
      callId: `t${seed}-${this.calls.length}`,
      seeds: [streamSeed(), streamSeed()],
      packets,
      ...(patienceMs !== undefined && { patienceMs }),
    });
    this.calls.push(call);
    this.#running.add(call);
    const runs = await call.place(target, () => {
      this.#count('invited', 1);
    });
    if (runs) this.#count('answered', 1);
    return call;
  }

  async #hangUp(call: TestCall): Promise<void> {
    await call.hangUp(() => {
      this.#count('bye-sent', 1);
    });
    if (call.state === 'ended') this.#count('bye-answered', 1);
  }

  #count(event: TrafficEvent, happened: number): void {
    if (this.#watch?.event !== event) return;
    this.#watch.left -= happened;
    if (this.#watch.left > 0) return;
    const { reached } = this.#watch;
    this.#watch = undefined;
    reached();
  }
}
