import type { JsonValue } from '../../recorder-core/ledger/canonical-json.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { Asking } from '../identity/asking.ts';

/** Enters into the ledger that a person changed a connection, or asked the other side something through it. No secrets, no texts of people. */
export async function noteConnection(
  tx: Tx,
  { tenantId, person, now }: Asking,
  id: string,
  outcome: string,
  facts: Readonly<Record<string, JsonValue>> = {},
  act: 'configuration.changed' | 'connection.asked' = 'configuration.changed',
): Promise<void> {
  await appendLeaf(
    tx,
    tenantId,
    { at: now, act, object: { type: 'connection', id }, outcome, facts },
    actedBy(person),
  );
}
