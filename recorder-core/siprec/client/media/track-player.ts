import type { Track, TrackFrame } from '../tracks/track.ts';
import { ticksAt, type LineClock } from './rtp-source.ts';

/** A packet of the track with its place in the call. */
export interface PlayedFrame extends TrackFrame {
  readonly dueMs: number;
  /** Of the line's RTP clock since the call began. */
  readonly ticks: number;
}

/**
 * Where a line stands in its track. While it is on hold the track waits and the line's clock runs on, so the silence has
 * its true length for the receiver.
 */
export class TrackPlayer {
  readonly track: Track;
  readonly #clock: LineClock;
  readonly #frames: Iterator<TrackFrame>;
  /** When the track would have begun, had it never waited. */
  #startMs: number;
  #heldAt: number | undefined;
  #next: TrackFrame | undefined;
  #mark = false;

  constructor(track: Track, startMs: number, skewPpm: number) {
    this.track = track;
    this.#clock = { skewPpm, clockRate: track.codec.clockRate };
    this.#startMs = startMs;
    this.#frames = track.frames()[Symbol.iterator]();
    this.#advance();
  }

  /** When the next packet is to leave; `Infinity` on hold and at the end. */
  get nextDue(): number {
    if (this.#next === undefined || this.#heldAt !== undefined) return Infinity;
    return this.#placeOf(this.#next.atMs);
  }

  /** When all has been said; a track on hold has ended until it goes on. */
  get endsAt(): number {
    return this.#heldAt ?? this.#placeOf(this.track.durationMs);
  }

  /** The next packet; only when there is one. */
  take(): PlayedFrame | undefined {
    const frame = this.#next;
    if (frame === undefined) return undefined;
    const ticks = ticksAt(this.#startMs, this.#clock) + frame.timestamp;
    const taken = { ...frame, marker: frame.marker || this.#mark, dueMs: this.#placeOf(frame.atMs), ticks };
    this.#mark = false;
    this.#advance();
    return taken;
  }

  /** Idempotent. */
  hold(nowMs: number): void {
    this.#heldAt ??= nowMs;
  }

  /** Does nothing when it is not on hold. */
  resume(nowMs: number): void {
    if (this.#heldAt === undefined) return;
    this.#startMs += nowMs - this.#heldAt;
    this.#heldAt = undefined;
    this.markNext();
  }

  /** The next packet is the first after a silence (RFC 3551 section 4.1). */
  markNext(): void {
    this.#mark = true;
  }

  #placeOf(trackMs: number): number {
    return this.#startMs + trackMs / (1 + this.#clock.skewPpm / 1e6);
  }

  #advance(): void {
    const { done, value } = this.#frames.next();
    this.#next = done === true ? undefined : value;
  }
}
