/** One stream as its watcher sees it: what is wrong with it now, from counters looked at once a second. */
import type { ReceiverStats } from './receiver-stats.ts';
import type { WatchLimits } from './watch-limits.ts';

/** A stream of a call at one moment. */
export interface WatchedStream {
  readonly label: string;
  /** The client has put it on hold, so it owes us nothing. */
  readonly held: boolean;
  /** The recorder stores nothing of it for now. */
  readonly paused: boolean;
  readonly stats: ReceiverStats;
}

/** What stands against a stream; absent or false is nothing. The sentences are for people. */
export interface StreamFaults {
  readonly dead: string | undefined;
  readonly codec: string | undefined;
  readonly loss: string | undefined;
  readonly clock: string | undefined;
  /** Too quiet for the limits' time; `undefined` when its level cannot be known. */
  readonly silent: boolean | undefined;
  /** Packets come, but nothing was ever heard in them. */
  readonly neverHeard: boolean;
  /** Held or paused: nothing is expected of it. */
  readonly idle: boolean;
}

interface Sample {
  readonly atMs: number;
  readonly packets: number;
  readonly lost: number;
  readonly sized: number;
  readonly oddlySized: number;
}

const WINDOW_MS = 10_000;
/** A size is judged over fewer looks than the window holds, so that a change of codec is found in time. */
const FEWEST_SIZED = 6;
const FEWEST_EXPECTED = 25;
const IDLE: StreamFaults = {
  dead: undefined,
  codec: undefined,
  loss: undefined,
  clock: undefined,
  silent: undefined,
  neverHeard: false,
  idle: true,
};

/** Keeps ten seconds of counters of one stream. */
export class StreamWatch {
  readonly #limits: WatchLimits;
  /** Since when the stream owes us packets: its beginning, or the end of a hold or pause. */
  #expectedFromMs: number | undefined;
  #quietFromMs: number | undefined;
  #heard = false;
  #losing = false;
  #samples: Sample[] = [];

  constructor(limits: WatchLimits) {
    this.#limits = limits;
  }

  observe(nowMs: number, { held, paused, stats }: WatchedStream): StreamFaults {
    if (held || paused) {
      this.#expectedFromMs = this.#quietFromMs = undefined;
      this.#samples = [];
      this.#losing = false;
      return IDLE;
    }
    this.#expectedFromMs ??= nowMs;
    const before = this.#remember(nowMs, stats);
    const silent = this.#isSilent(nowMs, stats);
    const dead = this.#deadness(nowMs, stats);
    // What went missing while nothing came was told as a dead stream, and is no loss on top of it.
    if (dead !== undefined) this.#samples = [];
    return {
      dead,
      codec: codecFault(stats, before),
      loss: this.#lossFault(stats, before),
      clock:
        stats.senderClock === 'doubtful'
          ? 'Its sender reports tell a clock that cannot be right.'
          : undefined,
      silent,
      neverHeard: silent === true && !this.#heard,
      idle: false,
    };
  }

  /** Adds the counters of now and gives those at the window's start. Counters that fall are those of a new receiver. */
  #remember(nowMs: number, stats: ReceiverStats): Sample {
    if (stats.packets < (this.#samples.at(-1)?.packets ?? 0)) this.#samples = [];
    const { packets, lost, sized, oddlySized } = stats;
    const sample = { atMs: nowMs, packets, lost, sized, oddlySized };
    this.#samples.push(sample);
    while (nowMs - (this.#samples[0]?.atMs ?? nowMs) > WINDOW_MS) this.#samples.shift();
    return this.#samples[0] ?? sample;
  }

  #deadness(nowMs: number, stats: ReceiverStats): string | undefined {
    const lastMs = Math.max(stats.lastArrivalMs ?? -Infinity, this.#expectedFromMs ?? nowMs);
    const { deadAfterMs, deadWithLifeAfterMs } = this.#limits;
    const signOfLife = stats.comfortNoise || nowMs - (stats.lastRtcpMs ?? -Infinity) < deadAfterMs;
    if (nowMs - lastMs < (signOfLife ? deadWithLifeAfterMs : deadAfterMs)) return undefined;
    const since = Math.round((nowMs - lastMs) / 1000);
    return stats.packets === 0
      ? `No packet has come in ${since} s: the sender may not send, or a firewall holds it back.`
      : `No packet has come for ${since} s, and the line is not on hold.`;
  }

  /** Over the limit raises, under half of it ends, as the window moves. */
  #lossFault(stats: ReceiverStats, before: Sample): string | undefined {
    const lost = Math.max(0, stats.lost - before.lost);
    const expected = stats.packets - before.packets + lost;
    const percent = expected < FEWEST_EXPECTED ? 0 : (100 * lost) / expected;
    this.#losing = percent > (this.#losing ? this.#limits.lossPercent / 2 : this.#limits.lossPercent);
    return this.#losing ? `${percent.toFixed(1)} % of its packets were lost in the last 10 s.` : undefined;
  }

  #isSilent(nowMs: number, { levelDbov, silentMs }: ReceiverStats): boolean | undefined {
    const arriving = silentMs !== undefined && silentMs < 2000;
    if (levelDbov === undefined || !arriving) {
      this.#quietFromMs = undefined;
      return undefined;
    }
    if (levelDbov > this.#limits.silenceDbov) {
      this.#quietFromMs = undefined;
      this.#heard = true;
      return false;
    }
    this.#quietFromMs ??= nowMs;
    return nowMs - this.#quietFromMs >= this.#limits.silentAfterMs;
  }
}

function codecFault(stats: ReceiverStats, before: Sample): string | undefined {
  if (!stats.negotiated) {
    return `Its packets carry payload type ${stats.payloadType ?? -1}, which was never negotiated.`;
  }
  const sized = stats.sized - before.sized;
  const odd = stats.oddlySized - before.oddlySized;
  if (sized < FEWEST_SIZED || odd < 0.8 * sized) return undefined;
  return `The size of its packets does not fit ${stats.codec ?? 'their codec'}: another codec may be inside.`;
}
