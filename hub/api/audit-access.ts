import type { LeafInput, LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { noteGrantUse } from '../../recorder-core/records/live-grants.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Caller } from '../access/caller.ts';
import type { Services } from './services.ts';

/** A console reads what is open again every few seconds; that is one access and not hundreds. */
const ONE_ACCESS_MS = 15 * 60_000;
const MOST_REMEMBERED = 50_000;

/** What was accessed, by which act, and the rule that allowed or refused it. */
export interface Access {
  readonly act: Act;
  readonly rule: string;
  /** All policies that decided, where more than a rule did. */
  readonly policies?: readonly string[];
  readonly object: LeafObject;
}

/**
 * Which accesses stand in the ledger already: the same person, in the same session, reading the same thing again within
 * a quarter of an hour is not entered again. A process remembers for itself; forgetting only means one leaf more.
 */
export class NotedAccesses {
  readonly #noted = new Map<string, number>();

  isNoted(key: string, at: Date): boolean {
    const since = this.#noted.get(key);
    return since !== undefined && at.getTime() - since < ONE_ACCESS_MS;
  }

  remember(key: string, at: Date): void {
    this.#noted.delete(key);
    this.#noted.set(key, at.getTime());
    const [oldest] = this.#noted.keys();
    if (this.#noted.size > MOST_REMEMBERED && oldest !== undefined) this.#noted.delete(oldest);
  }
}

/** Enters a read into the ledger, in its own transaction, before anything of it is answered. Once for each access. */
export async function noteInspection(
  services: Services,
  caller: Caller,
  access: Access,
  at: Date,
): Promise<void> {
  const key = `${caller.sessionId} ${access.act} ${access.object.id}`;
  if (services.accesses.isNoted(key, at)) return;
  const act = access.object.type === 'recording' ? 'recording.inspected' : 'access.granted';
  await inTransaction(services, caller, leafOf(caller, access, act, 'allowed', at));
  services.accesses.remember(key, at);
}

/** Enters a refusal into the ledger before it is answered; every one, for whoever is refused is known by name. */
export async function noteRefusedAccess(
  services: Services,
  caller: Caller,
  access: Access,
  at: Date,
): Promise<void> {
  await inTransaction(services, caller, leafOf(caller, access, 'access.refused', 'refused', at));
}

function leafOf(
  { circumstances: { means, purpose } }: Caller,
  { act, rule, policies = [], object }: Access,
  entered: LeafInput['act'],
  outcome: string,
  at: Date,
): Omit<LeafInput, 'tenant'> {
  const facts = { act, means, ...(purpose !== null && { purpose }) };
  return { at, act: entered, object, outcome, rules: policies.length === 0 ? [rule] : policies, facts };
}

async function inTransaction(
  { db }: Services,
  { tenantId, user }: Caller,
  leaf: Omit<LeafInput, 'tenant'>,
): Promise<void> {
  await db.forTenant(tenantId, async (tx: Tx) => {
    await appendLeaf(tx, tenantId, leaf, actedBy(user));
    if (leaf.outcome === 'allowed') await noteGrantUse(tx, leaf.rules ?? [], leaf.at);
  });
}
