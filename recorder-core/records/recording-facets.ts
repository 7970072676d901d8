import type { Tx } from './database.ts';
import { narrowFilter } from './narrow-filter.ts';
import {
  COUNTED,
  mustWalk,
  WALKED_FOR,
  writeFilter,
  writeFrom,
  type CountedName,
  type NarrowedFilter,
  type RecordingFilter,
} from './recording-filter.ts';

/** How many recordings of each value a list has, or would have with that value in the place of the one looked for. */
export interface Facet {
  readonly name: CountedName;
  /** Most frequent first. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
  /** False where there is more than was counted: each count is of the newest, and there may be further values. */
  readonly complete: boolean;
}

export interface Facets {
  readonly total: number;
  /** False where there are more. */
  readonly complete: boolean;
  readonly facets: readonly Facet[];
}

/** Recordings looked at for one count, newest first. */
export const MOST_COUNTED = 10_000;
/** Recordings looked at where no index tells which have what is looked for, newest first. */
export const MOST_LOOKED_AT = 50_000;
/** Values of one facet that are told. */
export const MOST_VALUES = 50;

/** For these the filter is narrowed anew where it is counted without them. */
const LOOKED_UP = new Set<CountedName>(['held', 'gaps', 'direction']);

interface CountRow {
  readonly name: CountedName | null;
  readonly value: string | null;
  readonly count: number;
}

/**
 * Counts what a filter finds by each property, of the newest `most` at most, and among the newest `lookedAt` where each must be
 * looked at for it. A property that is filtered by is counted
 * without that, so that the other values can be told. Recordings without a value are in no count of that property.
 */
export async function countFacets(
  tx: Tx,
  filter: RecordingFilter,
  most = MOST_COUNTED,
  lookedAt = MOST_LOOKED_AT,
): Promise<Facets> {
  const narrowed = await narrowFilter(tx, filter);
  const narrow = async (name: CountedName) => {
    const others = { ...filter, [name]: undefined };
    return LOOKED_UP.has(name) ? narrowFilter(tx, others) : { ...narrowed, [name]: undefined };
  };
  const names = Object.keys(COUNTED) as CountedName[];
  const free = names.filter((name) => filter[name] === undefined);
  const whole = await look(tx, narrowed, free, most, lookedAt);
  const facets = free.map((name) => facetOf(whole, name));
  for (const name of names.filter((each) => !free.includes(each))) {
    facets.push(facetOf(await look(tx, await narrow(name), [name], most, lookedAt), name));
  }
  const { total, complete } = whole;
  return {
    total,
    complete,
    facets: facets.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name)),
  };
}

interface Looked {
  readonly rows: readonly CountRow[];
  readonly total: number;
  readonly complete: boolean;
}

/** One walk through what the filter finds, counted by several properties. */
async function look(
  tx: Tx,
  filter: NarrowedFilter,
  names: readonly CountedName[],
  most: number,
  lookedAt: number,
): Promise<Looked> {
  const last = mustWalk(filter) ? await lastLookedAt(tx, filter, lookedAt) : undefined;
  const values: unknown[] = [most + 1];
  const condition = writeFilter(
    last === undefined ? filter : { ...filter, from: later(filter.from, last) },
    values,
  );
  const columns = names.map((name) => `(${COUNTED[name]})::text as "${name}"`);
  const { rows } = await tx.query<CountRow>(
    `with found as materialized (
       select ${['1', ...columns].join(', ')} from ${writeFrom(filter)}
        where ${condition} order by r.started_at desc, r.id desc limit $1)
     ${[
       'select null as name, null as value, count(*)::int as count from found',
       ...names.map(
         (name) =>
           `select '${name}', "${name}", count(*)::int from found where "${name}" is not null group by 2`,
       ),
     ].join('\n union all ')}`,
    values,
  );
  const total = rows.find(({ name }) => name === null)?.count ?? 0;
  return { rows, total: Math.min(total, most), complete: total <= most && last === undefined };
}

/** When the last one began that is looked at, of those that indexes tell; undefined where all are. */
async function lastLookedAt(tx: Tx, filter: NarrowedFilter, lookedAt: number): Promise<string | undefined> {
  const values: unknown[] = [lookedAt];
  const condition = writeFilter({ ...filter, ...WALKED_FOR }, values);
  const { rows } = await tx.query<{ at: Date }>(
    `select r.started_at as at from ${writeFrom(filter)} where ${condition}
      order by r.started_at desc, r.id desc offset $1 limit 1`,
    values,
  );
  return rows[0]?.at.toISOString();
}

function later(from: string | undefined, last: string): string {
  return from !== undefined && Date.parse(from) > Date.parse(last) ? from : last;
}

function facetOf({ rows, complete }: Looked, name: CountedName): Facet {
  const values = rows
    .flatMap((row) =>
      row.name === name && row.value !== null ? [{ value: row.value, count: row.count }] : [],
    )
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  return { name, values: values.slice(0, MOST_VALUES), complete: complete && values.length <= MOST_VALUES };
}
