import { setTimeout as wait } from 'node:timers/promises';
import { isHoldfastError } from '../../errors.ts';
import { sipStatusOf } from '../../sip/refused-call.ts';
import type { CallOptions } from './call-options.ts';
import type { CallReport } from './call-report.ts';
import type { RecordingClient } from './recording-client.ts';

/** How many calls, and how fast they come. */
export interface CallLoad {
  readonly calls: number;
  readonly perSecond: number;
  /** No more than this many at once, those being set up included; a call that finds them all busy waits. */
  readonly atOnce: number;
  /** Starts no further call, and hangs up those that are up. */
  readonly signal?: AbortSignal;
}

/** What became of them. */
export interface LoadReport {
  readonly calls: number;
  readonly completed: number;
  /** Calls that failed, by the SIP status of the last answer, or by the code of the error where none came. */
  readonly failures: Readonly<Record<string, number>>;
  readonly mostAtOnce: number;
  /** From INVITE to answer, in ms; zeros when no call was answered. */
  readonly setupMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly packets: number;
  readonly lostPackets: number;
}

/** What `onEnd` is told of one call. */
export type EndedCall = { readonly report: CallReport } | { readonly error: unknown };

/**
 * Places many calls on one client at a steady rate. A call that fails is counted and stops nothing; resolves when all are
 * over. `callFor` makes the call of a number, from 0.
 */
export async function placeCalls(
  client: RecordingClient,
  callFor: (index: number) => CallOptions,
  load: CallLoad,
  onEnd: (ended: EndedCall, index: number) => void = () => undefined,
): Promise<LoadReport> {
  const { calls, perSecond, atOnce, signal } = load;
  const tally = new LoadTally();
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  const stopped = (): boolean => signal?.aborted === true;
  for (let index = 0; index < calls && !stopped(); index += 1) {
    const early = startedAt + (index * 1000) / perSecond - performance.now();
    if (early > 1) await wait(early, undefined, signal && { signal }).catch(() => undefined);
    if (running.size >= atOnce) await Promise.race(running);
    if (stopped()) break;
    const call: Promise<void> = client
      .place({ ...callFor(index), ...(signal && { signal }) })
      .then((report) => ({ report }))
      .catch((error: unknown) => ({ error }))
      .then((ended) => {
        running.delete(call);
        tally.add(ended);
        onEnd(ended, index);
      });
    running.add(call);
    tally.watch(running.size);
  }
  await Promise.all(running);
  return tally.report();
}

class LoadTally {
  readonly #setups: number[] = [];
  readonly #failures = new Map<string, number>();
  #calls = 0;
  #mostAtOnce = 0;
  #packets = 0;
  #lostPackets = 0;

  watch(atOnce: number): void {
    this.#mostAtOnce = Math.max(this.#mostAtOnce, atOnce);
  }

  add(ended: EndedCall): void {
    this.#calls += 1;
    if ('error' in ended) {
      const name = nameOf(ended.error);
      this.#failures.set(name, (this.#failures.get(name) ?? 0) + 1);
      return;
    }
    this.#setups.push(ended.report.setupMs);
    for (const { packets, lostPackets } of ended.report.streams) {
      this.#packets += packets;
      this.#lostPackets += lostPackets;
    }
  }

  report(): LoadReport {
    const sorted = this.#setups.toSorted((a, b) => a - b);
    const quantile = (share: number): number => {
      const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
      return Math.round(value * 10) / 10;
    };
    return {
      calls: this.#calls,
      completed: sorted.length,
      failures: Object.fromEntries(this.#failures),
      mostAtOnce: this.#mostAtOnce,
      setupMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
      packets: this.#packets,
      lostPackets: this.#lostPackets,
    };
  }
}

function nameOf(error: unknown): string {
  const status = sipStatusOf(error);
  if (status !== undefined) return String(status);
  return isHoldfastError(error) ? error.code : 'internal';
}
