/** The two statements that write rows. Each is one MERGE: applied whole or not at all, by key, guarded by the revision. */
import type { SnowflakeConfig } from './config.ts';
import type { Column } from './prepare-table.ts';
import { castTo, OWN_COLUMNS, tableName } from './recording-table.ts';

/** Where a MERGE takes its lines of JSON from (a column V), and for whom it writes. */
export interface MergeInput {
  readonly config: SnowflakeConfig;
  readonly tenantId: string;
  /** Of this execution alone. */
  readonly writeId: string;
  /** A table, or a SELECT in brackets. */
  readonly source: string;
  readonly where?: string;
}

const UUID = /^[0-9a-f-]{36}$/i;

/** Ids are put into the text: a MERGE counts its binds differently from place to place. */
function quoted(id: string): string {
  if (!UUID.test(id)) throw new TypeError('Only UUIDs are put into statements.');
  return `'${id}'`;
}

/** One line for each key, the newest where a batch names a recording twice. */
function newest(columns: string, { source, where }: MergeInput): string {
  return (
    `SELECT ${columns} FROM ${source}${where === undefined ? '' : ` WHERE ${where}`} ` +
    'QUALIFY ROW_NUMBER() OVER (PARTITION BY V:i::VARCHAR ORDER BY V:r::NUMBER(19,0) DESC) = 1'
  );
}

function on({ tenantId }: MergeInput): string {
  return `ON t."TENANT_ID" = ${quoted(tenantId)} AND t."RECORDING_ID" = s."RECORDING_ID"`;
}

const OWN_VALUES = [
  ['RECORDING_ID', 'V:i::VARCHAR'],
  ['REVISION', 'V:r::NUMBER(19,0)'],
  ['HELD', 'V:h::BOOLEAN'],
  ['STATE', 'V:s::VARCHAR'],
  ['RETAIN_UNTIL', 'V:u::VARCHAR::TIMESTAMP_NTZ'],
  ['LINK', 'V:l::VARCHAR'],
] as const;

/**
 * Puts recordings into the table. `filled` names the mapped columns of this batch; a row without a value for one keeps what
 * the table has. An older revision changes nothing, and what was erased comes back only by a newer one.
 */
export function upsertSql(input: MergeInput, filled: readonly Column[]): string {
  const casts = filled.map(({ name, type }) => [name, castTo(type, `V:f:"${name}"`) ?? 'NULL'] as const);
  const values = [...OWN_VALUES, ...casts].map(([name, sql]) => `${sql} AS "${name}"`);
  const given = casts.map(([name]) => `V:f:"${name}" IS NOT NULL AS "given ${name}"`);
  const write = quoted(input.writeId);
  const own = ['REVISION', 'HELD', 'STATE', 'RETAIN_UNTIL', 'LINK'].map((name) => `"${name}" = s."${name}"`);
  const mapped = casts.map(([name]) => `"${name}" = IFF(s."given ${name}", s."${name}", t."${name}")`);
  const inserted = [...OWN_VALUES, ...casts].map(([name]) => name);
  return [
    `MERGE INTO ${tableName(input.config)} AS t`,
    `USING (${newest([...values, ...given].join(', '), input)}) AS s ${on(input)}`,
    'WHEN MATCHED AND t."REVISION" < s."REVISION" THEN UPDATE SET',
    `${[...own, ...mapped].join(', ')}, "WRITE_ID" = ${write},`,
    `"CREATE_ID" = IFF(t."IS_DELETED", ${write}, t."CREATE_ID"), "IS_DELETED" = FALSE`,
    `WHEN NOT MATCHED THEN INSERT ("TENANT_ID", "IS_DELETED", "WRITE_ID", "CREATE_ID", ${names(inserted)})`,
    `VALUES (${quoted(input.tenantId)}, FALSE, ${write}, ${write}, ${inserted.map((name) => `s."${name}"`).join(', ')})`,
  ].join(' ');
}

/**
 * Erases recordings: every column but key, revision and marks becomes NULL, also columns that others added. What is left
 * keeps an older upsert that arrives later from bringing the recording back; it is made even where there was no row.
 * A hold that the withdrawal does not outdate, and a newer revision, keep the row as it is.
 */
export function eraseSql(input: MergeInput, columns: Iterable<Column>): string {
  const kept = new Set(OWN_COLUMNS.filter(({ required }) => required).map(({ name }) => name));
  const emptied = [...columns].filter(({ name }) => !kept.has(name)).map(({ name }) => `"${name}" = NULL`);
  const write = quoted(input.writeId);
  const values = OWN_VALUES.slice(0, 2).map(([name, sql]) => `${sql} AS "${name}"`);
  return [
    `MERGE INTO ${tableName(input.config)} AS t`,
    `USING (${newest(values.join(', '), input)}) AS s ${on(input)}`,
    'WHEN MATCHED AND NOT t."IS_DELETED" AND t."REVISION" <= s."REVISION"',
    'AND NOT (t."HELD" AND t."REVISION" >= s."REVISION") THEN UPDATE SET',
    `${['"REVISION" = s."REVISION"', ...emptied].join(', ')},`,
    `"HELD" = FALSE, "IS_DELETED" = TRUE, "WRITE_ID" = ${write}`,
    'WHEN MATCHED AND t."IS_DELETED" AND t."REVISION" < s."REVISION" THEN UPDATE SET "REVISION" = s."REVISION"',
    'WHEN NOT MATCHED THEN INSERT',
    '("TENANT_ID", "RECORDING_ID", "REVISION", "HELD", "IS_DELETED", "WRITE_ID", "CREATE_ID")',
    `VALUES (${quoted(input.tenantId)}, s."RECORDING_ID", s."REVISION", FALSE, TRUE, ${write}, ${write})`,
  ].join(' ');
}

function names(columns: readonly string[]): string {
  return columns.map((name) => `"${name}"`).join(', ');
}

/** Lines of JSON given with the statement itself, one bind each. */
export function boundSource(lines: number): string {
  return `(SELECT PARSE_JSON(COLUMN1) AS V FROM VALUES ${new Array<string>(lines).fill('(?)').join(', ')})`;
}
