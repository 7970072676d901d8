import type { AccessDecision } from '../../recorder-core/authorization/access-decision.ts';
import type { Principal } from '../../recorder-core/authorization/asked.ts';
import type { LeafObject } from '../../recorder-core/ledger/leaf.ts';
import type { Act } from '../../recorder-core/policy/access.ts';
import { readPrincipal } from '../../recorder-core/records/accessed-recordings.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { Asking } from '../identity/asking.ts';
import { UNKNOWN_CIRCUMSTANCES } from '../identity/circumstances.ts';
import { decideEach, type Asker } from './decide.ts';
import { noteRefusal } from './note-access.ts';
import { explainRefusal } from './refusal.ts';

/**
 * On whose behalf something is done, as the policies see them; read anew, so that a change of the person counts at once. By the
 * right of another, it is that one whom the policies are asked about, under the circumstances of whoever acts.
 */
export async function askerFor(tx: Tx, asking: Asking, byRightOf = asking.person.id): Promise<Asker> {
  const { tenantId, now, circumstances = UNKNOWN_CIRCUMSTANCES } = asking;
  const principal = (await readPrincipal(tx, byRightOf)) ?? nobody(byRightOf);
  return { tenantId, principal, circumstances, now };
}

/** Whoever is not there any more may do nothing. */
function nobody(id: string): Principal {
  return { id, kind: 'user', role: '', groups: [], department: null, job: null, region: null };
}

/** As `requireAccess` asks, without the refusal: whether a person may do an act on every one of some things. */
export async function mayAccessAll(
  tx: Tx,
  asking: Asking,
  act: Act,
  objects: readonly LeafObject[] = [{ type: 'tenant', id: asking.tenantId }],
): Promise<boolean> {
  const decisions = await decideEach(tx, await askerFor(tx, asking), act, objects);
  return decisions.every(({ allowed }) => allowed);
}

/** What an act is about; left out, the tenant. */
export interface AskedAbout {
  readonly objects?: readonly LeafObject[];
  /** In place of the purpose of the circumstances. */
  readonly purpose?: string | null;
  /** Id of who has lent the right. */
  readonly byRightOf?: string;
}

/**
 * Asks whether a person may do an act on each of some things, or on their tenant where none is named, under the same policies
 * at every door. A refusal is in the ledger before it is thrown. Answers the decisions in the order of the things.
 * @throws HoldfastError `forbidden` with the policies; `step_up_required`; `not_found` for what the person may not know of.
 */
export async function requireAccess(
  tx: Tx,
  asking: Asking,
  act: Act,
  about: AskedAbout = {},
): Promise<readonly AccessDecision[]> {
  const { objects = [{ type: 'tenant', id: asking.tenantId }], purpose, byRightOf } = about;
  const asker = await askerFor(tx, asking, byRightOf);
  const decisions = await decideEach(tx, asker, act, objects, purpose);
  for (const [index, decision] of decisions.entries()) {
    const object = objects[index];
    if (decision.allowed || object === undefined) continue;
    const question = { act, object, ...(purpose !== undefined && { purpose }) };
    await noteRefusal(asking.db, asker, asking.person, question, decision);
    throw await explainRefusal(tx, asker, question, decision);
  }
  return decisions;
}
