/** One job of Bulk API 2.0 from its opening to its results. */
import type { IngestJobV2 } from 'jsforce/lib/api/bulk2.js';
import { isRemoteFailure, remoteError, RemoteFailure, type RemoteError } from '../kit/remote-error.ts';
import type { SaveResult } from './answers.ts';
import { classifyFault, lostColumn } from './classify.ts';
import { forgetJob, isRunning, noteJob } from './bulk-marker.ts';
import type { SalesforceClient, SalesforceContext } from './client.ts';
import { readCsv, writeCsv } from './csv.ts';
import { EXTERNAL_ID, type FieldRow } from './recording-object.ts';

/** Results by the external id; or why nobody knows them. */
export type JobOutcome =
  | {
      readonly results: ReadonlyMap<string, SaveResult>;
      /** The others, which were not written, and why. */
      readonly unprocessed: ReadonlyMap<string, RemoteError>;
    }
  | { readonly unknown: RemoteError };

/** How often and how long the end of a job is waited for; then somebody comes again. */
const POLL_MS = 1000;
const WAIT_MS = 60_000;

type Job = IngestJobV2<never>;

/**
 * Opens a job, notes it under `key`, uploads, hands over, waits and reads the results. Throws RemoteFailure where it was not
 * handed over; nothing of it took effect then.
 */
export async function runJob(
  ctx: SalesforceContext,
  { conn }: SalesforceClient,
  work: { readonly object: string; readonly key: string; readonly rows: readonly FieldRow[] },
): Promise<JobOutcome> {
  const job = conn.bulk2.createJob({
    object: work.object,
    operation: 'upsert',
    externalIdFieldName: EXTERNAL_ID,
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    contentType: 'CSV',
  }) as Job;
  try {
    await job.open();
    await noteJob(conn, { key: work.key, jobId: job.id });
    await job.uploadData(csvOf(work.rows));
  } catch (error) {
    throw notHandedOver(error);
  }
  try {
    await job.close();
    await waitForEnd(job);
    const outcome = await readResults(job, work.rows);
    await forgetJob(ctx, conn, { key: work.key, jobId: job.id });
    return outcome;
  } catch (error) {
    if (!isRemoteFailure(error) && !isJobError(error)) throw error;
    const title = 'A bulk job was handed over and its end is not known yet.';
    return { unknown: remoteError('unknown_outcome', title, { scope: 'batch', afterMs: 60_000 }) };
  }
}

/** A job that was opened and not handed over is never processed, so not even a lost answer leaves a doubt. */
function notHandedOver(error: unknown): unknown {
  if (!isRemoteFailure(error) || error.remoteError.class !== 'unknown_outcome') return error;
  const title = 'The connection failed before the job was handed over; nothing was written.';
  return new RemoteFailure(remoteError('transient', title, { scope: 'connection' }), { cause: error });
}

/** jsforce's words for a job that failed, was aborted or is not done: plain errors. */
function isJobError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'JobPollingTimeout' || /\bjob\b/i.test(error.message));
}

async function waitForEnd(job: Job): Promise<void> {
  try {
    await job.poll(POLL_MS, WAIT_MS);
  } catch (error) {
    if (isRemoteFailure(error)) throw error;
    // A job that failed half-way has results too.
    if (isRunning(await job.check())) throw error;
  }
}

/** Read here and not by jsforce, which makes an object of every cell that was sent. */
async function readResults(job: Job, rows: readonly FieldRow[]): Promise<JobOutcome> {
  const [successful, failed, unprocessed] = await Promise.all([
    job.getSuccessfulResults(true),
    job.getFailedResults(true),
    job.getUnprocessedRecords(true),
  ]);
  const results = new Map<string, SaveResult>();
  for (const row of readCsv(successful, ['sf__Id', 'sf__Created', EXTERNAL_ID])) {
    const created = row.sf__Created === 'true';
    // Empty where the results do not tell it: the record is known by the external id then.
    const id = row.sf__Id === '' ? null : row.sf__Id;
    results.set(idOf(row), { id, success: true, created, errors: [] });
  }
  for (const row of readCsv(failed, ['sf__Error', EXTERNAL_ID])) {
    const { statusCode, message, fields } = faultOf(row.sf__Error);
    results.set(idOf(row), { success: false, errors: [{ statusCode, message, fields }] });
  }
  const why = whyUnprocessed(job, rows);
  const others = readCsv(unprocessed, [EXTERNAL_ID]).map(idOf);
  return { results, unprocessed: new Map(others.map((id) => [id, why(id)])) };
}

/**
 * Why a record of a job was not come to. A job fails as a whole for a column that one of its records names, and would again:
 * the record is refused, and the others go without it.
 */
function whyUnprocessed(job: Job, rows: readonly FieldRow[]): (id: string) => RemoteError {
  const { state, errorMessage: message = '' } = job.getInfo();
  const passed = remoteError('transient', 'The job ended before it came to this record.');
  if (state !== 'Failed') return () => passed;
  if (/^ExceededQuota\b/.test(message)) {
    const used = remoteError(
      'quota',
      'The batches of the Bulk API that the organisation has in a day are used up.',
      {
        scope: 'connection',
        fix: 'Wait, or set "Bulk above" to 5000, which sends without jobs.',
        afterMs: 60 * 60_000,
      },
    );
    return () => used;
  }
  if (!/^InvalidBatch\b/.test(message)) return () => passed;
  const refused = classifyFault({ statusCode: 'INVALID_FIELD', message });
  const column = lostColumn(message);
  if (column === undefined) return () => ({ ...refused, scope: 'batch' });
  if (refused.scope === 'connection') return () => refused;
  const naming = new Set(rows.filter((row) => column in row).map((row) => String(row[EXTERNAL_ID])));
  return (id) => (naming.has(id) ? { ...refused, field: column } : passed);
}

function idOf(row: Readonly<Record<typeof EXTERNAL_ID, string>>): string {
  return row[EXTERNAL_ID].toLowerCase();
}

/** `CODE:message:fields --`, as the results of a job write what a request answers in three members. */
function faultOf(text: string): { statusCode: string; message: string; fields: string[] } {
  const [, statusCode = '', message = '', fields = ''] =
    /^([A-Z_0-9]+):([\s\S]*?)(?::([\w, ]*)\s*--)?$/.exec(text) ?? [];
  return { statusCode, message, fields: fields.split(/[,\s]+/).filter((name) => name !== '') };
}

/** A field that is absent is left as it is, which CSV says by nothing; one that is null is emptied, which it says so. */
function csvOf(rows: readonly FieldRow[]): string {
  const columns = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) columns.add(name);
  const names = [...columns];
  return writeCsv(
    names,
    rows.map((row) => names.map((name) => cellOf(row[name]))),
  );
}

function cellOf(value: FieldRow[string] | undefined): string {
  if (value === undefined) return '';
  return value === null || value === '' ? '#N/A' : String(value);
}
