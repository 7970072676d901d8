import { connectorById } from '../../connectors/registry.ts';
import { forgetToken } from '../../recorder-core/records/connection-tokens.ts';
import { putCredential as store, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Asking } from '../identity/asking.ts';
import { checkedCredential } from './checked-credential.ts';
import { sealCredential } from './credential-envelope.ts';
import { deliverAgain } from './deliver-again.ts';
import { lockForChange, requireConnection } from './find-connection.ts';
import { noteConnection } from './note-connection.ts';

/**
 * Gives a connection a credential, in the place of one before; sealed before anything else is done with it. It is no change
 * of the version, and what the checks found before counts no longer.
 * @throws HoldfastError `invalid_input` that points at the field, `not_found`, `conflict` for a removed connection.
 */
export async function putCredential(
  tx: Tx,
  asking: Asking,
  keys: KeyProvider,
  connectionId: string,
  input: unknown,
): Promise<ConnectionRow> {
  const row = await lockForChange(tx, connectionId);
  const given = checkedCredential(connectorById(row.connector).manifest, input);
  const kept =
    given.type === 'none'
      ? null
      : { kind: given.type, sealed: await sealCredential(keys, asking.tenantId, row.id, given) };
  await store(tx, row.id, kept, asking.now);
  // A token of the credential before, or its refusal, says nothing of this one.
  await forgetToken(tx, row.id, asking.now);
  await deliverAgain(tx, asking, row.id);
  await noteConnection(tx, asking, row.id, 'credential-given', {
    kind: given.type,
    replaced: row.credential !== null,
  });
  return requireConnection(tx, row.id);
}
