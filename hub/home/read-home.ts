import { stepUpNeeded } from '../../recorder-core/authorization/access-decision.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import type { WaitingThing } from '../../recorder-core/records/waiting/waiting-thing.ts';
import { askerOf, type Caller } from '../access/caller.ts';
import { decideBy, rightsOf } from '../access/decide.ts';
import type { Asking } from '../identity/asking.ts';
import {
  HOME_SOURCES,
  MOST_OF_A_SOURCE,
  type HomeReader,
  type HomeSource,
  type HomeSourceName,
} from './home-sources.ts';

/** What one source has. */
export interface HomePart {
  readonly source: HomeSourceName;
  readonly items: WaitingThing[];
  /** Whether there are more than these. */
  readonly more: boolean;
}

/** What waits for somebody. */
export interface Home {
  /** Sources that have something. */
  readonly parts: HomePart[];
  /** Sources that the reader may read and that had nothing, so that calm can be told from blindness. */
  readonly calm: HomeSourceName[];
  /** Sources that could not be asked. */
  readonly unanswered: HomeSourceName[];
}

export interface ReadHomeOptions {
  readonly db: Database;
  readonly caller: Caller;
  readonly asking: Asking;
  readonly sources?: Readonly<Partial<Record<HomeSourceName, HomeSource>>>;
  readonly onFault: (source: HomeSourceName, error: unknown) => void;
}

/**
 * Asks all sources that somebody may read, one after another in one transaction. One that fails or takes too long is named, and
 * the others are asked in the next transaction.
 */
export async function readHome(options: ReadHomeOptions): Promise<Home> {
  const { db, caller, onFault, sources = HOME_SOURCES } = options;
  const parts: HomePart[] = [];
  const calm: HomeSourceName[] = [];
  const unanswered: HomeSourceName[] = [];
  let left = await db.forTenant(caller.tenantId, async (tx) => {
    const reader = await readerOf(tx, options);
    const entries = Object.entries(sources) as [HomeSourceName, HomeSource][];
    return entries
      .filter(([, { act }]) => act === null || reader.may(act))
      .map(([name, source]) => ({ name, read: (within: Tx) => source.read(within, reader) }));
  });
  while (left.length > 0) {
    let asked: HomeSourceName | undefined;
    try {
      await db.forTenant(caller.tenantId, async (tx) => {
        await tx.query("set local statement_timeout = '3s'");
        for (const { name, read } of left) {
          asked = name;
          const found = await read(tx);
          if (found.length === 0) calm.push(name);
          else parts.push(partOf(name, found));
          left = left.filter((one) => one.name !== name);
        }
      });
    } catch (error) {
      const failed = left.find(({ name }) => name === asked);
      if (failed === undefined) throw error; // the transaction itself
      onFault(failed.name, error);
      unanswered.push(failed.name);
      left = left.filter((one) => one !== failed);
    }
  }
  return { parts, calm, unanswered };
}

function partOf(source: HomeSourceName, found: readonly WaitingThing[]): HomePart {
  return { source, items: found.slice(0, MOST_OF_A_SOURCE), more: found.length > MOST_OF_A_SOURCE };
}

async function readerOf(tx: Tx, { caller, asking }: ReadHomeOptions): Promise<HomeReader> {
  const asker = askerOf(caller, asking.now);
  const rights = await rightsOf(tx, asker);
  const answers = new Map<Act, boolean>();
  const may = (act: Act): boolean => {
    const known = answers.get(act);
    if (known !== undefined) return known;
    const decision = decideBy(rights, asker, act, { type: 'tenant', id: caller.tenantId });
    const allowed = decision.allowed || stepUpNeeded(decision) !== undefined;
    answers.set(act, allowed);
    return allowed;
  };
  return { asking, groups: caller.groups, may };
}
