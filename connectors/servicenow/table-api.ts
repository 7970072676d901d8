import { call, type ServicenowContext } from './client.ts';

/** A row as the Table API gives it: values, never display values, and references as bare sys_ids. */
export type TableRow = Readonly<Record<string, string>>;

const VALUES = { sysparm_display_value: 'false', sysparm_exclude_reference_link: 'true' } as const;

/** Rows of a table by an encoded query. Throws RemoteFailure. */
export async function queryTable(
  ctx: ServicenowContext,
  table: string,
  query: string,
  fields: readonly string[],
  limit: number,
): Promise<TableRow[]> {
  const found = await call<unknown>(ctx, {
    method: 'GET',
    path: `/api/now/table/${table}`,
    query: {
      ...VALUES,
      sysparm_query: query,
      sysparm_fields: fields.join(','),
      sysparm_limit: String(limit),
      sysparm_no_count: 'true',
    },
  });
  return Array.isArray(found) ? (found as TableRow[]) : [];
}

/** Makes a row. Throws RemoteFailure. @returns the fields asked for. */
export function insertRow(
  ctx: ServicenowContext,
  table: string,
  row: Readonly<Record<string, string>>,
  fields: readonly string[],
): Promise<TableRow> {
  return call(ctx, {
    method: 'POST',
    path: `/api/now/table/${table}`,
    query: { ...VALUES, sysparm_fields: fields.join(','), sysparm_input_display_value: 'false' },
    body: row,
  });
}

/** Changes a row. Throws RemoteFailure. @returns the fields asked for, as they stand then. */
export function updateRow(
  ctx: ServicenowContext,
  table: string,
  sysId: string,
  row: Readonly<Record<string, string>>,
  fields: readonly string[],
): Promise<TableRow> {
  return call(ctx, {
    method: 'PATCH',
    path: `/api/now/table/${table}/${sysId}`,
    query: { ...VALUES, sysparm_fields: fields.join(','), sysparm_input_display_value: 'false' },
    body: row,
  });
}
