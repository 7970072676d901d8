import type { ConnectionState } from '../policy/connection-state.ts';
import { insertVersion, type NewVersion } from './connection-versions.ts';
import type { Tx } from './database.ts';
import type { MatterTags } from './matter-tags.ts';

/** A configured connector of a tenant; the credential is an envelope that only the host opens. */
export interface ConnectionRow {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  /** Of the current version. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly credential: Buffer | null;
  readonly state: ConnectionState;
  /** The current version; `connection-versions.ts` has all of them. */
  readonly version: number;
  /** Since when it is in its state. */
  readonly stateAt: Date;
  /** Kind of the credential; null where there is none, or it was given before kinds were kept. */
  readonly credentialKind: string | null;
  /** When a person last gave a credential; null where none was needed. */
  readonly credentialAt: Date | null;
  /** An obligation rests on what it has: it is told of restricted recordings too. Of others they are withdrawn. */
  readonly mandatory: boolean;
  /** What it is told of the matters that hold a recording. */
  readonly matterTags: MatterTags;
  /** What is to become of what the remote system has; null unless it is removed. */
  readonly remains: 'withdraw' | 'keep' | null;
  readonly remainsWhy: string | null;
}

/** A connection to be added, with what its first version says; without a word no obligation rests on it. */
export interface NewConnection extends Pick<
  ConnectionRow,
  'id' | 'connector' | 'name' | 'config' | 'credential' | 'state'
> {
  readonly credentialKind?: string;
  readonly mandatory?: boolean;
  readonly first: Omit<NewVersion, 'config'>;
}

const COLUMNS = `id, connector, name, config, credential, state, version, state_at as "stateAt",
  credential_kind as "credentialKind", credential_at as "credentialAt", mandatory, matter_tags as "matterTags",
  remains, remains_why as "remainsWhy"`;

/** Adds a connection with its first version; does nothing where one of that name exists. */
export async function insertConnection(
  tx: Tx,
  tenantId: string,
  { id, connector, name, config, credential, credentialKind, state, mandatory, first }: NewConnection,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into connection (tenant_id, id, connector, name, config, credential, state, state_at, credential_at, mandatory,
                             credential_kind)
     values ($1, $2, $3, $4, $5, $6, $7, $8, case when $6::bytea is not null then $8::timestamptz end, $9, $10)
     on conflict do nothing`,
    [
      tenantId,
      id,
      connector,
      name,
      config,
      credential,
      state,
      first.madeAt,
      mandatory ?? false,
      credentialKind ?? null,
    ],
  );
  if (rowCount !== 1) return false;
  await insertVersion(tx, tenantId, id, 1, { ...first, config });
  return true;
}

/** One connection, or undefined. */
export async function readConnection(tx: Tx, id: string): Promise<ConnectionRow | undefined> {
  const { rows } = await tx.query<ConnectionRow>(`select ${COLUMNS} from connection where id = $1`, [id]);
  return rows[0];
}

/** One connection under a row lock: two who change it come one after the other. */
export async function lockConnection(tx: Tx, id: string): Promise<ConnectionRow | undefined> {
  const { rows } = await tx.query<ConnectionRow>(
    `select ${COLUMNS} from connection where id = $1 for update`,
    [id],
  );
  return rows[0];
}

/** All connections, by name; removed ones only where they are asked for. */
export async function listConnections(tx: Tx, withRemoved = false): Promise<ConnectionRow[]> {
  const { rows } = await tx.query<ConnectionRow>(
    `select ${COLUMNS} from connection where $1 or state <> 'removed' order by name, id`,
    [withRemoved],
  );
  return rows;
}

/** Moves a locked connection to another state. */
export async function setConnectionState(
  tx: Tx,
  id: string,
  state: ConnectionState,
  at: Date,
  remains: { readonly what: 'withdraw' | 'keep'; readonly why: string | null } | null = null,
): Promise<void> {
  await tx.query(
    'update connection set state = $2, state_at = $3, remains = $4, remains_why = $5 where id = $1',
    [id, state, at, remains?.what ?? null, remains?.why ?? null],
  );
}

/** Gives a locked connection another name; answers false, and changes nothing, where the name is taken. */
export async function renameConnection(tx: Tx, id: string, name: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update connection c set name = $2
      where id = $1 and not exists (select from connection o where o.tenant_id = c.tenant_id and o.name = $2
                                       and o.state <> 'removed' and o.id <> c.id)`,
    [id, name],
  );
  return rowCount === 1;
}

/** Puts the credential that a person gave into a locked connection; null takes it away. */
export async function putCredential(
  tx: Tx,
  id: string,
  given: { readonly sealed: Buffer; readonly kind: string } | null,
  at: Date,
): Promise<void> {
  await tx.query(
    'update connection set credential = $2, credential_kind = $3, credential_at = $4 where id = $1',
    [id, given?.sealed ?? null, given?.kind ?? null, at],
  );
}

/** The live connections of these connectors. */
export async function listLiveConnections(
  tx: Tx,
  connectors: readonly string[],
): Promise<Pick<ConnectionRow, 'id' | 'connector'>[]> {
  const { rows } = await tx.query<Pick<ConnectionRow, 'id' | 'connector'>>(
    "select id, connector from connection where state = 'live' and connector = any ($1) order by id",
    [connectors],
  );
  return rows;
}

type TellableConnection = Pick<ConnectionRow, 'id' | 'state' | 'mandatory'>;

/**
 * The connections of these connectors that are to learn of changes of recordings: those that are live, and those that are
 * paused, later. One whose configuration says what it sends, and no recordings, is left out.
 */
export async function listTellableConnections(
  tx: Tx,
  connectors: readonly string[],
): Promise<TellableConnection[]> {
  const { rows } = await tx.query<TellableConnection>(
    `select id, state, mandatory from connection where state in ('live', 'paused') and connector = any ($1)
        and coalesce(config -> 'sends' ? 'recording', true) order by id`,
    [connectors],
  );
  return rows;
}

/** Credentials that are sealed by one of these root keys of a provider. */
export async function listCredentialsUnder(
  tx: Tx,
  provider: string,
  roots: readonly string[],
): Promise<{ readonly id: string; readonly credential: Buffer }[]> {
  const { rows } = await tx.query<{ id: string; credential: Buffer }>(
    `select id, credential from connection where credential is not null
        and convert_from(credential, 'UTF8')::jsonb ->> 'provider' = $1
        and convert_from(credential, 'UTF8')::jsonb ->> 'keyId' = any ($2) order by id`,
    [provider, roots],
  );
  return rows;
}

/** Puts a credential in the place of another; false, and nothing happens, when it was changed meanwhile. */
export async function replaceCredential(tx: Tx, id: string, before: Buffer, after: Buffer): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update connection set credential = $3 where id = $1 and credential = $2',
    [id, before, after],
  );
  return rowCount === 1;
}
