/** The note in Salesforce of a job under way, by which a second worker finds it. */
import type { Connection } from 'jsforce/lib/connection.js';
import type { IngestJobV2, JobInfoV2 } from 'jsforce/lib/api/bulk2.js';
import { isRemoteFailure } from '../kit/remote-error.ts';
import type { SalesforceContext } from './client.ts';
import { select } from './find-recordings.ts';

/** The object of the package for it, and its external id. */
export const JOB_OBJECT = 'Holdfast_Job__c';
export const JOB_KEY = 'Holdfast_Key__c';
export const JOB_ID = 'Job_Id__c';

/** A note that was found or made. */
export interface JobMarker {
  readonly key: string;
  readonly jobId: string;
}

/** The job of that digest; undefined where none is noted. Throws RemoteFailure. */
export async function findJob(conn: Connection, key: string): Promise<JobMarker | undefined> {
  const fields = `Id, ${JOB_ID}`;
  const [found] = await select<{ readonly Job_Id__c: string }>(conn, fields, JOB_OBJECT, JOB_KEY, [key]);
  return found === undefined ? undefined : { key, jobId: found.Job_Id__c };
}

/** Notes a job before anything is handed over. Throws RemoteFailure. */
export async function noteJob(conn: Connection, { key, jobId }: JobMarker): Promise<void> {
  await conn.upsert(JOB_OBJECT, { [JOB_KEY]: key, [JOB_ID]: jobId }, JOB_KEY);
}

/** Removes the note of a job that has ended; where that fails, the next worker of the same batch does it. */
export async function forgetJob(ctx: SalesforceContext, conn: Connection, { key }: JobMarker): Promise<void> {
  try {
    const found = await select<{ readonly Id: string }>(conn, 'Id', JOB_OBJECT, JOB_KEY, [key]);
    for (const { Id } of found) await conn.destroy(JOB_OBJECT, Id);
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    ctx.log('warn', 'the note of a bulk job could not be removed', { reason: error.remoteError.class });
  }
}

/** A job that exists, by its id. */
export function jobOf(conn: Connection, id: string): IngestJobV2<never> {
  return conn.bulk2.job('ingest', { id }) as IngestJobV2<never>;
}

/** How a job stands; undefined for one that Salesforce does not know any more, as after a week. Throws RemoteFailure. */
export async function checkJob(conn: Connection, id: string): Promise<JobInfoV2 | undefined> {
  try {
    return await jobOf(conn, id).check();
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.status === 404) return undefined;
    throw error;
  }
}

/** Whether a job may still write. */
export function isRunning({ state }: Pick<JobInfoV2, 'state'>): boolean {
  return state === 'UploadComplete' || state === 'InProgress';
}
