/** Ingest jobs of Bulk API 2.0 in the Salesforce double. */
import { randomUUID } from 'node:crypto';
import { parseCSV, toCSV } from 'jsforce/lib/csv.js';
import { ApiError, type DoubleAnswer } from './salesforce-double-error.ts';
import type { OrgObject, Row, SalesforceOrg } from './salesforce-double-org.ts';
import { objectOf, requireExternalId } from './salesforce-double-records.ts';

type State = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Aborted' | 'Failed';
type CsvRow = Record<string, string>;

interface Job {
  readonly id: string;
  readonly object: string;
  readonly externalIdFieldName: string;
  state: State;
  rows: CsvRow[] | undefined;
  readonly successful: CsvRow[];
  readonly failed: CsvRow[];
  unprocessed: CsvRow[];
  error: string | undefined;
}

/** The jobs of one organisation. */
export class BulkJobs {
  readonly jobs = new Map<string, Job>();
  /** Jobs that are handed over stay in progress until `release`. */
  held = false;
  /** The next job fails after so many records. */
  failAfter: number | undefined;
  /** Told when a job is handed over. */
  onHandedOver: (() => void) | undefined;
  readonly #org: SalesforceOrg;

  constructor(org: SalesforceOrg) {
    this.#org = org;
  }

  /** Processes what waits. */
  release(): void {
    this.held = false;
    for (const job of this.jobs.values()) if (job.state === 'InProgress') this.#process(job);
  }

  /** Answers a request under `jobs/ingest`. */
  answer(method: string, path: string, body: string): DoubleAnswer | undefined {
    if (method === 'POST' && path === '')
      return { status: 200, body: info(this.#open(JSON.parse(body) as Wanted)) };
    const [, id = '', part] = /^\/(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
    const job = this.jobs.get(id);
    if (job === undefined) throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (method === 'PUT' && part === 'batches') return this.#upload(job, body);
    if (method === 'PATCH' && part === undefined)
      return this.#turn(job, (JSON.parse(body) as { state: State }).state);
    if (method === 'DELETE' && part === undefined) {
      this.jobs.delete(id);
      return { status: 204 };
    }
    if (method !== 'GET') return undefined;
    return part === undefined ? { status: 200, body: info(job) } : results(job, part);
  }

  #open(wanted: Wanted): Job {
    if (wanted.operation !== 'upsert' || (wanted.contentType ?? 'CSV') !== 'CSV')
      throw new ApiError(400, 'NOT_DOUBLED', 'the double takes upserts of CSV only');
    requireExternalId(objectOf(this.#org, wanted.object), wanted.externalIdFieldName);
    const { object, externalIdFieldName } = wanted;
    const id = `750${randomUUID().replaceAll('-', '').slice(0, 15)}`;
    const job: Job = {
      id,
      object,
      externalIdFieldName,
      state: 'Open',
      rows: undefined,
      successful: [],
      failed: [],
      unprocessed: [],
      error: undefined,
    };
    this.jobs.set(id, job);
    return job;
  }

  #upload(job: Job, csv: string): DoubleAnswer {
    if (job.state !== 'Open' || job.rows !== undefined)
      throw new ApiError(400, 'INVALIDJOBSTATE', 'data can be uploaded once, to an open job');
    job.rows = parseCSV(csv) as CsvRow[];
    return { status: 201 };
  }

  #turn(job: Job, state: State): DoubleAnswer {
    if (job.state !== 'Open' || (state !== 'UploadComplete' && state !== 'Aborted'))
      throw new ApiError(400, 'INVALIDJOBSTATE', `a job that is ${job.state} cannot become ${state}`);
    job.state = state;
    // The answer to the hand-over still says so; the work goes on behind it.
    const answer = { status: 200, body: info(job) };
    if (state === 'UploadComplete') {
      job.state = 'InProgress';
      this.onHandedOver?.();
      if (!this.held) this.#process(job);
    }
    return answer;
  }

  #process(job: Job): void {
    const object = objectOf(this.#org, job.object);
    const rows = job.rows ?? [];
    const strange = Object.keys(rows[0] ?? {}).find(
      (name) => name !== 'Id' && !object.fields.has(columnOf(name)),
    );
    if (strange !== undefined) job.error = `InvalidBatch : Field name not found : ${strange}`;
    else if (this.failAfter !== undefined) job.error = 'InternalServerError : the double was told to fail';
    const stop = strange === undefined ? (this.failAfter ?? rows.length) : 0;
    this.failAfter = undefined;
    for (const row of rows.slice(0, stop)) {
      const result = this.#org.upsert(object, job.externalIdFieldName, rowOf(object, row));
      const [error] = result.errors;
      if (result.success)
        job.successful.push({
          sf__Id: result.id ?? '',
          sf__Created: String(result.created === true),
          ...row,
        });
      else
        job.failed.push({
          sf__Id: '',
          sf__Error: `${error?.statusCode}:${error?.message}:${(error?.fields ?? []).join(',')} --`,
          ...row,
        });
    }
    job.unprocessed = rows.slice(stop);
    job.state = job.error === undefined ? 'JobComplete' : 'Failed';
  }
}

interface Wanted {
  readonly object: string;
  readonly operation: string;
  readonly externalIdFieldName: string;
  readonly contentType?: string;
}

/** A relation by an external id is written `Relation__r.Field`. */
function columnOf(name: string): string {
  const [relation = '', foreign] = name.split('.');
  return foreign === undefined ? name : relation.replace(/__r$/, '__c');
}

/** An empty cell leaves the field as it is, `#N/A` empties it. */
function rowOf(object: OrgObject, cells: CsvRow): Row {
  const row: Row = {};
  for (const [name, text] of Object.entries(cells)) {
    if (text === '') continue;
    const type = object.fields.get(name)?.type;
    if (text === '#N/A') row[name] = null;
    else if (type === 'Number') row[name] = Number(text);
    else if (type === 'Checkbox') row[name] = text === 'true';
    else row[name] = text;
  }
  return row;
}

function info({ id, object, state, externalIdFieldName, successful, failed, error }: Job): unknown {
  return {
    id,
    object,
    state,
    externalIdFieldName,
    operation: 'upsert',
    contentType: 'CSV',
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    concurrencyMode: 'Parallel',
    apiVersion: 64,
    jobType: 'V2Ingest',
    numberRecordsProcessed: successful.length + failed.length,
    numberRecordsFailed: failed.length,
    ...(error === undefined ? {} : { errorMessage: error }),
  };
}

function results(job: Job, part: string): DoubleAnswer {
  const columns = Object.keys(job.rows?.[0] ?? {});
  const csv = (rows: CsvRow[], more: string[]): DoubleAnswer => ({
    status: 200,
    type: 'text/csv',
    body: toCSV(rows, { columns: [...more, ...columns] }),
  });
  if (part === 'successfulResults') return csv(job.successful, ['sf__Id', 'sf__Created']);
  if (part === 'failedResults') return csv(job.failed, ['sf__Id', 'sf__Error']);
  if (part === 'unprocessedrecords') return csv(job.unprocessed, []);
  throw new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
}
