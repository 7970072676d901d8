import type { Comparison } from './rounds.ts';

/** What every bench is given. */
export interface BenchContext {
  /** An empty folder of its own, removed afterwards. */
  readonly folder: string;
  /** Tells a person what is going on; never part of the document. */
  report(line: string): void;
}

/** The first figure of a bench, its baseline from the same run, and whatever else explains them. */
export interface BenchFigures {
  /** What the figure is, as a sentence without the number. */
  readonly what: string;
  readonly unit: string;
  readonly baseline: string;
  readonly comparison: Comparison;
  readonly details: Readonly<Record<string, unknown>>;
  /** What a reader must know before quoting the figure. */
  readonly notes: readonly string[];
  /** The few figures that others go by: the last line of a run of this bench alone. */
  readonly summary?: Readonly<Record<string, number | Readonly<Record<string, number>>>>;
}

/** One bench: real parts, bounded in time, no opinion on what is fast enough. */
export interface Bench {
  readonly name: string;
  run(context: BenchContext): Promise<BenchFigures>;
}
