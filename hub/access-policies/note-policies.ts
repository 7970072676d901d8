import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy, type LeafPerson } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Asking } from '../identity/asking.ts';

/** Enters an act on a version into the ledger, about the object `access_policy`. */
export async function notePolicies(
  tx: Tx,
  { tenantId, person, now }: Pick<Asking, 'tenantId' | 'now'> & { readonly person: LeafPerson | null },
  leaf: Pick<LeafInput, 'act' | 'outcome' | 'facts' | 'digests' | 'rules'> & { readonly version: number },
  personal: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { version, facts, ...rest } = leaf;
  const object = { type: 'access_policy', id: String(version) };
  await appendLeaf(
    tx,
    tenantId,
    { at: now, object, ...rest, facts: { version, ...facts } },
    { ...(person === null ? {} : actedBy(person)), ...personal },
  );
}
