/**
 * Changes the sample rate of one packet's sound by linear interpolation. Enough to hear every codec at the render
 * rate; an export at full band keeps the decoder's own rate instead. Same rate in and out gives the input itself.
 */
export function resample(pcm: Int16Array, from: number, to: number): Int16Array {
  if (from === to) return pcm;
  const out = new Int16Array(Math.round((pcm.length * to) / from));
  for (let i = 0; i < out.length; i++) {
    const position = (i * from) / to;
    const left = pcm[Math.floor(position)] ?? 0;
    const right = pcm[Math.floor(position) + 1] ?? left;
    out[i] = Math.round(left + (right - left) * (position % 1));
  }
  return out;
}
