/** Bytes [start, end) of a bundle, and whether a part was asked for. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  readonly partial: boolean;
}

/**
 * Reads a Range header (RFC 9110 section 14.2) with one range of bytes; whatever else it says asks for the whole, as
 * the RFC allows. `unsatisfiable` where the range begins behind the end.
 */
export function readByteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' {
  const whole = { start: 0, end: size, partial: false };
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return whole;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size, partial: true };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return whole;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size : Math.min(size, Number(last) + 1), partial: true };
}
