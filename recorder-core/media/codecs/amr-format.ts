/** How one AMR or AMR-WB stream packs its frames, and what frames there are (RFC 4867; 3GPP TS 26.101 and 26.201). */
import type { CodecDescription } from '../codec-description.ts';
import { parseFormatParameters } from './format-parameters.ts';

/** The payload format that an SDP agreed on (RFC 4867 section 8). */
export interface AmrFormat {
  readonly wideband: boolean;
  readonly octetAligned: boolean;
  /** Frames of a packet lie apart in time (section 4.4.1). */
  readonly interleaved: boolean;
  /** A check octet for each frame that has data (section 4.4.2.1). */
  readonly crc: boolean;
  /** The octets of a packet's frames take turns (section 4.4.2.2). */
  readonly robustSorting: boolean;
}

/** Frame type of a frame that was not sent or not received; it has no bits. */
export const NO_DATA = 15;
const SPEECH_LOST = 14;
/** Bits by frame type: eight speech modes, then the silence descriptors of AMR, GSM-EFR, TDMA-EFR and PDC-EFR. */
const AMR_BITS = [95, 103, 118, 134, 148, 159, 204, 244, 39, 43, 38, 37];
/** Nine speech modes and one silence descriptor. */
const AMR_WB_BITS = [132, 177, 253, 285, 317, 365, 397, 461, 477, 40];

/** The format of a codec named AMR or AMR-WB; what only makes sense octet-aligned implies that. */
export function amrFormatOf(codec: CodecDescription): AmrFormat {
  const parameters = parseFormatParameters(codec.fmtp);
  const on = (name: string): boolean => parameters.get(name) === '1';
  const interleaved = parameters.has('interleaving');
  const [crc, robustSorting] = [on('crc'), on('robust-sorting')];
  return {
    wideband: codec.name.toUpperCase() === 'AMR-WB',
    octetAligned: on('octet-align') || crc || robustSorting || interleaved,
    interleaved,
    crc,
    robustSorting,
  };
}

/** Bits of a frame of this type; `undefined` for a type reserved for the future, whose length nobody knows. */
export function amrFrameBits(wideband: boolean, type: number): number | undefined {
  if (type === NO_DATA || (wideband && type === SPEECH_LOST)) return 0;
  return (wideband ? AMR_WB_BITS : AMR_BITS)[type];
}

/** True for a frame that carries speech, false for silence descriptors and frames without data. */
export function isAmrSpeech(wideband: boolean, type: number): boolean {
  return type <= (wideband ? 8 : 7);
}
