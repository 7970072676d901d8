import { writtenPath } from './file-faults.ts';

/** A field that differs. What is secret has no values here, so that no output of a plan can show one. */
export interface FieldChange {
  /** For example `config.url` or `mappings.upsert-recording.Subject.expr`. */
  readonly path: string;
  /** As JSON; undefined where the field is not there. */
  readonly before?: string;
  readonly after?: string;
  readonly secret?: true;
}

/** What differs between two contents, field by field; rows of mappings are told apart by their target. Sorted by path. */
export function changesBetween(before: unknown, after: unknown, path: readonly string[] = []): FieldChange[] {
  if (sameJson(before, after)) return [];
  const [one, other] = [fieldsOf(before), fieldsOf(after)];
  if (one === undefined || other === undefined)
    return [
      {
        path: writtenPath(path),
        ...(before === undefined ? {} : { before: JSON.stringify(before) }),
        ...(after === undefined ? {} : { after: JSON.stringify(after) }),
      },
    ];
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  const changes = names.flatMap((name) => changesBetween(one.get(name), other.get(name), [...path, name]));
  if (changes.length > 0) return changes;
  // The same rows in another order: what a connector is given is the same, and yet the file says it otherwise.
  return [{ path: writtenPath(path), before: order(one), after: order(other) }];
}

/** Whether two values are the same JSON, whatever order their keys stand in. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null)
    return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [ours, theirs] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return (
    ours.length === theirs.size &&
    ours.every(([key, value]) => theirs.has(key) && sameJson(value, theirs.get(key)))
  );
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const rows: readonly unknown[] = value;
  const targets = rows.map((row) =>
    typeof row === 'object' && row !== null && 'target' in row ? String(row.target) : undefined,
  );
  const named = targets.filter((target) => target !== undefined);
  if (rows.length === 0 || named.length < rows.length || new Set(named).size < rows.length) return undefined;
  return new Map(rows.map((row, index) => [named[index] ?? '', row]));
}

function order(fields: ReadonlyMap<string, unknown>): string {
  return JSON.stringify([...fields.keys()]);
}
