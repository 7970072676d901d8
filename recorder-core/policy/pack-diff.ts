/** What differs between two rule packs, row by row; nothing about what it would change (see hub/policy). Pure. */
import type { RulePack } from './rule-pack.ts';

/** The tables of a pack that have rows with ids. */
export const PACK_TABLES = ['consent', 'retention', 'residency', 'requestClocks', 'incidentClocks'] as const;
export type PackTable = (typeof PACK_TABLES)[number] | 'defaults' | 'jurisdictions' | 'numberPlan';

/** One row that is new, gone or not what it was. Values are as they stand in the pack. */
export interface RowChange {
  readonly table: PackTable;
  readonly id: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Of a changed row, the fields that differ; empty for one that is new or gone. */
  readonly fields: readonly { readonly name: string; readonly before: unknown; readonly after: unknown }[];
  /** Whether somebody has reviewed the row as it is now; null for one that is gone. */
  readonly reviewer: string | null;
  readonly status: 'verified' | 'unverified' | null;
}

type Row = Readonly<Record<string, unknown>> & { readonly id: string };

/** All changes from one pack to another, by table and id. Equal packs have none; the order of rows is of no account. */
export function diffPacks(before: RulePack, after: RulePack): readonly RowChange[] {
  const changes = [
    ...PACK_TABLES.flatMap((table) => diffRows(table, before[table] as readonly Row[], after[table])),
    ...diffRows('defaults', defaultRows(before), defaultRows(after)),
    ...diffRows('jurisdictions', entries(before.jurisdictions), entries(after.jurisdictions)),
    ...diffRows('numberPlan', planRows(before), planRows(after)),
  ];
  return changes.sort((a, b) => (`${a.table}\n${a.id}` < `${b.table}\n${b.id}` ? -1 : 1));
}

function diffRows(table: PackTable, before: readonly Row[], after: readonly Row[]): RowChange[] {
  const old = new Map(before.map((row) => [row.id, row]));
  const now = new Map(after.map((row) => [row.id, row]));
  const gone = before
    .filter(({ id }) => !now.has(id))
    .map(({ id }): RowChange => ({
      table,
      id,
      change: 'removed',
      fields: [],
      reviewer: null,
      status: null,
    }));
  const rest = after.flatMap((row): RowChange[] => {
    const was = old.get(row.id);
    const fields = was === undefined ? [] : fieldsOf(was, row);
    if (was !== undefined && fields.length === 0) return [];
    return [{ table, id: row.id, change: was === undefined ? 'added' : 'changed', fields, ...statedBy(row) }];
  });
  return [...gone, ...rest];
}

function fieldsOf(before: Row, after: Row): RowChange['fields'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => sorted(before[name]) !== sorted(after[name]))
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }));
}

/** A list is a set here: places, purposes and classes have no order. */
function sorted(value: unknown): string {
  return JSON.stringify(
    Array.isArray(value) ? [...(value as unknown[])].map(sorted).sort() : value,
    (_, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
  );
}

function statedBy(row: Row): Pick<RowChange, 'reviewer' | 'status'> {
  const { reviewer, status } = row;
  return {
    reviewer: typeof reviewer === 'string' ? reviewer : null,
    status: status === 'verified' || status === 'unverified' ? status : null,
  };
}

function defaultRows({ defaults }: RulePack): Row[] {
  const { refusal, holdReleaseGrace, consent, retention, requestClock } = defaults;
  const named = { consent, retention, requestClock };
  return [
    refusal,
    holdReleaseGrace,
    ...Object.entries(named).map(([id, names]) => ({ id: `default ${id}`, names })),
  ];
}

function entries(table: Readonly<Record<string, object>>): Row[] {
  return Object.entries(table).map(([id, value]) => ({ ...value, id }));
}

function planRows({ numberPlan: { prefixes, movingRanges } }: RulePack): Row[] {
  return [
    ...Object.entries(prefixes).map(([id, places]) => ({ id: `+${id}`, places })),
    ...Object.entries(movingRanges).map(([id, ranges]) => ({ id: `+${id} moving`, ranges })),
  ];
}
