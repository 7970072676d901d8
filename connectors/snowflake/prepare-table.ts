import type { FieldValue } from '../kit/fields.ts';
import type { ConnectorContext } from '../kit/context.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import type { SnowflakeConfig } from './config.ts';
import { createTableSql, OWN_COLUMNS, tableName, typeForValues } from './recording-table.ts';
import type { Row, Session } from './session.ts';

/** A column as Snowflake describes it. */
export interface Column {
  readonly name: string;
  /** As declared, for example `NUMBER(19,0)`, with a collation behind it where there is one. */
  readonly type: string;
  readonly nullable: boolean;
  /** Name of the masking policy on it. */
  readonly policy: string | undefined;
}

/** The columns of the table by name; undefined where there is no such table, or none that the role may see. */
export async function describeTable(
  session: Session,
  config: SnowflakeConfig,
): Promise<ReadonlyMap<string, Column> | undefined> {
  try {
    const rows = await session.query(`DESCRIBE TABLE ${tableName(config)}`);
    return new Map(rows.map(columnOfRow).map((column) => [column.name, column]));
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.code === '002003') return undefined;
    throw error;
  }
}

function columnOfRow(row: Row): Column {
  const policy = row['policy name'];
  return {
    name: String(row['name']),
    type: String(row['type']),
    nullable: row['null?'] !== 'N',
    policy: typeof policy === 'string' && policy !== '' ? policy : undefined,
  };
}

/**
 * Makes the table where it is missing, and a nullable column for each of `wanted` (name, values it is to take) that it
 * does not have. Nothing is ever changed or removed; gives the columns as they are then.
 */
export async function prepareTable(
  session: Session,
  { config, log }: ConnectorContext<SnowflakeConfig>,
  wanted: ReadonlyMap<string, readonly FieldValue[]> = new Map(),
): Promise<ReadonlyMap<string, Column>> {
  let columns = await describeTable(session, config);
  if (columns === undefined) {
    await session.scratch(createTableSql(config));
    log('info', 'made the table', { table: config.table });
    columns = await describeTable(session, config);
  }
  const missing = [...wanted].filter(([name]) => columns?.has(name) === false);
  if (config.addColumns && missing.length > 0) {
    for (const [name, values] of missing) {
      const type = typeForValues(values);
      await session.scratch(`ALTER TABLE ${tableName(config)} ADD COLUMN IF NOT EXISTS "${name}" ${type}`);
      log('info', 'added a column', { table: config.table, column: name, type });
    }
    columns = await describeTable(session, config);
  }
  const lacks = OWN_COLUMNS.filter(({ name }) => columns?.has(name) !== true).map(({ name }) => name);
  if (columns === undefined || lacks.length > 0) throw strange(config, lacks);
  return columns;
}

/** The refusal of a table that was not made for this connector. */
function strange({ table }: SnowflakeConfig, lacks: readonly string[]): RemoteFailure {
  return new RemoteFailure(
    remoteError('config', `The table ${table} lacks the columns ${lacks.join(', ')}.`, {
      scope: 'connection',
      fix: 'Choose another table name, or add the columns as setup.sql makes them.',
    }),
  );
}
