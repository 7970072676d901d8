/** The verdict, check by check, in sentences for a reader who knows no programs. */
import { isHoldfastError } from '../errors.ts';

/** The checks in the order they are made, and what each one is about. */
export const CHECKS = {
  container: 'The file is whole and in its one permitted form',
  manifest: 'The list of contents is readable and agrees with itself',
  files: 'Every file listed is there, unchanged, and nothing else',
  trust: 'The log is one that you trust',
  signatures: 'The checkpoints are signed by the log',
  consistency: 'The log only ever grew from checkpoint to checkpoint',
  witnesses: 'Independent witnesses saw the same log',
  timestamps: 'Time stamps of outside authorities hold and are in order',
  keys: 'The keys that signed were valid when they signed',
  leaves: 'Every entry stands in the log, once, in its place',
  chains: 'No entry about a recording was left out',
  openings: 'The persons named are those the entries were made for',
  clock: 'The times of the entries fit the times from outside',
  seal: 'The log says that this very bundle was made',
  parts: 'The recordings are what was captured',
  holds: 'Nothing was destroyed while it had to be kept',
  log: 'The whole log has nothing more to say about the recordings',
} as const;

/** The name of a check. */
export type CheckName = keyof typeof CHECKS;

/** How one check ended. */
export interface CheckResult {
  readonly check: CheckName;
  readonly title: string;
  /** `not proven`: nothing is wrong, and what the title says was not shown, as the trust file allows. */
  readonly result: 'passed' | 'not proven' | 'failed' | 'not checked';
  /** What was found, or why it was not checked. */
  readonly statement: string;
}

/** What a check that passed has found. */
export interface Passed<T> {
  readonly statement: string;
  readonly value: T;
  /** What is not proven although nothing is wrong, in sentences that begin with "That" or "When". */
  readonly notProven?: readonly string[];
  /** False where nothing is wrong and nothing of what the title says was shown either. */
  readonly shown?: boolean;
}

/** Collects the results. A check that needs what a failed one would have given is not made. */
export class Report {
  readonly results: CheckResult[] = [];
  /** What this evidence, sound as it may be, does not prove. */
  readonly notProven: string[] = [];

  /** The first check that failed. */
  get first(): CheckResult | undefined {
    return this.results.find(({ result }) => result === 'failed');
  }

  /**
   * Makes a check with what earlier ones gave, and answers what it gives; undefined when it failed or was not made.
   * Passes on every error but `integrity_failed`: that is no statement about the evidence.
   */
  async check<N extends readonly unknown[], T>(
    check: CheckName,
    needs: { readonly [K in keyof N]: N[K] | undefined },
    act: (...needs: N) => Passed<T> | Promise<Passed<T>>,
  ): Promise<T | undefined> {
    const note = (result: CheckResult['result'], statement: string): undefined => {
      this.results.push({ check, title: CHECKS[check], result, statement });
    };
    if (needs.includes(undefined))
      return note('not checked', 'Not checked, because an earlier check failed.');
    try {
      const { statement, value, notProven = [], shown = true } = await act(...(needs as unknown as N));
      note(shown ? 'passed' : 'not proven', statement);
      this.notProven.push(...notProven);
      return value;
    } catch (error) {
      if (isHoldfastError(error) && error.code === 'integrity_failed') return note('failed', error.message);
      throw error;
    }
  }
}
