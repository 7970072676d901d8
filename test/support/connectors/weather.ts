/** What requests meet on their way to a peer in a storm. */
import type { ChooseFault, Fault } from '../../../connectors/kit/acceptance/bench.ts';

/** How a request that carries a cursed recording fails: for good, or in a way that may pass. */
const CURSES: readonly Fault[] = [
  { kind: 'answer', status: 400, body: '{}' },
  { kind: 'answer', status: 500, body: '{}' },
];

/** Curses that stay, and faults that strike once. */
export interface Weather {
  readonly choose: ChooseFault;
  /** Lets a request fail, after `skip` others. */
  blow(fault: Fault, skip: number): void;
  /** From now on no recording is cursed. */
  lift(): void;
}

/**
 * Fails every writing that carries a cursed recording, whatever else it carries, each of them in a way of its own: as something
 * before the peer does that dislikes a name. No fault that would let it pass comes before that.
 */
export function weather(cursed: readonly string[]): Weather {
  let curses = cursed.map((id, n) => [Buffer.from(id), CURSES[n % CURSES.length]] as const);
  const faults: { readonly fault: Fault; skip: number }[] = [];
  return {
    choose({ body, writes }) {
      const [, curse] = (writes && curses.find(([id]) => body.includes(id))) || [];
      if (curse !== undefined) return curse;
      const next = faults.findIndex((one) => one.skip-- <= 0);
      return next === -1 ? undefined : faults.splice(next, 1)[0]?.fault;
    },
    blow: (fault, skip) => void faults.push({ fault, skip }),
    lift: () => void (curses = []),
  };
}

/** So many of the ids, spread evenly. */
export function spread(ids: readonly string[], many: number): string[] {
  return Array.from({ length: many }, (_none, n) => ids[Math.floor(((n + 0.5) * ids.length) / many)] ?? '');
}
