import { credential, type Credential } from '../../connectors/kit/auth.ts';
import { connectorById } from '../../connectors/registry.ts';
import { listConnections, type ConnectionRow } from '../../recorder-core/records/connections.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { addConnection } from '../connections/add-connection.ts';
import { changeConnection } from '../connections/change-connection.ts';
import { openCredential } from '../connections/credential-envelope.ts';
import type { ReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import { putCredential } from '../connections/put-credential.ts';
import { removeConnection } from '../connections/remove-connection.ts';
import type { WantedConnection } from './configuration-file.ts';
import type {
  Applying,
  ConfiguredObjects,
  CurrentObject,
  Done,
  FaultAt,
  Faulty,
  WantedObject,
} from './configured-objects.ts';
import {
  isBuiltIn,
  wantedConnector,
  wantedContent,
  writtenContent,
  type ConnectionContent,
} from './connection-content.ts';
import { changesBetween } from './field-changes.ts';
import { writtenConnection } from './written-connection.ts';
import { credentialChanges, wantedCredential, type SecretSource } from './wanted-credential.ts';

/** What a connection rests on while a plan is made. */
export interface ConnectionSurroundings {
  readonly tx: Tx;
  readonly tenantId: string;
  readonly keys: KeyProvider;
  readonly reshape: ReshapePool;
  readonly secrets: SecretSource;
}

/** A connection as it is, with its row. */
interface CurrentConnection extends CurrentObject {
  readonly row: ConnectionRow;
  readonly content: ConnectionContent;
}

/** Connections as a file speaks of them: neither removed ones, nor the built-in search that every tenant has. */
export function connectionObjects(
  around: ConnectionSurroundings,
): ConfiguredObjects<WantedConnection, CurrentConnection> {
  return {
    kind: 'connection',
    current: async () => {
      const rows = (await listConnections(around.tx)).filter(
        ({ connector }) => !isBuiltIn(connectorById(connector)),
      );
      const names = rows.map(({ name }) => name);
      const found: CurrentConnection[] = [];
      for (const row of rows) found.push(await currentConnection(around, row, names));
      return found;
    },
    want: (wish, current, fault) => wantConnection(around, wish, current, fault),
  };
}

async function currentConnection(
  around: ConnectionSurroundings,
  row: ConnectionRow,
  names: readonly string[],
): Promise<CurrentConnection> {
  const content = await writtenContent(around.tx, row);
  return {
    row,
    id: row.id,
    name: row.name,
    content,
    version: row.version,
    state: row.state,
    remove: async ({ tx, asking, remains, why }) => {
      await removeConnection(tx, asking, row.id, { remains, why });
    },
    write: async () => writtenConnection(row, content, await storedCredential(around, row), names),
  };
}

async function wantConnection(
  around: ConnectionSurroundings,
  wish: WantedConnection,
  current: CurrentConnection | undefined,
  fault: FaultAt,
): Promise<WantedObject | Faulty> {
  const row = current?.row;
  const found = wantedConnector(wish.connector, row, fault);
  if ('faults' in found) return found;
  const content = await wantedContent(around, found, wish, current, fault);
  if ('faults' in content) return content;
  const stored = await storedCredential(around, row);
  const given =
    wish.credential === undefined
      ? undefined
      : await wantedCredential(wish.credential, found.manifest, stored, around.secrets, (path, message) =>
          fault(['credential', ...path], message),
        );
  if (given !== undefined && 'faults' in given) return given;
  const credentialDiffers = given === undefined ? [] : credentialChanges(stored, given);
  return {
    content: content.value,
    changes: [...changesBetween(current?.content, content.value), ...credentialDiffers],
    perform: (applying) =>
      row === undefined
        ? add(applying, wish.name, content.value, given)
        : change(applying, row, content.value, credentialDiffers.length > 0 ? given : undefined),
  };
}

async function storedCredential(
  { tenantId, keys }: ConnectionSurroundings,
  row: ConnectionRow | undefined,
): Promise<Credential | undefined> {
  if (row === undefined || row.credential === null) return undefined;
  return credential.parse(await openCredential(keys, tenantId, row.id, row.credential));
}

async function add(
  { tx, asking, keys, reshape, why }: Applying,
  name: string,
  content: ConnectionContent,
  given: Credential | undefined,
): Promise<Done> {
  const wish = { ...content, name, why, ...(given === undefined ? {} : { credential: given }) };
  const made = await addConnection(tx, asking, keys, wish, reshape);
  const shown: [string, string | null][] = [
    [`${name}: sign events with`, made.receivingSecret],
    [`${name}: verify what we send with`, made.sendingSecret],
  ];
  return {
    id: made.connection.id,
    version: made.connection.version,
    shown: shown.flatMap(([what, secret]) => (secret === null ? [] : [[what, secret] as const])),
  };
}

async function change(
  { tx, asking, keys, reshape, why }: Applying,
  row: ConnectionRow,
  { config, mappings, reshapes }: ConnectionContent,
  given: Credential | undefined,
): Promise<Done> {
  const wish = { config, mappings, reshapes, why, basedOn: row.version };
  const { version } = await changeConnection(tx, asking, row.id, wish, reshape);
  if (given !== undefined) await putCredential(tx, asking, keys, row.id, given);
  return { id: row.id, version, shown: [] };
}
