/** What stands in an array without quotes: no comma, brace, quote, backslash or space. */
const BARE = /^[\w.:+-]+$/;

type Element = string | number | boolean | null;

/**
 * Values as the text of a PostgreSQL array, for a parameter that the statement casts (`$1::uuid[]`): what the driver makes of a
 * JavaScript array too, at a fraction of its cost where there are thousands. Pure.
 */
export function arrayText(values: readonly Element[]): string {
  let text = '';
  for (const value of values) text += text === '' ? elementOf(value) : `,${elementOf(value)}`;
  return `{${text}}`;
}

/**
 * As `arrayText` for a column that is never null, with one element where all are equal, which in a batch they mostly are: beside
 * longer arrays `unnest` fills up with nulls, so the statement reads `coalesce(value, ($1::text[])[1])`. Pure.
 */
export function sharedText(values: readonly Exclude<Element, null>[]): string {
  const [first] = values;
  if (first === undefined || values.some((value) => value !== first)) return arrayText(values);
  return arrayText([first]);
}

/** As `arrayText`, with no element where all are null: `unnest` fills up with nulls beside longer arrays. Pure. */
export function sparseText(values: readonly Element[]): string {
  return values.every((value) => value === null) ? '{}' : arrayText(values);
}

function elementOf(value: Element): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string') return String(value);
  if (BARE.test(value) && !(value.length === 4 && value.toUpperCase() === 'NULL')) return value;
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

/**
 * SQL: `= any` over the thousands of ids of a parameter that `arrayText` made. How many they are is kept from the planner: it would
 * else plan each call anew, weigh every id against every month's partition, and read whole tables for what its indexes find.
 */
export function anyOf(parameter: `$${number}`): string {
  return `any ((select ${parameter}::uuid[])::uuid[])`;
}

/**
 * SQL: whether a column is one of the ids of recordings that a parameter lists. Their table has a part for each month by the time in
 * the id: only the months between the first and the last are looked into, where else the ids would be sorted anew for every month.
 */
export function isRecordingOf(column: string, parameter: `$${number}`): string {
  const end = (order: 'asc' | 'desc'): string =>
    `(select i from unnest(${parameter}::uuid[]) as i order by i ${order} limit 1)`;
  return `${column} = ${anyOf(parameter)} and ${column} between ${end('asc')} and ${end('desc')}`;
}
