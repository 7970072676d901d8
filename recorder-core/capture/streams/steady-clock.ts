/** Wall-clock time from a clock that does not jump, the same in every thread of the process. */

/** A moment on both clocks; plain data, so that a thread can take it over. */
export interface ClockBase {
  /** Milliseconds since 1970. */
  readonly wallMs: number;
  /** The process's monotonic clock at that moment, in nanoseconds. */
  readonly monotonicNs: bigint;
}

/** The moment this is called. */
export function clockBase(): ClockBase {
  return { wallMs: performance.timeOrigin + performance.now(), monotonicNs: process.hrtime.bigint() };
}

/** Reads milliseconds since 1970, with fractions, counted on from the base. */
export function steadyClock(base: ClockBase): () => number {
  const sinceBaseMs = Number(process.hrtime.bigint() - base.monotonicNs) / 1e6;
  const offset = base.wallMs + sinceBaseMs - performance.now();
  return () => offset + performance.now();
}
