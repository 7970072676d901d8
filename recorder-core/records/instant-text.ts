import pg from 'pg';

const { TIMESTAMPTZ } = pg.types.builtins;
const asDate = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;
/** As PostgreSQL writes an instant where its time zone is UTC. */
const IN_UTC = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00$/;

/** What PostgreSQL writes of an instant as RFC 3339 in UTC with milliseconds; without a `Date`, where thousands are read. Pure. */
export function instantText(text: string): string {
  if (!IN_UTC.test(text)) return asDate(text).toISOString();
  const fraction = text.slice(20, -3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** For a query whose instants are read as texts by `instantText`. */
export const INSTANTS_AS_TEXT: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === TIMESTAMPTZ
      ? instantText
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
};
