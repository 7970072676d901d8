/** What is remembered of each source (SSRC) that has sent an authentic packet. */
import type { KeyRing } from './key-ring.ts';
import { ReplayWindow } from './replay-window.ts';

/** More sources than a stream has in a long call with music on hold; only the holder of the key can make one. */
export const MAX_SOURCES = 32;

/** One source. Its window counts only under the keys it was filled under. */
export interface Source {
  readonly window: ReplayWindow;
  readonly ring: KeyRing;
}

/** At most `MAX_SOURCES`; the one that was silent longest makes room. */
export class SourceTable {
  /** In the order of their last packet but for the latest one. */
  readonly #sources = new Map<number, Source>();
  #latestSsrc = -1;

  /** What is known of a source, under whatever keys. */
  get(ssrc: number): Source | undefined {
    return this.#sources.get(ssrc);
  }

  /** Notes an authentic packet; begins a new window where the source or its keys are new. */
  accept(ssrc: number, ring: KeyRing, index: number): void {
    let source = this.#sources.get(ssrc);
    if (source?.ring !== ring) {
      source = { ring, window: new ReplayWindow() };
      this.#sources.set(ssrc, source);
    }
    source.window.accept(index);
    if (ssrc === this.#latestSsrc) return;
    this.#latestSsrc = ssrc;
    this.#sources.delete(ssrc); // and to the end of the order
    this.#sources.set(ssrc, source);
    if (this.#sources.size <= MAX_SOURCES) return;
    const [oldest] = this.#sources.keys();
    if (oldest !== undefined) this.#sources.delete(oldest);
  }
}
