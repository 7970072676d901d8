import { sealCredential } from '../../hub/connections/credential-envelope.ts';
import { insertConnection, type NewConnection } from '../../recorder-core/records/connections.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { TestDatabase } from './test-database.ts';

/** A connection as a test states it; without a word it has no credential and is called after its id. */
export interface TestConnection extends Pick<NewConnection, 'connector' | 'config'> {
  readonly id?: string;
  readonly name?: string;
  readonly state?: NewConnection['state'];
  /** Sealed in its place. */
  readonly credential?: { readonly keys: KeyProvider; readonly value: object };
  /** What its first version says otherwise. */
  readonly first?: Partial<NewConnection['first']>;
}

/** Adds a connection as a row, live in its first version, and answers its id: for tests that ask no API for it. */
export async function addConnectionRow(
  { db, tenantId }: Pick<TestDatabase, 'db' | 'tenantId'>,
  { id = newId(Date.now()), name = id, state = 'live', connector, config, credential, first }: TestConnection,
): Promise<string> {
  const sealed =
    credential === undefined ? null : await sealCredential(credential.keys, tenantId, id, credential.value);
  const said = { connectorVersion: '1.0.0', mappings: {}, madeBy: null, madeAt: new Date(), why: null };
  await db.forTenant(tenantId, (tx) =>
    insertConnection(tx, tenantId, {
      id,
      connector,
      name,
      config,
      credential: sealed,
      state,
      first: { ...said, ...first },
    }),
  );
  return id;
}
