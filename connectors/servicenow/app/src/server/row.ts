/**
 * The part of GlideRecord that this application uses. Its logic is written against this type alone, so that the tests of
 * the connector run the very same code over their own tables.
 */
export interface Row {
  get(column: string, value: string): boolean;
  initialize(): void;
  isValidField(column: string): boolean;
  getValue(column: string): string | null;
  setValue(column: string, value: string): void;
  setNewGuidValue(sysId: string): void;
  /** The new row's sys_id; null where a unique index, a rule or a policy refused it. */
  insert(): string | null;
  /** Null where a rule or a policy refused it. */
  update(): string | null;
  deleteRecord(): boolean;
  getUniqueValue(): string;
}

/** Opens a table. */
export type OpenTable = (table: string) => Row;

/** What was done for one item of a request, in the order of the request. */
export interface Result {
  readonly key: string;
  /** Undefined where `error` says why nothing was done. */
  readonly result?: 'created' | 'updated' | 'unchanged' | 'superseded' | 'deleted' | 'absent';
  readonly sysId?: string;
  /** The revision that stands there now. */
  readonly revision?: number;
  readonly error?: 'unknown_column' | 'not_saved' | 'not_deleted' | 'held' | 'outdated';
  readonly column?: string;
}

/** Values by column; an empty text empties the column. */
export type Columns = Readonly<Record<string, string>>;

/** The first of these columns that the table does not have. */
export function unknownColumn(row: Row, columns: Columns): string | undefined {
  return Object.keys(columns).find((column) => !row.isValidField(column));
}

/** Sets several columns. */
export function setColumns(row: Row, columns: Columns): void {
  for (const [column, value] of Object.entries(columns)) row.setValue(column, value);
}
