/** Key presses in RTP (RFC 4733): what a payload says, and how it is made to say nothing. */
import type { PayloadTypes } from './payload-types.ts';
import { RtpView } from './rtp-view.ts';

/** One event as one packet tells it (RFC 4733 section 2.3). */
export interface EventReport {
  /** 0 to 9 the digits, 10 `*`, 11 `#`, 12 to 15 `A` to `D`, 16 flash; `MASKED_EVENT` where it was overwritten. */
  readonly code: number;
  readonly end: boolean;
  /** Since the event's timestamp, in units of the event's RTP clock. */
  readonly duration: number;
}

/** A code that no event has; stands where a digit must not be kept. */
export const MASKED_EVENT = 255;
const EVENT_BYTES = 4;

/** The first event of a payload, or `undefined` when it is too short for one. */
export function parseTelephoneEvent(payload: Buffer): EventReport | undefined {
  if (payload.length < EVENT_BYTES) return undefined;
  return {
    code: payload.readUInt8(0),
    end: (payload.readUInt8(1) & 0x80) !== 0,
    duration: payload.readUInt16BE(2),
  };
}

/**
 * Overwrites in place every event code that the packet carries, also inside redundant audio (RFC 2198). Lengths, volume
 * and durations stay, so the timeline still shows that a key was pressed. True when something was overwritten.
 * Idempotent; never throws. A packet of a number nobody negotiated is masked too when its size is that of an event.
 */
export function maskTelephoneEvent(rtp: Buffer, types: PayloadTypes): boolean {
  const view = new RtpView();
  if (!view.read(rtp)) return false;
  const { codec } = types.of(view.payloadType);
  if (codec?.name.toUpperCase() === 'RED') return maskRedundant(rtp, view, types);
  if (!mayBeEvents(view.payloadType, view.payloadBytes, types)) return false;
  return maskRange(rtp, view.payloadAt, view.payloadEnd);
}

function mayBeEvents(payloadType: number, bytes: number, types: PayloadTypes): boolean {
  const { codec, role } = types.of(payloadType);
  return role === 'telephone-event' || (codec === undefined && bytes === EVENT_BYTES);
}

/** Several events may stand one after the other (RFC 4733 section 2.5.1.5). */
function maskRange(rtp: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += EVENT_BYTES) rtp.writeUInt8(MASKED_EVENT, at);
  return to > from;
}

/** Headers of 4 bytes (follow bit, payload type, timestamp offset, 10 bits of length), a last one of 1 byte, then the blocks. */
function maskRedundant(rtp: Buffer, view: RtpView, types: PayloadTypes): boolean {
  const blocks: { payloadType: number; bytes: number }[] = [];
  let at = view.payloadAt;
  while (at < view.payloadEnd && (rtp.readUInt8(at) & 0x80) !== 0) {
    if (at + 4 > view.payloadEnd) return false;
    blocks.push({ payloadType: rtp.readUInt8(at) & 0x7f, bytes: rtp.readUInt16BE(at + 2) & 0x3ff });
    at += 4;
  }
  if (at >= view.payloadEnd) return false;
  const primary = rtp.readUInt8(at) & 0x7f;
  at += 1;
  blocks.push({ payloadType: primary, bytes: Infinity });
  let masked = false;
  for (const { payloadType, bytes } of blocks) {
    const end = Math.min(view.payloadEnd, at + bytes);
    if (mayBeEvents(payloadType, end - at, types)) masked = maskRange(rtp, at, end) || masked;
    at = end;
  }
  return masked;
}
