/** Collections, composite requests and single records of the Salesforce double. */
import { ApiError, type DoubleAnswer } from './salesforce-double-error.ts';
import type { OrgObject, Row, SalesforceOrg, SaveResult } from './salesforce-double-org.ts';

const MAX_RECORDS = 200;
const MAX_SUBREQUESTS = 25;
const MAX_COLLECTIONS = 5;

/** Answers a request under `/services/data/vNN.0/`; undefined where it is none of these. */
export function answerRecords(
  org: SalesforceOrg,
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
): DoubleAnswer | undefined {
  if (method === 'POST' && path === 'composite') return composite(org, body);
  const collection = /^composite\/sobjects(?:\/(\w+)\/(\w+))?$/.exec(path);
  if (collection !== null) return collections(org, method, collection, query, body);
  const single = /^sobjects\/(\w+)\/(\w+)(?:\/(.+))?$/.exec(path);
  if (single === null || single[2] === 'describe') return undefined;
  return one(org, method, single, body);
}

function composite(org: SalesforceOrg, body: unknown): DoubleAnswer {
  const parts = (body as { compositeRequest?: Part[] }).compositeRequest ?? [];
  const many = parts.filter(({ url }) => url.includes('/composite/sobjects')).length;
  if (parts.length > MAX_SUBREQUESTS || many > MAX_COLLECTIONS)
    throw new ApiError(400, 'LIMIT_EXCEEDED', 'too many subrequests');
  const compositeResponse = parts.map(({ method, url, body: content, referenceId }) => {
    const { pathname, searchParams } = new URL(url, 'http://double');
    const path = pathname.replace(/^\/services\/data\/v\d+\.0\//, '');
    const answer = attempt(() => answerRecords(org, method, path, searchParams, content));
    return { body: answer.body ?? null, httpHeaders: {}, httpStatusCode: answer.status, referenceId };
  });
  return { status: 200, body: { compositeResponse } };
}

interface Part {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
  readonly referenceId: string;
}

function attempt(work: () => DoubleAnswer | undefined): DoubleAnswer {
  try {
    return work() ?? { status: 404, body: [{ errorCode: 'NOT_FOUND', message: 'not found' }] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: error.body };
  }
}

function collections(
  org: SalesforceOrg,
  method: string,
  [, name, externalId]: RegExpExecArray,
  query: URLSearchParams,
  body: unknown,
): DoubleAnswer {
  if (method === 'DELETE') {
    const ids = (query.get('ids') ?? '').split(',').filter((id) => id !== '');
    requireSize(ids.length);
    return { status: 200, body: ids.map((id) => org.remove(id)) };
  }
  const { records = [], allOrNone = false } = body as { records?: Given[]; allOrNone?: boolean };
  requireSize(records.length);
  if (allOrNone) throw new ApiError(400, 'NOT_DOUBLED', 'the double takes allOrNone false only');
  if (method !== 'PATCH') throw new ApiError(405, 'METHOD_NOT_ALLOWED', 'not allowed');
  const prepared = records.map((given) => {
    const object = objectOf(org, name ?? given.attributes?.type);
    if (name !== undefined && given.attributes?.type !== name)
      throw new ApiError(400, 'INVALID_INPUT', 'all records must be of the type in the address');
    return { object, row: flatRow(object, given) };
  });
  if (externalId !== undefined) requireExternalId(objectOf(org, name), externalId);
  const results = prepared.map(({ object, row }): SaveResult => {
    if (externalId !== undefined) return org.upsert(object, externalId, row);
    const { id, Id, ...rest } = row;
    return org.update(object, String(id ?? Id), rest);
  });
  return { status: 200, body: results };
}

type Given = Record<string, unknown> & { attributes?: { type?: string } };

function requireSize(size: number): void {
  if (size > MAX_RECORDS)
    throw new ApiError(400, 'EXCEEDED_MAX_SIZE_REQUEST', `The list of records exceeds ${MAX_RECORDS}.`);
}

/** The object that requests name; what the user does not see is not found. */
export function objectOf(org: SalesforceOrg, name: string | undefined): OrgObject {
  const object = org.visible(name ?? '');
  if (object === undefined) throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
  return object;
}

/** Refuses what is no external id of the object. */
export function requireExternalId(object: OrgObject, name: string): void {
  if (object.fields.get(name)?.externalId !== true)
    throw new ApiError(404, 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible');
}

/** Relations become `Relation__r.Field`; a value of another type than the field's refuses the whole request. */
function flatRow(object: OrgObject, { attributes: _attributes, ...given }: Given): Row {
  const row: Row = {};
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'object' && value !== null) {
      for (const [foreign, key] of Object.entries(value)) row[`${name}.${foreign}`] = key as string;
      continue;
    }
    const type = object.fields.get(name)?.type;
    const wrong =
      (type === 'Number' && typeof value === 'string') ||
      (type === 'Checkbox' && typeof value !== 'boolean') ||
      (type === 'DateTime' && typeof value === 'string' && Number.isNaN(Date.parse(value)));
    if (wrong) throw new ApiError(400, 'JSON_PARSER_ERROR', `Cannot deserialize ${name}`);
    row[name] = value as Row[string];
  }
  return row;
}

function one(
  org: SalesforceOrg,
  method: string,
  [, name, second = '', key]: RegExpExecArray,
  body: unknown,
): DoubleAnswer | undefined {
  const object = objectOf(org, name);
  if (method === 'DELETE' && key === undefined) {
    const result = org.remove(second);
    if (result.success) return { status: 204 };
    throw new ApiError(404, result.errors[0]?.statusCode ?? '', result.errors[0]?.message ?? '');
  }
  if (method !== 'PATCH' || key === undefined) return undefined;
  requireExternalId(object, second);
  const value = decodeURIComponent(key);
  const same = org
    .live(object.name)
    .filter((row) => String(row[second]).toLowerCase() === value.toLowerCase());
  if (same.length > 1)
    return {
      status: 300,
      body: same.map((row) => `/services/data/v64.0/sobjects/${object.name}/${String(row['Id'])}`),
    };
  const result = org.upsert(object, second, { ...flatRow(object, body as Given), [second]: value });
  if (result.success) return { status: result.created === true ? 201 : 200, body: result };
  throw new ApiError(400, result.errors[0]?.statusCode ?? '', result.errors[0]?.message ?? '');
}
