/** G.711 companding, both laws and both directions; 16-bit linear PCM at 8 kHz, table look-up to decode. */

/** Mu-law bias in the 16-bit domain (ITU-T G.711 table 2 scaled by 4). */
const MU_BIAS = 132;
const MU_CLIP = 32_767 - MU_BIAS;
/** Even bits of an A-law octet are inverted on the line (ITU-T G.711 section 3.1). */
const A_INVERSION = 0x55;

const MU_TABLE = Int16Array.from({ length: 256 }, (_, octet) => expandMu(octet));
const A_TABLE = Int16Array.from({ length: 256 }, (_, octet) => expandA(octet));

function expandMu(octet: number): number {
  const code = ~octet & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + MU_BIAS) << ((code >> 4) & 7)) - MU_BIAS;
  return (code & 0x80) !== 0 ? -magnitude : magnitude;
}

function expandA(octet: number): number {
  const code = octet ^ A_INVERSION;
  const segment = (code >> 4) & 7;
  const step = ((code & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (code & 0x80) !== 0 ? magnitude : -magnitude;
}

function compressMu(sample: number): number {
  const magnitude = Math.min(Math.abs(sample), MU_CLIP) + MU_BIAS;
  const segment = 24 - Math.clz32(magnitude);
  const code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f);
  return ~(sample < 0 ? code | 0x80 : code) & 0xff;
}

function compressA(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = Math.max(0, 28 - Math.clz32(magnitude));
  const code = (segment << 4) | ((segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0f);
  return (sample < 0 ? code : code | 0x80) ^ A_INVERSION;
}

function decode(table: Int16Array, payload: Uint8Array): Int16Array {
  const pcm = new Int16Array(payload.length);
  for (let i = 0; i < pcm.length; i++) pcm[i] = table[payload[i] ?? 0] ?? 0;
  return pcm;
}

function encode(compress: (sample: number) => number, pcm: Int16Array): Buffer {
  const payload = Buffer.alloc(pcm.length);
  for (let i = 0; i < pcm.length; i++) payload[i] = compress(pcm[i] ?? 0);
  return payload;
}

/** One sample for each octet. */
export function decodePcmu(payload: Uint8Array): Int16Array {
  return decode(MU_TABLE, payload);
}

/** One sample for each octet. */
export function decodePcma(payload: Uint8Array): Int16Array {
  return decode(A_TABLE, payload);
}

/** Gives the octet whose interval holds the sample; louder than the law can carry is clipped. */
export function encodePcmu(pcm: Int16Array): Buffer {
  return encode(compressMu, pcm);
}

/** Gives the octet whose interval holds the sample. */
export function encodePcma(pcm: Int16Array): Buffer {
  return encode(compressA, pcm);
}
