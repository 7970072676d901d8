import type { RtpStream } from './rtp-stream.ts';

const PACKET_MS = 20;
const TICK_MS = 1;

/** What was sent, and how far behind the clock the sender once was. */
export interface SentPackets {
  readonly sent: number;
  readonly worstDelayMs: number;
}

/**
 * Sends on streams in real time, 50 packets a second each. The streams are spread evenly over the packet time, as those
 * of unrelated calls are. One that was held up catches up, so the number of packets is that of the time passed.
 */
export class PacketPacer {
  /** The streams that are due in each millisecond of the packet time. */
  readonly #slots = Array.from({ length: PACKET_MS }, () => new Set<RtpStream>());
  #added = 0;
  #startedAt = 0;
  #ticks = 0;
  #sent = 0;
  #worstDelayMs = 0;
  #timer: NodeJS.Timeout | undefined;

  add(stream: RtpStream): void {
    this.#slots[this.#added++ % PACKET_MS]?.add(stream);
  }

  remove(stream: RtpStream): void {
    for (const slot of this.#slots) slot.delete(stream);
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#ticks = this.#sent = this.#worstDelayMs = 0;
    this.#tick();
  }

  stop(): SentPackets {
    clearTimeout(this.#timer);
    return this.soFar();
  }

  /** Since the start. */
  soFar(): SentPackets {
    return { sent: this.#sent, worstDelayMs: Math.round(this.#worstDelayMs * 10) / 10 };
  }

  #tick(): void {
    const elapsed = performance.now() - this.#startedAt;
    this.#worstDelayMs = Math.max(this.#worstDelayMs, elapsed - this.#ticks);
    for (; this.#ticks < Math.floor(elapsed); this.#ticks++) {
      for (const stream of this.#slots[this.#ticks % PACKET_MS] ?? []) {
        stream.send();
        this.#sent += 1;
      }
    }
    this.#timer = setTimeout(() => {
      this.#tick();
    }, TICK_MS);
  }
}
