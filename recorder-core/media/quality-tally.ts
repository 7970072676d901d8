/** Counts of one stretch of a stream, which can be joined, and the figures they come to. */
import type { QualityScale } from './e-model.ts';
import { listeningQuality } from './e-model.ts';

/** Figures of one stretch. JSON-able. */
export interface QualityFigures {
  readonly packets: number;
  /** Missing for good. */
  readonly lost: number;
  /** In the recording, but too late for a listener with 60 ms of playout buffer. Not part of the R factor. */
  readonly late: number;
  readonly lossPercent: number;
  /** Mean length of the loss runs against that of random loss (G.107 clause 7.5); 1 is random, more is bursty. */
  readonly burstRatio: number;
  /** RFC 3550 estimate at its highest. */
  readonly maxJitterMs: number;
  /** The scale of the two figures below; the three are null when nothing came or no values are published. */
  readonly scale: QualityScale | null;
  readonly rFactor: number | null;
  /** 1 to 4.5, listening only. */
  readonly mosLq: number | null;
}

export class QualityTally {
  #packets = 0;
  #lost = 0;
  #bursts = 0;
  #late = 0;
  #maxJitterMs = 0;
  readonly #byKey = new Map<string, number>();

  /** A packet in media order, with how many are missing before it. */
  addPacket(missing: number): void {
    this.#packets++;
    this.#lost += missing;
    if (missing > 0) this.#bursts++;
  }

  addSound(key: string | undefined, jitterMs: number, late: boolean): void {
    if (key !== undefined) this.#byKey.set(key, (this.#byKey.get(key) ?? 0) + 1);
    if (late) this.#late++;
    if (jitterMs > this.#maxJitterMs) this.#maxJitterMs = jitterMs;
  }

  /** Takes over all that another one has counted. */
  join(other: QualityTally): void {
    this.#packets += other.#packets;
    this.#lost += other.#lost;
    this.#bursts += other.#bursts;
    this.#late += other.#late;
    this.#maxJitterMs = Math.max(this.#maxJitterMs, other.#maxJitterMs);
    for (const [key, count] of other.#byKey) this.#byKey.set(key, (this.#byKey.get(key) ?? 0) + count);
  }

  /** What most packets carried, as `qualityKey` names it. */
  get mainKey(): string | undefined {
    let main: string | undefined;
    for (const [key, count] of this.#byKey) {
      if (main === undefined || count > (this.#byKey.get(main) ?? 0)) main = key;
    }
    return main;
  }

  /** The codec with the most packets stands for the stretch. */
  figures(): QualityFigures {
    const expected = this.#packets + this.#lost;
    const share = expected === 0 ? 0 : this.#lost / expected;
    const meanBurst = this.#bursts === 0 ? 0 : this.#lost / this.#bursts;
    // Random loss of probability p makes runs of mean length 1 / (1 - p).
    const burstRatio = meanBurst === 0 ? 1 : meanBurst * (1 - share);
    const quality = listeningQuality(this.mainKey ?? '', 100 * share, burstRatio);
    return {
      packets: this.#packets,
      lost: this.#lost,
      late: this.#late,
      lossPercent: 100 * share,
      burstRatio,
      maxJitterMs: this.#maxJitterMs,
      scale: quality?.scale ?? null,
      rFactor: quality?.rFactor ?? null,
      mosLq: quality?.mosLq ?? null,
    };
  }
}
