import { setColumns, unknownColumn, type Columns, type OpenTable, type Result, type Row } from './row.ts';

const RECORDING = 'x_hldf_holdfast_recording';
const TOMBSTONE = 'x_hldf_holdfast_tombstone';

/** A recording as it shall stand here. */
export interface RecordingItem {
  /** Tenant and recording; unique here. */
  readonly key: string;
  readonly revision: number;
  readonly held: boolean;
  readonly columns: Columns;
}

/** The wish that a recording is forgotten here. */
export interface WithdrawalItem {
  readonly key: string;
  readonly revision: number;
  readonly held: boolean;
}

/** What stands here of one recording. */
export interface FoundRecording {
  readonly key: string;
  readonly sysId?: string;
  readonly revision?: number;
  readonly held?: boolean;
  /** With which revision it was forgotten. */
  readonly forgotten?: number;
  readonly columns?: Columns;
}

/** Which recording is asked about, and which of its columns are. */
export interface FindItem {
  readonly key: string;
  readonly columns: readonly string[];
}

/**
 * Makes or changes one recording. The unique index on its key makes a second one impossible; an older revision changes
 * nothing, also after the recording was forgotten.
 */
export function upsertRecording(open: OpenTable, item: RecordingItem): Result {
  const row = open(RECORDING);
  const unknown = unknownColumn(row, item.columns);
  if (unknown !== undefined) return { key: item.key, error: 'unknown_column', column: unknown };
  const forgotten = forgottenAt(open, item.key);
  if (forgotten !== undefined && forgotten >= item.revision) return superseded(item.key, forgotten);
  if (row.get('call_key', item.key)) return change(row, item);
  row.initialize();
  row.setValue('call_key', item.key);
  write(row, item);
  const sysId = row.insert();
  if (sysId === null) {
    // Somebody else made it meanwhile, or a rule refused it.
    const again = open(RECORDING);
    return again.get('call_key', item.key) ? change(again, item) : { key: item.key, error: 'not_saved' };
  }
  // Forgotten while it was being made: the later wish stands.
  const since = forgottenAt(open, item.key);
  if (since !== undefined && since >= item.revision) {
    row.deleteRecord();
    return superseded(item.key, since);
  }
  return { key: item.key, result: 'created', sysId, revision: item.revision };
}

function change(row: Row, item: RecordingItem): Result {
  const sysId = row.getUniqueValue();
  const revision = revisionOf(row);
  if (revision > item.revision) return { key: item.key, result: 'superseded', sysId, revision };
  if (revision === item.revision) return { key: item.key, result: 'unchanged', sysId, revision };
  write(row, item);
  if (row.update() === null) return { key: item.key, error: 'not_saved' };
  return { key: item.key, result: 'updated', sysId, revision: item.revision };
}

function write(row: Row, { columns, revision, held }: RecordingItem): void {
  setColumns(row, columns);
  row.setValue('revision', String(revision));
  row.setValue('held', held ? '1' : '0');
}

/**
 * Forgets one recording, unless a hold on either side forbids it or something newer stands here. What remains is its key
 * with the revision of the wish, so that a late change does not bring it back.
 */
export function withdrawRecording(open: OpenTable, item: WithdrawalItem): Result {
  if (item.held) return { key: item.key, error: 'held' };
  const row = open(RECORDING);
  const found = row.get('call_key', item.key);
  const revision = found ? revisionOf(row) : 0;
  if (found && isHeld(row) && revision >= item.revision) return { key: item.key, error: 'held', revision };
  if (revision > item.revision) return { key: item.key, error: 'outdated', revision };
  // Without its trace a late change would bring it back, so the row stays until there is one.
  if (!bury(open, item)) return { key: item.key, error: 'not_deleted', revision };
  if (!found) return { key: item.key, result: 'absent' };
  const sysId = row.getUniqueValue();
  return row.deleteRecord()
    ? { key: item.key, result: 'deleted', sysId, revision: item.revision }
    : { key: item.key, error: 'not_deleted', revision };
}

/** What stands here of one recording. */
export function findRecording(open: OpenTable, { key, columns }: FindItem): FoundRecording {
  const row = open(RECORDING);
  const forgotten = forgottenAt(open, key);
  const known = forgotten === undefined ? {} : { forgotten };
  if (!row.get('call_key', key)) return { key, ...known };
  return {
    key,
    sysId: row.getUniqueValue(),
    revision: revisionOf(row),
    held: isHeld(row),
    columns: Object.fromEntries(
      columns
        .filter((column) => row.isValidField(column))
        .map((column) => [column, row.getValue(column) ?? '']),
    ),
    ...known,
  };
}

/** Notes that a recording was forgotten; false where the platform did not take the note. */
function bury(open: OpenTable, { key, revision }: WithdrawalItem): boolean {
  const row = open(TOMBSTONE);
  if (!row.get('call_key', key)) {
    row.initialize();
    row.setValue('call_key', key);
    row.setValue('revision', String(revision));
    if (row.insert() !== null) return true;
    // Somebody else made it meanwhile, or a rule refused it.
    if (!row.get('call_key', key)) return false;
  }
  if (revisionOf(row) >= revision) return true;
  row.setValue('revision', String(revision));
  return row.update() !== null;
}

function forgottenAt(open: OpenTable, key: string): number | undefined {
  const row = open(TOMBSTONE);
  return row.get('call_key', key) ? revisionOf(row) : undefined;
}

function superseded(key: string, revision: number): Result {
  return { key, result: 'superseded', revision };
}

function revisionOf(row: Row): number {
  return Number(row.getValue('revision') ?? 0);
}

function isHeld(row: Row): boolean {
  const held = row.getValue('held');
  return held === '1' || held === 'true';
}
