/** The table of a connection: its names, the columns that the connector keeps, and how values go into the others. */
import type { FieldType, FieldValue, MappingRow } from '../kit/fields.ts';
import type { SnowflakeConfig } from './config.ts';

/** A column that the connector writes for every row, whatever is mapped. */
export interface OwnColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly title: string;
}

export const OWN_COLUMNS: readonly OwnColumn[] = [
  { name: 'TENANT_ID', type: 'VARCHAR(36)', required: true, title: 'Tenant' },
  { name: 'RECORDING_ID', type: 'VARCHAR(36)', required: true, title: 'Recording' },
  { name: 'REVISION', type: 'NUMBER(19,0)', required: true, title: 'Revision' },
  { name: 'IS_DELETED', type: 'BOOLEAN', required: true, title: 'Erased' },
  { name: 'HELD', type: 'BOOLEAN', required: true, title: 'Held' },
  { name: 'STATE', type: 'VARCHAR(32)', required: false, title: 'State' },
  { name: 'RETAIN_UNTIL', type: 'TIMESTAMP_NTZ', required: false, title: 'Kept until (UTC)' },
  { name: 'LINK', type: 'VARCHAR(2048)', required: false, title: 'Link' },
  // Which execution last wrote the row, and which made it: told from these, not from counts, what came of a record.
  { name: 'WRITE_ID', type: 'VARCHAR(36)', required: true, title: 'Last write' },
  { name: 'CREATE_ID', type: 'VARCHAR(36)', required: true, title: 'First write' },
];

const row = (target: string, expr: string, type: FieldType, more: Partial<MappingRow> = {}): MappingRow => ({
  target,
  expr,
  type,
  onNull: 'clear',
  onError: 'skip',
  redact: false,
  ...more,
});

/** The mapping that a new connection begins with. */
export const DEFAULT_MAPPING: readonly MappingRow[] = [
  row('STARTED_AT', 'record.startedAt', 'instant'),
  row('ENDED_AT', 'record.endedAt', 'instant'),
  row('DURATION_MS', 'record.durationMs', 'integer'),
  row('REGION', 'record.region', 'text'),
  row('CONSENT_OUTCOME', 'record.consentOutcome', 'text'),
  row('CALL_ID', 'record.callId', 'text'),
  // Who of them called is not known: recording sources do not tell it in one way.
  row('PARTIES', 'record.parties.map(p, p.address.orElse("")).filter(a, a != "").join(", ")', 'text', {
    redact: true,
  }),
];

const TYPE_OF_FIELD: Record<FieldType, string> = {
  text: 'VARCHAR',
  integer: 'NUMBER(19,0)',
  number: 'FLOAT',
  boolean: 'BOOLEAN',
  instant: 'TIMESTAMP_NTZ',
  date: 'DATE',
};

/** Columns of a new table for what the default mapping fills. */
export const DEFAULT_COLUMNS = DEFAULT_MAPPING.map(({ target, type }) => ({
  name: target,
  type: TYPE_OF_FIELD[type],
}));

/** Three parts, none of which needs quotes: the configuration lets no other through. */
export function tableName({ database, schema, table }: SnowflakeConfig): string {
  return `${database}.${schema}.${table}`;
}

/** Three parts, as `tableName`. */
export function stageName({ database, schema, stage }: SnowflakeConfig): string {
  return `${database}.${schema}.${stage}`;
}

/**
 * The statement that makes the table. Transient and with one day of Time Travel: it can be filled again from Holdfast,
 * and what was erased must not be kept for seven days more by Fail-safe.
 */
export function createTableSql(config: SnowflakeConfig): string {
  const columns = [
    ...OWN_COLUMNS.map(({ name, type, required }) => `"${name}" ${type}${required ? ' NOT NULL' : ''}`),
    ...DEFAULT_COLUMNS.map(({ name, type }) => `"${name}" ${type}`),
  ];
  return `CREATE TRANSIENT TABLE IF NOT EXISTS ${tableName(config)} (${columns.join(', ')}) DATA_RETENTION_TIME_IN_DAYS = 1`;
}

/** The name of the column that a mapping's target means; undefined where it cannot be one. */
export function columnOf(target: string): string | undefined {
  const name = target.toUpperCase();
  const own = OWN_COLUMNS.some((column) => column.name === name);
  return own || !/^[A-Z_][A-Z0-9_]{0,127}$/.test(name) ? undefined : name;
}

/** The type of a column that a mapping asks for and nobody made, by the values it is to take. */
export function typeForValues(values: readonly FieldValue[]): string {
  const given = values.filter((value) => value !== null);
  if (given.length > 0 && given.every((value) => typeof value === 'boolean')) return 'BOOLEAN';
  return given.length > 0 && given.every((value) => typeof value === 'number') ? 'FLOAT' : 'VARCHAR';
}

/** The type of a column without its size: `NUMBER(3,0)` is `NUMBER`, `VARCHAR(36) COLLATE 'de'` is `VARCHAR`. */
export function baseType(type: string): string {
  return /^[A-Z_]+/.exec(type.toUpperCase())?.[0] ?? '';
}

/** How a mapping sees a column of this type. */
export function fieldTypeOf(type: string): FieldType {
  const base = baseType(type);
  if (base === 'NUMBER') return type.endsWith(',0)') ? 'integer' : 'number';
  if (base === 'FLOAT') return 'number';
  if (base === 'BOOLEAN') return 'boolean';
  if (base === 'DATE') return 'date';
  return base.startsWith('TIMESTAMP') ? 'instant' : 'text';
}

/** SQL that makes of a value in JSON a value of the column's type; undefined for a type that no value goes into. */
export function castTo(type: string, json: string): string | undefined {
  const base = baseType(type);
  if (base === 'VARCHAR') return `${json}::VARCHAR`;
  if (base === 'NUMBER') return `${json}::${/^NUMBER\(\d+,\d+\)/.exec(type.toUpperCase())?.[0] ?? 'NUMBER'}`;
  if (base === 'FLOAT' || base === 'BOOLEAN') return `${json}::${base}`;
  return base === 'DATE' || base.startsWith('TIMESTAMP') ? `${json}::VARCHAR::${base}` : undefined;
}

/** Why a column of this type does not take a value, in a few words; undefined where nothing speaks against it. */
export function misfit(type: string, value: FieldValue): string | undefined {
  if (castTo(type, 'V') === undefined) return 'is of a type that no mapping fills';
  if (value === null) return undefined;
  const kind = fieldTypeOf(type);
  if (kind === 'text') return longerThan(type, value);
  if (kind === 'boolean') {
    return typeof value === 'boolean' || /^(true|false)$/i.test(String(value))
      ? undefined
      : 'takes no such value';
  }
  if (kind === 'instant' || kind === 'date') {
    const text = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) ? value : '';
    return Number.isNaN(Date.parse(text)) ? 'takes dates only' : undefined;
  }
  if (typeof value === 'boolean' || String(value).trim() === '' || !Number.isFinite(Number(value)))
    return 'takes numbers only';
  // Snowflake would round without a word.
  return kind === 'integer' && !Number.isInteger(Number(value)) ? 'takes whole numbers only' : undefined;
}

function longerThan(type: string, value: FieldValue): string | undefined {
  const most = /^VARCHAR\((\d+)\)/.exec(type.toUpperCase())?.[1];
  if (most === undefined) return undefined;
  const text = String(value);
  // Characters beyond the first plane count once there and twice here, so a text that seems too long is counted.
  const fits = text.length <= Number(most) || [...text].length <= Number(most);
  return fits ? undefined : `takes ${most} characters at most`;
}
