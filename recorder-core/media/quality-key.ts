/** Under which name the E-model knows what a packet carries. */
import type { CodecDescription } from './codec-description.ts';

/** Frame types above these are silence descriptors or nothing (RFC 4867 section 4.3.2). */
const LAST_SPEECH_MODE: Readonly<Record<string, number>> = { AMR: 7, 'AMR-WB': 8 };

/**
 * The encoding name in capitals, with a slash and the mode for AMR and AMR-WB, whose modes differ by a whole point of
 * MOS. `undefined` for a frame without speech and for a payload too short to tell.
 */
export function qualityKey(codec: CodecDescription | undefined, payload: Buffer): string | undefined {
  const name = codec?.name.toUpperCase() ?? '';
  const lastMode = LAST_SPEECH_MODE[name];
  if (lastMode === undefined) return name;
  const mode = frameType(payload, /octet-align\s*=\s*1/.test(codec?.fmtp ?? ''));
  return mode === undefined || mode > lastMode ? undefined : `${name}/${mode}`;
}

/** Frame type of the first frame: after 4 bits of mode request, or after a byte of it (RFC 4867 sections 4.3 and 4.4). */
function frameType(payload: Buffer, octetAligned: boolean): number | undefined {
  if (payload.length < 2) return undefined;
  return octetAligned
    ? (payload.readUInt8(1) >> 3) & 0x0f
    : ((payload.readUInt8(0) & 0x07) << 1) | (payload.readUInt8(1) >> 7);
}
