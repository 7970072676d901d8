import type { LeafInput } from '../../recorder-core/ledger/leaf.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { ScimAsking } from './scim-asking.ts';

/** A change as the ledger tells it; values of a person are in `personal` alone. */
export interface DirectoryChange {
  readonly act: LeafInput['act'];
  readonly object: LeafInput['object'];
  readonly facts: NonNullable<LeafInput['facts']>;
  readonly personal?: Readonly<Record<string, string>>;
}

/** Enters a change that a directory made, with the service account that made it. */
export function noteChange(
  tx: Tx,
  { tenantId, clientId, now }: ScimAsking,
  { act, object, facts, personal = {} }: DirectoryChange,
): Promise<void> {
  const leaf = { at: now, act, object, outcome: 'done', facts: { client: clientId, ...facts } };
  return appendLeaf(tx, tenantId, leaf, personal);
}
