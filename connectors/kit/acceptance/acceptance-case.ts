import type { Bench } from './bench.ts';

/** One thing that a connector must do to be listed. */
export interface AcceptanceCase {
  /** Stable name, by which a bypass refers to it. */
  readonly id: string;
  /** A sentence of behaviour. */
  readonly title: string;
  /** Throws AssertionError when the connector does not do it. */
  run(bench: Bench): Promise<void>;
}
