import type { ConnectorContext } from '../kit/context.ts';
import type { Catalog } from '../kit/fields.ts';
import type { SnowflakeConfig } from './config.ts';
import { describeTable, type Column } from './prepare-table.ts';
import { castTo, DEFAULT_COLUMNS, fieldTypeOf, OWN_COLUMNS } from './recording-table.ts';
import { withSession } from './session.ts';

/** The table with its columns, as it is or as it would be made; those that the connector keeps cannot be mapped. */
export async function discover(ctx: ConnectorContext<SnowflakeConfig>): Promise<Catalog> {
  const { table } = ctx.config;
  const columns = await withSession(ctx, (session) => describeTable(session, ctx.config));
  const fields = [...(columns?.values() ?? NEW_TABLE)].map(fieldOf);
  return { objects: [{ name: table, title: table, fields }] };
}

const NEW_TABLE: readonly Column[] = [
  ...OWN_COLUMNS.map(({ name, type, required }) => ({ name, type, nullable: !required, policy: undefined })),
  ...DEFAULT_COLUMNS.map(({ name, type }) => ({ name, type, nullable: true, policy: undefined })),
];

function fieldOf({ name, type, nullable }: Column) {
  const own = OWN_COLUMNS.find((column) => column.name === name);
  const length = /^VARCHAR\((\d+)\)/.exec(type)?.[1];
  return {
    name,
    title: own?.title ?? name,
    type: fieldTypeOf(type),
    required: !nullable,
    writable: own === undefined && castTo(type, 'V') !== undefined,
    ...(length === undefined ? {} : { maxLength: Number(length) }),
  };
}
