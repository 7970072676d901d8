/** Median and range of one figure over the rounds of a run. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A figure against its baseline; both were measured in turns, so that a busy moment of the machine hits both. */
export interface Comparison {
  readonly rounds: number;
  readonly subject: Spread;
  readonly baseline: Spread;
  /** Median over the rounds of subject divided by baseline. */
  readonly ratio: number;
}

type Measure = () => number | Promise<number>;

/** Measures both in turns, after one round of each that warms up and does not count. */
export async function compare(rounds: number, subject: Measure, baseline: Measure): Promise<Comparison> {
  await subject();
  await baseline();
  const pairs: { subject: number; baseline: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ subject: await subject(), baseline: await baseline() });
  }
  return comparisonOf(pairs);
}

/** The comparison of pairs that were measured elsewhere. */
export function comparisonOf(
  pairs: readonly { readonly subject: number; readonly baseline: number }[],
): Comparison {
  return {
    rounds: pairs.length,
    subject: spreadOf(pairs.map(({ subject }) => subject)),
    baseline: spreadOf(pairs.map(({ baseline }) => baseline)),
    ratio: rounded(
      quantile(
        pairs.map(({ subject, baseline }) => subject / baseline),
        0.5,
      ),
    ),
  };
}

/** Median and range, to four significant digits. */
export function spreadOf(values: readonly number[]): Spread {
  return {
    median: rounded(quantile(values, 0.5)),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
  };
}

/** The value below which the given share of the values lies; NaN for none. */
export function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** Four significant digits: no bench of ours knows more. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
