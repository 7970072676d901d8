import type { Circumstance } from '../policy/rule-pack.ts';
import type { JournalEntry } from './session-journal.ts';
import type { CircumstanceHeard, SignsHeard } from './signs-in.ts';

type SignEntry = Extract<JournalEntry, { type: 'circumstance' | 'purpose' }>;

/** A circumstance under which a call is now, and by what that is known. */
export interface StandingCircumstance {
  readonly circumstance: Circumstance;
  readonly by: string;
}

/** The circumstances and purposes of one call while it runs. A purpose stays for good; a circumstance until it is said to end. */
export class StandingSigns {
  readonly #standing = new Map<Circumstance, string>();
  readonly #purposes = new Set<string>();
  readonly #heard: SignEntry[] = [];

  /** Takes what a message says; what begins and ends in one message begins, and what is known is no news. */
  take({ circumstances, purposes }: SignsHeard, atMs: number): void {
    const begun = circumstances.filter(({ state }) => state === 'begins');
    const ended = circumstances.filter(
      ({ state, circumstance }) =>
        state === 'ends' && begun.every((one) => one.circumstance !== circumstance),
    );
    for (const heard of begun) this.#begin(heard, atMs);
    for (const heard of ended) this.#end(heard, atMs);
    for (const { purpose, by } of purposes) {
      if (this.#purposes.has(purpose)) continue;
      this.#purposes.add(purpose);
      this.#heard.push({ type: 'purpose', atMs, purpose, by });
    }
  }

  /** Under which circumstances the call is now, by name. */
  get circumstances(): readonly StandingCircumstance[] {
    return [...this.#standing]
      .map(([circumstance, by]) => ({ circumstance, by }))
      .sort((a, b) => (a.circumstance < b.circumstance ? -1 : 1));
  }

  /** What the call is for besides the recorder's own purpose, by name. */
  get purposes(): readonly string[] {
    return [...this.#purposes].sort();
  }

  /** What was taken since the last time, as the journal has it. */
  takeHeard(): SignEntry[] {
    return this.#heard.splice(0);
  }

  #begin({ circumstance, by }: CircumstanceHeard, atMs: number): void {
    if (this.#standing.has(circumstance)) return;
    this.#standing.set(circumstance, by);
    this.#heard.push({ type: 'circumstance', atMs, circumstance, state: 'begins', by });
  }

  #end({ circumstance, by }: CircumstanceHeard, atMs: number): void {
    if (!this.#standing.delete(circumstance)) return;
    this.#heard.push({ type: 'circumstance', atMs, circumstance, state: 'ends', by });
  }
}
