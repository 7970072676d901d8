import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { ReshapeChild } from './reshape-child.ts';

/** What a reshape made of a record, or why nothing; the text holds nothing of the record. */
export type Reshaped = { readonly value: unknown } | { readonly wrong: string };

/**
 * Processes in which reshapes run, and are killed. Processes and not threads: a thread that runs out of memory while one
 * large text is made takes its whole process with it.
 */
export interface ReshapePool {
  /** Why the text cannot be used, or undefined. */
  check(text: string): Promise<string | undefined>;
  /** One answer per record, in their order. @throws HoldfastError `unavailable` once the pool is closed. */
  reshape(text: string, records: readonly unknown[]): Promise<Reshaped[]>;
  /** Ends all processes; waiting work is refused. */
  close(): Promise<void>;
}

/** How much a reshape may cost. */
export interface ReshapeLimits {
  /** How many at a time; more work waits. */
  readonly processes: number;
  /** For one record, in milliseconds. */
  readonly timeoutMs: number;
  /** Heap of a process, in MiB. */
  readonly memoryMb: number;
}

/** The longest text of a reshape. */
export const MAX_RESHAPE = 16_384;
const LIMITS: ReshapeLimits = { processes: 1, timeoutMs: 5000, memoryMb: 64 };
const TOO_MUCH = 'The reshape took more time or memory than it may have, and was ended.';
/** How often one batch may end the process: others wait for it, of other tenants too. */
const MOST_ENDS = 3;
const GIVEN_UP =
  'The reshape took more time or memory than it may have for records before this one, so it was not tried.';
const FAILED = 'The reshape could not be evaluated for this record.';

/** Makes a pool; a process starts with the first work and lives until it is killed or the pool closes. */
export function createReshapePool(limits: Partial<ReshapeLimits> = {}): ReshapePool {
  const { processes, ...each } = { ...LIMITS, ...limits };
  const lanes = Array.from({ length: processes }, () => new ReshapeLane(each));
  const freest = (): ReshapeLane => lanes.reduce((one, other) => (other.waiting < one.waiting ? other : one));
  return {
    check: (text) => freest().take((lane) => lane.check(text)),
    reshape: (text, records) => freest().take((lane) => lane.reshape(text, records)),
    close: async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

/** One process at a time, one piece of work after the other. */
class ReshapeLane {
  readonly #limits: Omit<ReshapeLimits, 'processes'>;
  #child: ReshapeChild | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  waiting = 0;

  constructor(limits: Omit<ReshapeLimits, 'processes'>) {
    this.#limits = limits;
  }

  take<T>(work: (lane: this) => Promise<T>): Promise<T> {
    this.waiting++;
    const done = this.#turn.then(() => work(this)).finally(() => this.waiting--);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async check(text: string): Promise<string | undefined> {
    if (text.length > MAX_RESHAPE) return `A reshape has at most ${MAX_RESHAPE} characters.`;
    const [answer] = await this.#ask(text, []);
    if (answer === undefined) return TOO_MUCH;
    return 'textFault' in answer ? answer.textFault : undefined;
  }

  async reshape(text: string, records: readonly unknown[]): Promise<Reshaped[]> {
    const made: Reshaped[] = [];
    for (let ends = 0; made.length < records.length && ends < MOST_ENDS; ends++) {
      const answers = await this.#ask(text, records.slice(made.length));
      for (const answer of answers) {
        if ('textFault' in answer) return records.map(() => ({ wrong: answer.textFault }));
        made.push('value' in answer ? answer : { wrong: FAILED });
      }
      // Whoever was next when the process was ended is the one that ended it; the others are asked again.
      if (made.length < records.length) made.push({ wrong: TOO_MUCH });
    }
    return [...made, ...records.slice(made.length).map(() => ({ wrong: GIVEN_UP }))];
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#child?.kill();
    await this.#turn;
  }

  async #ask(text: string, records: readonly unknown[]): ReturnType<ReshapeChild['ask']> {
    if (this.#closed)
      throw new HoldfastError(
        'unavailable',
        'This process is stopping, so the record was not reshaped. It is tried again.',
      );
    if (this.#child === undefined || this.#child.dead)
      this.#child = await ReshapeChild.start(this.#limits.memoryMb);
    const answers = await this.#child.ask({ text, records }, this.#limits.timeoutMs);
    if (this.#closed && answers.length < records.length) return this.#ask(text, records);
    return answers;
  }
}
