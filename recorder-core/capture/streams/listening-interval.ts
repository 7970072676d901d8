import { listeningQuality } from '../../media/e-model.ts';

/** How well a line could be heard since the last look, for those who watch; the whole call is measured from its log. */
export class ListeningInterval {
  #packets = 0;
  #lost = 0;

  /** `packets` and `lost` are totals so far. Null where nothing came, or the codec has no published values. Begins a new interval. */
  since(packets: number, lost: number, codec: string | undefined): number | null {
    const received = packets - this.#packets;
    const missing = Math.max(0, lost - this.#lost);
    this.#packets = packets;
    this.#lost = lost;
    if (received <= 0 || codec === undefined) return null;
    // Losses of a few seconds are too few to tell bursts from chance.
    const quality = listeningQuality(codec.toUpperCase(), (100 * missing) / (received + missing), 1);
    return quality?.mosLq ?? null;
  }
}
