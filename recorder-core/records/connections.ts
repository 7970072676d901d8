import type { Tx } from './database.ts';

/** A configured connector of a tenant; the credential is an envelope that only the host opens. */
export interface ConnectionRow {
  readonly id: string;
  readonly connector: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credential: Buffer | null;
  readonly enabled: boolean;
}

/** Adds a connection; does nothing where one of that name exists. */
export async function insertConnection(
  tx: Tx,
  tenantId: string,
  connection: ConnectionRow,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into connection (tenant_id, id, connector, name, config, credential, enabled)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      tenantId,
      connection.id,
      connection.connector,
      connection.name,
      connection.config,
      connection.credential,
      connection.enabled,
    ],
  );
  return rowCount === 1;
}

/** One connection, or undefined. */
export async function readConnection(tx: Tx, id: string): Promise<ConnectionRow | undefined> {
  const { rows } = await tx.query<ConnectionRow>(
    'select id, connector, name, config, credential, enabled from connection where id = $1',
    [id],
  );
  return rows[0];
}

/** Ids of the connections that are switched on. */
export async function listEnabledConnections(tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>('select id from connection where enabled order by id');
  return rows.map((row) => row.id);
}

/** Ids of the connections that ever accepted, or may have accepted, a recording; these owe its deletion. */
export async function listReachedConnections(tx: Tx, recordingId: string): Promise<string[]> {
  const { rows } = await tx.query<{ connection_id: string }>(
    "select distinct connection_id from receipt where recording_id = $1 and outcome in ('done', 'unknown')",
    [recordingId],
  );
  return rows.map((row) => row.connection_id);
}
