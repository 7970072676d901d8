import { HoldfastError } from '../../../errors.ts';
import type { Track, TrackFrame } from './track.ts';

/** Event codes of RFC 4733 section 3.2 are the places in this string. */
const KEYS = '0123456789*#ABCD';
const PRESS_MS = 100;
const PAUSE_MS = 100;
const UPDATE_MS = 20;
/** The packet that ends an event is sent three times (RFC 4733 section 2.5.1.4). */
const END_PACKETS = 3;
const END = 0x80;
/** Power level in -dBm0. */
const VOLUME = 10;

/**
 * The track with keys pressed from `atMs` on, each as telephone events that take the place of the audio meanwhile
 * (RFC 4733). @throws HoldfastError `invalid_input` for a key that no telephone has; the message does not repeat it.
 */
export function withKeyPresses(track: Track, keys: string, atMs: number): Track {
  const codes = [...keys.toUpperCase()].map((key) => KEYS.indexOf(key));
  if (codes.includes(-1)) {
    throw new HoldfastError('invalid_input', 'Keys to press are 0 to 9, *, # and A to D; remove any other.', {
      field: 'dtmf',
    });
  }
  const starts = codes.map((_code, index) => atMs + index * (PRESS_MS + PAUSE_MS));
  const pressedAt = (ms: number): boolean => starts.some((start) => ms >= start && ms < start + PRESS_MS);
  return {
    ...track,
    durationMs: Math.max(track.durationMs, (starts.at(-1) ?? -Infinity) + PRESS_MS + PAUSE_MS),
    *frames() {
      const events = starts.flatMap((start, index) => press(track, codes[index] ?? 0, start));
      let next = 0;
      let resumed = false;
      for (const frame of track.frames()) {
        if (pressedAt(frame.atMs)) {
          resumed = true;
          continue;
        }
        for (
          let event = events[next];
          event !== undefined && event.atMs <= frame.atMs;
          event = events[next]
        ) {
          yield event;
          next += 1;
        }
        yield resumed ? { ...frame, marker: true } : frame;
        resumed = false;
      }
      yield* events.slice(next);
    },
  };
}

/** All packets of one press bear the timestamp of its beginning, and how long it has lasted so far. */
function press({ codec }: Track, code: number, startMs: number): TrackFrame[] {
  const ticksPerMs = codec.clockRate / 1000;
  const timestamp = Math.round(startMs * ticksPerMs);
  const updates = PRESS_MS / UPDATE_MS;
  return Array.from({ length: updates + END_PACKETS - 1 }, (_, index) => {
    const lastedMs = Math.min(index + 1, updates) * UPDATE_MS;
    const payload = Buffer.from([code, VOLUME | (index + 1 >= updates ? END : 0), 0, 0]);
    payload.writeUInt16BE(lastedMs * ticksPerMs, 2);
    return {
      atMs: startMs + Math.min(index, updates - 1) * UPDATE_MS,
      timestamp,
      payload,
      kind: 'telephone-event',
      marker: index === 0,
    };
  });
}
