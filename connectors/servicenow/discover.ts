import type { Catalog, FieldSpec, FieldType } from '../kit/fields.ts';
import { RECORDING_TABLE, type ServicenowContext } from './client.ts';
import { queryTable, type TableRow } from './table-api.ts';

const DICTIONARY = [
  'name',
  'element',
  'column_label',
  'internal_type',
  'max_length',
  'mandatory',
  'read_only',
  'unique',
];
/** Tables extend tables; nobody builds deeper than this. */
const MAX_DEPTH = 8;

const TYPES: Readonly<Record<string, FieldType>> = {
  integer: 'integer',
  longint: 'integer',
  decimal: 'number',
  float: 'number',
  boolean: 'boolean',
  glide_date_time: 'instant',
  due_date: 'instant',
  glide_date: 'date',
};
/** Columns that the connector writes itself. */
const OWN = new Set(['correlation_id', 'correlation_display', 'call_key', 'revision', 'held']);

/** The tables that this connection writes, with their columns and those of the tables that they extend. Throws RemoteFailure. */
export async function discover(ctx: ServicenowContext): Promise<Catalog> {
  const tables =
    ctx.config.application === 'scoped'
      ? [ctx.config.ticketTable, RECORDING_TABLE]
      : [ctx.config.ticketTable];
  const objects: Catalog['objects'][number][] = [];
  for (const name of tables) {
    const { title, lineage } = await lineageOf(ctx, name);
    if (lineage.length > 0) objects.push({ name, title, fields: await fieldsOf(ctx, lineage) });
  }
  return { objects };
}

/** Which of these columns a table has, its own or by a table that it extends. Throws RemoteFailure. */
export async function knownColumns(
  ctx: ServicenowContext,
  table: string,
  columns: readonly string[],
): Promise<ReadonlySet<string>> {
  const { lineage } = await lineageOf(ctx, table);
  const query = `nameIN${lineage.join(',')}^elementIN${columns.join(',')}^active=true`;
  const rows = await queryTable(ctx, 'sys_dictionary', query, ['element'], 2000);
  return new Set(rows.map((row) => row['element'] ?? ''));
}

/** A table and those that it extends, itself first. */
async function lineageOf(
  ctx: ServicenowContext,
  table: string,
): Promise<{ readonly title: string; readonly lineage: readonly string[] }> {
  const lineage: string[] = [];
  let title = table;
  let query = `name=${table}`;
  while (lineage.length < MAX_DEPTH) {
    const [row] = await queryTable(ctx, 'sys_db_object', query, ['name', 'label', 'super_class'], 1);
    if (row?.['name'] === undefined) break;
    if (lineage.length === 0) title = row['label'] ?? table;
    lineage.push(row['name']);
    if ((row['super_class'] ?? '') === '') break;
    query = `sys_id=${row['super_class']}`;
  }
  return { title, lineage };
}

async function fieldsOf(ctx: ServicenowContext, lineage: readonly string[]): Promise<FieldSpec[]> {
  const query = `nameIN${lineage.join(',')}^elementISNOTEMPTY^active=true^ORDERBYelement`;
  const rows = await queryTable(ctx, 'sys_dictionary', query, DICTIONARY, 2000);
  // A table may say something else of a column than the one it extends: the nearest wins.
  const nearest = new Map<string, TableRow>();
  for (const table of lineage)
    for (const row of rows)
      if (row['name'] === table && !nearest.has(row['element'] ?? '')) nearest.set(row['element'] ?? '', row);
  return [...nearest.entries()]
    .filter(([name]) => !name.startsWith('sys_'))
    .map(([name, row]) => fieldOf(name, row))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function fieldOf(name: string, row: TableRow): FieldSpec {
  const type = TYPES[row['internal_type'] ?? ''] ?? 'text';
  const maxLength = Number(row['max_length'] ?? '');
  return {
    name,
    title: row['column_label'] ?? name,
    type,
    required: row['mandatory'] === 'true' && !OWN.has(name),
    writable: row['read_only'] !== 'true' && !OWN.has(name),
    ...(type === 'text' && maxLength > 0 ? { maxLength } : {}),
    ...(row['unique'] === 'true' ? { unique: true } : {}),
  };
}
