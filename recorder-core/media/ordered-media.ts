/** The packets of one log in media order, as far as the arrivals of about a second can put them in order. */
import type { CodecDescription } from './codec-description.ts';
import type { MediaPacket } from './media-epochs.ts';
import { MediaEpochs } from './media-epochs.ts';
import type { LogEntry } from './packet-log-reader.ts';
import { ReorderWindow } from './reorder-window.ts';
import { TICKS_PER_MS, TICKS_PER_SECOND } from './timeline-clock.ts';

/** Reordering and late confirmation reach this far in arrival time. */
const WINDOW = TICKS_PER_SECOND;
/** A flood shortens the window rather than filling the memory. */
const WINDOW_PACKETS = 4096;

/** Arrival of an entry in ticks since the log's start. */
export function ticksOf(atMicros: number): number {
  return (atMicros * TICKS_PER_MS) / 1000;
}

/** Feed it every entry in stored order, and after each take until there is nothing. The same entries give the same order. */
export class OrderedMedia {
  readonly #window = new ReorderWindow<MediaPacket>(WINDOW, WINDOW_PACKETS);
  readonly #epochs = new MediaEpochs();
  #late = 0;
  #record = 0;
  #flush = false;

  push(entry: LogEntry): void {
    if (entry.kind === 'header') this.#setCodecs(entry.header.codecs);
    if (entry.kind === 'end') this.#flush = true;
    if (entry.kind === 'event') {
      this.#window.advance(ticksOf(entry.atMicros));
      if (entry.event.type === 'codecs') this.#setCodecs(entry.event.codecs);
    }
    if (entry.kind !== 'rtp' && entry.kind !== 'cut') return;
    const { bytes, atMicros } = entry;
    const cut = entry.kind === 'cut' ? { units: entry.units } : undefined;
    for (const packet of this.#epochs.read({
      bytes,
      arrival: ticksOf(atMicros),
      record: this.#record++,
      cut,
    })) {
      if (!this.#window.add(packet)) this.#late++;
    }
  }

  /** The next packet whose place is certain; `undefined` until more was pushed. */
  take(): MediaPacket | undefined {
    return this.#window.take(this.#flush);
  }

  /** What follows the packet just taken, as far as it has arrived. */
  get ahead(): readonly MediaPacket[] {
    return this.#window.ahead;
  }

  /** Packets that came after their place had passed. */
  get late(): number {
    return this.#late;
  }

  /** Media time of an RTP timestamp that the current sender states, or `undefined` for another sender. */
  locate(ssrc: number, rtpTimestamp: number): { readonly epoch: number; readonly media: number } | undefined {
    return this.#epochs.locate(ssrc, rtpTimestamp);
  }

  #setCodecs(codecs: readonly CodecDescription[]): void {
    this.#epochs.codecs = codecs;
  }
}
