/** Arithmetic that the ITU's speech codecs are defined in. */

/** The value, or the bound that it is beyond. */
export function clamp(value: number, low: number, high: number): number {
  if (value < low) return low;
  return value > high ? high : value;
}

/** Saturation to 16 bits. */
export function saturate(value: number): number {
  return clamp(value, -32_768, 32_767);
}
