import type { MappingRow } from '../../connectors/kit/fields.ts';
import type { Tx } from './database.ts';

/** The rows of each operation that has a mapping. */
export type Mappings = Readonly<Record<string, readonly MappingRow[]>>;

/** The JSONata text of each operation whose rows have a reshape before them. */
export type Reshapes = Readonly<Record<string, string>>;

/** What a version says, and who made it when. */
export interface NewVersion {
  /** Of the connector that checked the configuration. */
  readonly connectorVersion: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly mappings: Mappings;
  /** None where it is left out. */
  readonly reshapes?: Reshapes;
  /** Null where the product itself did. */
  readonly madeBy: string | null;
  readonly madeAt: Date;
  readonly why: string | null;
  /** The version whose content it repeats. */
  readonly rolledBackTo?: number;
}

/** One version of a connection; never changed. */
export interface ConnectionVersion extends Required<Omit<NewVersion, 'madeBy' | 'rolledBackTo'>> {
  readonly version: number;
  readonly madeBy: { readonly id: string; readonly name: string } | null;
  readonly rolledBackTo: number | null;
}

type Row = Omit<ConnectionVersion, 'madeBy'> & {
  readonly maker: string | null;
  readonly makerName: string | null;
};

const SELECT = `select v.version, v.connector_version as "connectorVersion", v.config, v.mappings, v.reshapes, v.made_by as maker,
    u.name as "makerName", v.made_at as "madeAt", v.why, v.rolled_back_to as "rolledBackTo"
  from connection_version v left join app_user u on u.tenant_id = v.tenant_id and u.id = v.made_by`;

/** Adds a version. The caller holds the connection's lock; a version that exists is refused by its key. */
export async function insertVersion(
  tx: Tx,
  tenantId: string,
  connectionId: string,
  version: number,
  made: NewVersion,
): Promise<void> {
  await tx.query(
    `insert into connection_version (tenant_id, connection_id, version, connector_version, config, mappings, reshapes,
                                     made_by, made_at, why, rolled_back_to)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tenantId,
      connectionId,
      version,
      made.connectorVersion,
      made.config,
      made.mappings,
      made.reshapes ?? {},
      made.madeBy,
      made.madeAt,
      made.why,
      made.rolledBackTo ?? null,
    ],
  );
}

/** Makes the next version of a locked connection the current one; answers its number. */
export async function addVersion(
  tx: Tx,
  tenantId: string,
  connection: { readonly id: string; readonly version: number },
  made: NewVersion,
): Promise<number> {
  const version = connection.version + 1;
  await insertVersion(tx, tenantId, connection.id, version, made);
  await tx.query('update connection set version = $2, config = $3 where id = $1', [
    connection.id,
    version,
    made.config,
  ]);
  return version;
}

/** One version of a connection, or undefined. */
export async function readVersion(
  tx: Tx,
  connectionId: string,
  version: number,
): Promise<ConnectionVersion | undefined> {
  const { rows } = await tx.query<Row>(`${SELECT} where v.connection_id = $1 and v.version = $2`, [
    connectionId,
    version,
  ]);
  return rows[0] && fromRow(rows[0]);
}

const LIST_LIMIT = 500;

/** The versions of a connection, newest first, at most 500. */
export async function listVersions(tx: Tx, connectionId: string): Promise<ConnectionVersion[]> {
  const { rows } = await tx.query<Row>(
    `${SELECT} where v.connection_id = $1 order by v.version desc limit $2`,
    [connectionId, LIST_LIMIT],
  );
  return rows.map(fromRow);
}

function fromRow({ maker, makerName, ...row }: Row): ConnectionVersion {
  return { ...row, madeBy: maker === null ? null : { id: maker, name: makerName ?? maker } };
}
