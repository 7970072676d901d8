/** SOQL and SOSL of the Salesforce double: the forms that the connector writes, and no other. */
import type { Row, SalesforceOrg } from './salesforce-double-org.ts';
import { ApiError } from './salesforce-double-error.ts';

/** Answers `SELECT … FROM … WHERE field IN (…) AND field = value AND field > value ORDER BY field LIMIT n`. */
export function answerQuery(org: SalesforceOrg, soql: string): unknown {
  const [, fields = '', name = '', where = '', order = '', limit = '2000'] =
    /^SELECT (.+?) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY (\w+))?(?: LIMIT (\d+))?$/s.exec(soql) ?? [];
  const object = org.visible(name);
  if (object === undefined)
    throw new ApiError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
  const wanted = fields.split(',').map((field) => field.trim());
  const unknown = wanted.find((field) => field !== 'Id' && !object.fields.has(field));
  if (unknown !== undefined)
    throw new ApiError(400, 'INVALID_FIELD', `No such column '${unknown}' on entity '${name}'.`);
  const tests = conditions(where);
  const all = org.live(name).filter((row) => tests.every((holds) => holds(row)));
  const sorted = order === '' ? all : all.toSorted((a, b) => (String(a[order]) < String(b[order]) ? -1 : 1));
  const rows = sorted.slice(0, Number(limit));
  return { totalSize: rows.length, done: true, records: rows.map((row) => record(name, row, wanted)) };
}

/** Answers `FIND {"…" OR "…"} IN PHONE FIELDS RETURNING Object(fields WHERE …), …`. */
export function answerSearch(org: SalesforceOrg, sosl: string): unknown {
  const [, find = '', returning = ''] = /^FIND \{(.+?)\} IN PHONE FIELDS RETURNING (.+)$/s.exec(sosl) ?? [];
  if (find === '') throw new ApiError(400, 'MALFORMED_SEARCH', 'unexpected token');
  // Longer than this, Salesforce drops the operators and looks for the words themselves.
  const terms = find.length > 4000 ? [] : [...find.matchAll(/"(\d+)"/g)].map(([, digits]) => digits!);
  const found: unknown[] = [];
  for (const [, name = '', fields = '', where = ''] of returning.matchAll(
    /(\w+)\(([^()]+?)(?: WHERE ([^()]+))?\)/g,
  )) {
    if (org.visible(name) === undefined)
      throw new ApiError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
    const tests = conditions(where);
    const wanted = fields.split(',').map((field) => field.trim());
    const rows = org.live(name).filter((row) => hasNumber(row, terms) && tests.every((holds) => holds(row)));
    found.push(...rows.map((row) => record(name, row, wanted)));
  }
  return { searchRecords: found.slice(0, 2000) };
}

/** A number is found by the whole of it or by its last digits, however it is punctuated. */
function hasNumber(row: Row, terms: readonly string[]): boolean {
  return [row['Phone'], row['MobilePhone']].some((written) => {
    const digits = String(written ?? '').replace(/\D/g, '');
    return digits !== '' && terms.some((term) => digits.endsWith(term));
  });
}

function record(type: string, row: Row, wanted: readonly string[]): unknown {
  const url = `/services/data/v64.0/sobjects/${type}/${String(row['Id'])}`;
  return {
    attributes: { type, url },
    ...Object.fromEntries(wanted.map((name) => [name, row[name] ?? null])),
  };
}

type Test = (row: Row) => boolean;

const CONDITION =
  /\s*(\w+) (?:IN \(((?:'(?:[^'\\]|\\.)*',?)+)\)|([=>]) (true|false|'(?:[^'\\]|\\.)*'))\s*(?:AND|$)/sy;

function conditions(where: string): Test[] {
  const tests: Test[] = [];
  const pattern = new RegExp(CONDITION);
  while (pattern.lastIndex < where.length) {
    const match = pattern.exec(where);
    if (match === null) throw new ApiError(400, 'MALFORMED_QUERY', 'unexpected token');
    const [, field = '', list, operator, value = ''] = match;
    const values = new Set<unknown>(
      list === undefined
        ? [literal(value)]
        : [...list.matchAll(/'(?:[^'\\]|\\.)*'/gs)].map(([one]) => literal(one)),
    );
    if (operator === '>')
      tests.push((row) => String(row[field] ?? '').toLowerCase() > String(literal(value)));
    // Texts are compared without regard to case.
    else
      tests.push((row) =>
        values.has(typeof row[field] === 'string' ? row[field].toLowerCase() : (row[field] ?? null)),
      );
  }
  return tests;
}

function literal(written: string): string | boolean {
  if (!written.startsWith("'")) return written === 'true';
  return written
    .slice(1, -1)
    .replace(/\\(.)/gs, (_all, letter: string) => ({ n: '\n', r: '\r' })[letter] ?? letter)
    .toLowerCase();
}
