import { decideRetention } from '../../recorder-core/policy/retention.ts';
import type { Rulebook } from '../../recorder-core/policy/rulebook.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { countKept, readKeptPage, type KeptRecording } from '../../recorder-core/records/facts-page.ts';
import { changedRules } from './explain-recording.ts';
import { factsIf, type WhatIf } from './what-if.ts';

/** What other rules or facts would change over the recordings that are kept. */
export interface PolicyEffect {
  /** Kept recordings, and how many of them were decided; fewer where a sample was asked for. */
  readonly kept: number;
  readonly decided: number;
  /** By the rules alone. An earlier date never takes effect where a later one was promised: those are `promised`. */
  readonly earlier: number;
  readonly later: number;
  readonly promised: number;
  /** Verdicts that differ at the moment asked about, such as `RETAIN to DISPOSE`. */
  readonly verdicts: Readonly<Record<string, number>>;
  /** Rules that take part in one of the two only or with another date, by the recordings concerned, most first. */
  readonly rules: { readonly id: string; readonly recordings: number }[];
  readonly examples: EffectExample[];
}

/** One recording whose verdict or date would be another. */
export interface EffectExample {
  readonly recordingId: string;
  readonly before: { readonly decision: string; readonly retainUntil: string | null };
  readonly after: { readonly decision: string; readonly retainUntil: string | null };
  readonly rules: string[];
}

/** How it is measured. */
export interface EffectOptions {
  readonly at: string;
  /** About how many recordings to decide, spread over all; left out, every one. */
  readonly sample?: number | undefined;
  readonly whatIf?: WhatIf | undefined;
  readonly onPage?: ((decided: number, kept: number) => void) | undefined;
}

const PAGE = 2_000;
const EXAMPLES = 20;
const RULES = 50;

/** Runs work in a transaction: one for all of it, or one a page where there are millions. */
export type WithTx = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Decides kept recordings by both rules, page by page in the order of their ids, in memory that does not grow with them. */
export async function measureEffect(
  withTx: WithTx,
  before: Rulebook,
  after: Rulebook,
  options: EffectOptions,
): Promise<PolicyEffect> {
  const kept = await withTx(countKept);
  const oneIn = options.sample === undefined ? 1 : Math.max(1, Math.floor(kept / options.sample));
  const tally = new Tally();
  let last: string | null = null;
  for (;;) {
    const page: readonly Compared[] = await withTx((tx) =>
      comparePage(tx, last, oneIn, before, after, options),
    );
    for (const one of page) tally.add(one);
    options.onPage?.(tally.decided, kept);
    last = page.at(-1)?.recording.id ?? null;
    if (page.length < PAGE) return tally.result(kept);
  }
}

interface Compared extends EffectExample {
  readonly recording: KeptRecording;
}

async function comparePage(
  tx: Tx,
  last: string | null,
  oneIn: number,
  before: Rulebook,
  after: Rulebook,
  { at, whatIf = {} }: EffectOptions,
): Promise<Compared[]> {
  const page = await readKeptPage(tx, last, PAGE, oneIn);
  const was = await factsIf(tx, page, before, {}, { at, promised: false });
  const would = await factsIf(tx, page, after, whatIf, { at, promised: false });
  return page.flatMap((recording, index) => {
    const [a, b] = [was[index], would[index]];
    if (a === undefined || b === undefined) return [];
    const [first, second] = [decideRetention(a, at, before.pack), decideRetention(b, at, after.pack)];
    return [
      {
        recording,
        recordingId: recording.id,
        before: { decision: first.decision, retainUntil: first.retainUntil },
        after: { decision: second.decision, retainUntil: second.retainUntil },
        rules: changedRules(first.rules, second.rules),
      },
    ];
  });
}

class Tally {
  decided = 0;
  #earlier = 0;
  #later = 0;
  #promised = 0;
  readonly #verdicts = new Map<string, number>();
  readonly #rules = new Map<string, number>();
  readonly #examples: EffectExample[] = [];

  add({ recording, recordingId, before, after, rules }: Compared): void {
    this.decided += 1;
    const [from, to] = [before.retainUntil, after.retainUntil].map((date) => date ?? NEVER) as [
      string,
      string,
    ];
    const verdict = before.decision !== after.decision;
    for (const id of rules) this.#rules.set(id, (this.#rules.get(id) ?? 0) + 1);
    if (verdict) {
      const name = `${before.decision} to ${after.decision}`;
      this.#verdicts.set(name, (this.#verdicts.get(name) ?? 0) + 1);
    }
    if (to < from) this.#earlier += 1;
    if (to > from) this.#later += 1;
    if (to < from && recording.retainUntil !== null && to < recording.retainUntil) this.#promised += 1;
    if ((verdict || to !== from) && this.#examples.length < EXAMPLES)
      this.#examples.push({ recordingId, before, after, rules });
  }

  result(kept: number): PolicyEffect {
    const rules = [...this.#rules].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, RULES);
    return {
      kept,
      decided: this.decided,
      earlier: this.#earlier,
      later: this.#later,
      promised: this.#promised,
      verdicts: Object.fromEntries([...this.#verdicts].sort(([a], [b]) => (a < b ? -1 : 1))),
      rules: rules.map(([id, recordings]) => ({ id, recordings })),
      examples: this.#examples,
    };
  }
}

/** Later than every date: no rule ends it. */
const NEVER = '~';
