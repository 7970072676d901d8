import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { RulePacks } from '../../recorder-core/records/rule-packs.ts';
import type { Asking } from '../identity/asking.ts';

/** On whose behalf something is done with the rules, and the rules themselves. */
export type RulesAsking = Asking & { readonly packs: RulePacks };

/** How long a second person has to decide about rules: long enough for counsel to read them. */
export const DECIDE_WITHIN_MS = 14 * 86_400_000;

/** Enters an act of a person on the rules into the ledger. */
export async function noteRules(
  tx: Tx,
  { tenantId, person, now }: Asking,
  leaf: Pick<LeafInput, 'act' | 'object' | 'outcome' | 'facts' | 'packDigest' | 'digests'>,
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  await appendLeaf(tx, tenantId, { at: now, ...leaf }, { ...actedBy(person), ...personal });
}
