import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { connectorById } from '../../connectors/registry.ts';
import type { Connector } from '../../connectors/kit/connector.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import {
  insertAuthorization,
  takeAuthorization,
} from '../../recorder-core/records/connection-authorizations.ts';
import { forgetToken } from '../../recorder-core/records/connection-tokens.ts';
import { readVersion } from '../../recorder-core/records/connection-versions.ts';
import {
  lockConnection,
  putCredential,
  readConnection,
  type ConnectionRow,
} from '../../recorder-core/records/connections.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Asking } from '../identity/asking.ts';
import { openCredential, openSecret, sealCredential, sealSecret } from './credential-envelope.ts';
import { deliverAgain } from './deliver-again.ts';
import { authorizeUrl, codeClient, exchangeCode } from './host/authorize.ts';
import type { ConnectorHost } from './host/connector-host.ts';

/** How long a person may take at the authorization server. */
const PENDING_MS = 15 * 60_000;

/** What authorizing rests on. */
export interface AuthorizingDependencies {
  readonly db: Database;
  readonly keys: KeyProvider;
  readonly host: ConnectorHost;
  /** The connectors of this installation; tests put their own here. */
  readonly connectorOf?: (id: string) => Connector;
  /** The page of the console that authorization servers send people back to. */
  readonly redirectUri: string;
}

/**
 * Where a person goes to consent for a connection. They must come back in the same session within a quarter of an hour.
 * @throws HoldfastError `not_found`, `conflict` for a credential that needs no consent.
 */
export async function startAuthorization(
  deps: AuthorizingDependencies,
  asking: Asking,
  connectionId: string,
  session: Buffer,
): Promise<{ readonly url: string }> {
  const { tenantId, now, person } = asking;
  const { connector, config, row } = await deps.db.forTenant(tenantId, (tx) => find(deps, tx, connectionId));
  const client = codeClient(
    connector,
    await openCredential(deps.keys, tenantId, connectionId, row.credential),
  );
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(48).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const url = authorizeUrl(client, config, { state, challenge, redirectUri: deps.redirectUri });
  const sealed = await sealSecret(deps.keys, placeOf(tenantId, connectionId), { verifier });
  await deps.db.forTenant(tenantId, (tx) =>
    insertAuthorization(tx, tenantId, digestOf(state), {
      connectionId,
      askedBy: person.id,
      session,
      sealed,
      askedAt: now,
      expiresAt: new Date(now.getTime() + PENDING_MS),
    }),
  );
  return { url };
}

/**
 * Ends what `startAuthorization` began: the code becomes a refresh token, which is kept in the credential. The one before
 * is of use until then. A state works once, also where the exchange fails.
 * @throws HoldfastError `forbidden` for a state of another session, of none, or of more than a quarter of an hour ago;
 * `conflict` where the credential was changed meanwhile; else as `exchangeCode`.
 */
export async function finishAuthorization(
  deps: AuthorizingDependencies,
  asking: Asking,
  session: Buffer,
  brought: { readonly state: string; readonly code: string },
): Promise<ConnectionRow> {
  const { tenantId, now } = asking;
  const pending = await deps.db.forTenant(tenantId, (tx) =>
    takeAuthorization(tx, digestOf(brought.state), session, now),
  );
  if (pending === undefined || pending.askedBy !== asking.person.id) throw strangeState();
  const { connectionId } = pending;
  const { connector, config, row } = await deps.db.forTenant(tenantId, (tx) => find(deps, tx, connectionId));
  const client = codeClient(
    connector,
    await openCredential(deps.keys, tenantId, connectionId, row.credential),
  );
  const { verifier } = z
    .object({ verifier: z.string() })
    .parse(await openSecret(deps.keys, placeOf(tenantId, connectionId), pending.sealed));
  const way = deps.host.tokenWay(connector, config);
  const { redirectUri } = deps;
  const got = await exchangeCode(way, client, config, { code: brought.code, verifier, redirectUri });
  const credential = { ...client.credential, refreshToken: got.refreshToken };
  const sealed = await sealCredential(deps.keys, tenantId, connectionId, credential);
  return deps.db.forTenant(tenantId, (tx) => keep(tx, asking, row, sealed));
}

async function keep(tx: Tx, asking: Asking, row: ConnectionRow, sealed: Buffer): Promise<ConnectionRow> {
  const current = await lockConnection(tx, row.id);
  if (current === undefined || current.credentialAt?.getTime() !== row.credentialAt?.getTime()) {
    throw new HoldfastError(
      'conflict',
      'The credential of this connection was changed while you consented. Connect again.',
    );
  }
  await putCredential(tx, row.id, { sealed, kind: 'oauth2_code' }, asking.now);
  await forgetToken(tx, row.id, asking.now);
  await deliverAgain(tx, asking, row.id);
  const leaf = {
    at: asking.now,
    act: 'connection.authorized',
    object: { type: 'connection', id: row.id },
    outcome: 'done',
  } as const;
  await appendLeaf(tx, asking.tenantId, leaf, actedBy(asking.person));
  return { ...current, credential: sealed, credentialAt: asking.now };
}

async function find(
  { connectorOf = connectorById }: AuthorizingDependencies,
  tx: Tx,
  connectionId: string,
): Promise<{ readonly row: ConnectionRow; readonly connector: Connector; readonly config: unknown }> {
  const row = await readConnection(tx, connectionId);
  if (row === undefined || row.state === 'removed')
    throw new HoldfastError('not_found', 'There is no connection with this id in your tenant.');
  const connector = connectorOf(row.connector);
  const version = await readVersion(tx, row.id, row.version);
  const config =
    version === undefined ? row.config : connector.migrateConfig(version.config, version.connectorVersion);
  return { row, connector, config: connector.parseConfig(config) };
}

function placeOf(tenantId: string, connectionId: string) {
  return { tenantId, connectionId, field: 'verifier' };
}

function digestOf(state: string): Buffer {
  return createHash('sha256').update(state).digest();
}

function strangeState(): HoldfastError {
  return new HoldfastError(
    'forbidden',
    'This consent was not asked for in your session, or it took too long; nothing was changed. Connect again.',
  );
}
