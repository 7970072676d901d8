import type { RetentionItem } from '../policy/retention-item.ts';
import { referenceDecision } from '../policy/second-evaluator.ts';
import type { Rulebook } from '../policy/rulebook.ts';
import type { Tx } from './database.ts';
import { decideItem, type DecidedRetention } from './decide-recording.ts';
import { listDue, SHARDS, type DueCursor, type DueRecording } from './due-recordings.ts';
import { gatherRetentionFacts } from './retention-facts.ts';

/** Recordings that one rule would dispose of, alone or with others. */
export interface RuleCount {
  readonly rule: string;
  readonly recordings: number;
}

/** One recording drawn at random, decided a second time by the evaluator that shares no code with the first. */
export interface SampledDisposal {
  readonly recordingId: string;
  readonly retentionClass: string;
  readonly capturedAt: string;
  /** The date that was promised before; null where none was. */
  readonly promised: string | null;
  /** Every floor on it and when it ends: all of them lie before the date of the plan, or the proof has failed. */
  readonly floors: readonly { readonly rule: string; readonly until: string | null }[];
  /** What the independent evaluator says. */
  readonly reference: string;
  readonly proven: boolean;
}

/** What would happen at an instant if the facts stayed as they are. Nothing is changed by looking. */
export interface DisposalPlan {
  readonly asOf: string;
  /** Due recordings that were decided; false in `complete` where the look was ended before the last. */
  readonly looked: number;
  readonly complete: boolean;
  /** Would be disposed of at once; after a person has looked; would stay. */
  readonly dispose: number;
  readonly review: number;
  readonly kept: number;
  readonly classes: readonly { readonly retentionClass: string; readonly recordings: number }[];
  readonly rules: readonly RuleCount[];
  /** By the day on which they fall due (UTC). */
  readonly days: readonly { readonly day: string; readonly recordings: number }[];
  readonly sample: readonly SampledDisposal[];
}

/** How a plan is made. */
export interface PlanOrder {
  readonly asOf: Date;
  readonly rules: Rulebook;
  /** The look ends after about so many due recordings, or so many that would go. */
  readonly atMost: { readonly looked: number; readonly going: number };
  /** Whether held recordings are looked at too; they stay in any case. */
  readonly heldToo: boolean;
  /** How many are drawn for the proof. */
  readonly sampleSize: number;
  /** Evenly spread over [0, 1). */
  readonly random: () => number;
}

const PAGE = 2_000;
const KEEPING: ReadonlySet<string> = new Set(['floor', 'lock', 'grace', 'hold', 'restrict']);

/**
 * Decides everything that will be due at an instant as if it were that instant, and proves a random sample of it against
 * the floors by the independent evaluator. Reads only; locks nothing.
 */
export async function planDisposals(tx: Tx, order: PlanOrder): Promise<DisposalPlan> {
  const { heldToo } = order;
  const tally = new PlanTally(order);
  let complete = true;
  for (let shard = 0; shard < SHARDS && complete; shard += 1) {
    let after: DueCursor | undefined;
    for (;;) {
      const page = await listDue(tx, {
        asOf: order.asOf.toISOString(),
        limit: PAGE,
        shards: [shard],
        after,
        heldToo,
      });
      const items = await gatherRetentionFacts(tx, page.due, order.rules);
      for (const [index, due] of page.due.entries()) {
        const item = items[index];
        if (item !== undefined) tally.add(due, item, decideItem(item, order.asOf, order.rules));
      }
      after = page.last;
      if (!page.full) break;
      complete = !tally.isEnough;
      if (!complete) break;
    }
    if (tally.isEnough && shard < SHARDS - 1) complete = false;
  }
  return tally.finish(complete);
}

/** Whether the evaluators agree that a due recording may go, and which floors it has outlived. Pure, and slow: for samples. */
export function proveDisposal(
  due: Pick<DueRecording, 'id' | 'retentionClass' | 'endedAt' | 'retainUntil'>,
  item: RetentionItem,
  decided: DecidedRetention,
  { asOf, rules }: { readonly asOf: Date; readonly rules: Rulebook },
): SampledDisposal {
  const at = asOf.toISOString();
  const { decision: reference } = referenceDecision(item, at, rules.pack);
  const floors = decided.decision.rules
    .filter(({ kind }) => kind === 'floor' || kind === 'lock')
    .map(({ id, at: until }) => ({ rule: id, until }));
  const outlived = floors.every(({ until }) => until !== null && Date.parse(until) <= asOf.getTime());
  return {
    recordingId: due.id,
    retentionClass: due.retentionClass,
    capturedAt: due.endedAt,
    promised: due.retainUntil,
    floors,
    reference,
    proven: reference === 'DISPOSE' && outlived,
  };
}

class PlanTally {
  looked = 0;
  readonly #order: PlanOrder;
  #review = 0;
  #dispose = 0;
  readonly #classes = new Map<string, number>();
  readonly #rules = new Map<string, number>();
  readonly #days = new Map<string, number>();
  readonly #drawn: [DueRecording, RetentionItem, DecidedRetention][] = [];

  constructor(order: PlanOrder) {
    this.#order = order;
  }

  get isEnough(): boolean {
    const { looked, going } = this.#order.atMost;
    return this.looked >= looked || this.#dispose + this.#review >= going;
  }

  add(due: DueRecording, item: RetentionItem, decided: DecidedRetention): void {
    this.looked += 1;
    if (decided.decision.decision !== 'DISPOSE') return;
    if (decided.mayDispose) this.#dispose += 1;
    else this.#review += 1;
    count(this.#classes, due.retentionClass);
    // Floors and locks that have ended took part as well, but nothing goes by them.
    const going = decided.decision.rules.filter(({ kind, binding }) => binding && !KEEPING.has(kind));
    for (const rule of new Set(going.map(({ id }) => id))) count(this.#rules, rule);
    count(this.#days, due.dueAt.slice(0, 10));
    this.#draw([due, item, decided]);
  }

  /** Reservoir: each of those that would go is in the sample with the same probability. */
  #draw(one: [DueRecording, RetentionItem, DecidedRetention]): void {
    const { sampleSize, random } = this.#order;
    if (this.#drawn.length < sampleSize) this.#drawn.push(one);
    else {
      const place = Math.floor(random() * (this.#dispose + this.#review));
      if (place < sampleSize) this.#drawn[place] = one;
    }
  }

  finish(complete: boolean): DisposalPlan {
    const { asOf } = this.#order;
    return {
      asOf: asOf.toISOString(),
      looked: this.looked,
      complete,
      dispose: this.#dispose,
      review: this.#review,
      kept: this.looked - this.#dispose - this.#review,
      classes: sorted(this.#classes).map(([retentionClass, recordings]) => ({ retentionClass, recordings })),
      rules: sorted(this.#rules).map(([rule, recordings]) => ({ rule, recordings })),
      days: [...this.#days]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([day, recordings]) => ({ day, recordings })),
      sample: this.#drawn.map(([due, item, decided]) => proveDisposal(due, item, decided, this.#order)),
    };
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The most first. */
function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
