/** The value of a CSeq header (RFC 3261 section 20.16). */
export interface CSeq {
  /** 0 to 2^32-1. */
  readonly number: number;
  readonly method: string;
}

/** Reads a CSeq value; `undefined` when it cannot be read or the number does not fit 32 bits. Never throws. */
export function parseCSeq(text: string | undefined): CSeq | undefined {
  const [, digits, method] = /^(\d{1,10})[ \t]+([\w.!%*+`'~-]+)$/.exec(text ?? '') ?? [];
  const number = Number(digits);
  return method !== undefined && number <= 0xffff_ffff ? { number, method } : undefined;
}
