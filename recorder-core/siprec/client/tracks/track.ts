import type { ClientCodec } from './client-codec.ts';

/** What a packet is to the receiver. */
export type FrameKind = 'audio' | 'comfort-noise' | 'telephone-event';

/** One packet to be sent, on the track's own clock. */
export interface TrackFrame {
  /** When it leaves, in ms since the track began. */
  readonly atMs: number;
  /** RTP timestamp since the track began, in units of the codec's clock. */
  readonly timestamp: number;
  readonly payload: Buffer;
  readonly kind: FrameKind;
  /** First packet after a silence, or of a key press (RFC 3551 section 4.1, RFC 4733 section 2.5.1.1). */
  readonly marker: boolean;
}

/** What one party says: packets ready to send, in order of time. Holds no state: `frames` begins anew each time. */
export interface Track {
  readonly codec: ClientCodec;
  /** Usual length of a packet. */
  readonly ptimeMs: number;
  readonly durationMs: number;
  frames(): Iterable<TrackFrame>;
}

/** A payload and its playing time in units of the codec's RTP clock. */
export interface TrackPacket {
  readonly payload: Buffer;
  readonly ticks: number;
}

/** A track of packets that follow each other without a gap. */
export function makeTrack(codec: ClientCodec, ptimeMs: number, packets: readonly TrackPacket[]): Track {
  const ticksPerMs = codec.clockRate / 1000;
  return {
    codec,
    ptimeMs,
    durationMs: packets.reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerMs,
    *frames() {
      let timestamp = 0;
      for (const { payload, ticks } of packets) {
        yield { atMs: timestamp / ticksPerMs, timestamp, payload, kind: 'audio', marker: timestamp === 0 };
        timestamp += ticks;
      }
    },
  };
}

/** The track over and over until `durationMs`; a longer one is cut. One without length stays as it is. */
export function repeatTrack(track: Track, durationMs: number): Track {
  if (track.durationMs === 0) return track;
  const ticksPerMs = track.codec.clockRate / 1000;
  return {
    ...track,
    durationMs,
    *frames() {
      for (let startMs = 0; startMs < durationMs; startMs += track.durationMs) {
        for (const frame of track.frames()) {
          const atMs = frame.atMs + startMs;
          if (atMs >= durationMs) return;
          yield { ...frame, atMs, timestamp: frame.timestamp + Math.round(startMs * ticksPerMs) };
        }
      }
    },
  };
}
