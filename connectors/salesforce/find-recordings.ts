import type { Connection } from 'jsforce/lib/connection.js';
import { inPieces } from '../kit/in-pieces.ts';
import { isRemoteFailure } from '../kit/remote-error.ts';
import { soqlText, type SalesforceContext } from './client.ts';
import { EXTERNAL_ID } from './recording-object.ts';

/** What Salesforce holds of one recording. */
export interface FoundRecording {
  readonly id: string;
  readonly revision: number;
  readonly key: string | null;
  readonly held: boolean;
  readonly withdrawn: boolean;
}

interface RecordingRecord {
  readonly Id: string;
  readonly Holdfast_Id__c: string;
  readonly Revision__c: number;
  readonly Key__c: string | null;
  readonly Held__c: boolean;
  readonly Withdrawn__c: boolean;
}

// A query stands in the address of the request, which Salesforce takes up to 16 KiB.
const IDS_PER_QUERY = 150;

/** Reads recordings by their external ids; what is not there is not in the map. Throws RemoteFailure. */
export async function findRecordings(
  conn: Connection,
  object: string,
  ids: readonly string[],
): Promise<Map<string, FoundRecording>> {
  const found = new Map<string, FoundRecording>();
  const fields = `Id, ${EXTERNAL_ID}, Revision__c, Key__c, Held__c, Withdrawn__c`;
  for (const piece of inPieces(ids, IDS_PER_QUERY)) {
    for (const record of await select<RecordingRecord>(conn, fields, object, EXTERNAL_ID, piece)) {
      found.set(record.Holdfast_Id__c.toLowerCase(), {
        id: record.Id,
        revision: record.Revision__c,
        key: record.Key__c,
        held: record.Held__c,
        withdrawn: record.Withdrawn__c,
      });
    }
  }
  return found;
}

interface TaskRecord {
  readonly Id: string;
  readonly Holdfast_Id__c: string;
}

/**
 * Ids of the tasks about recordings, by the recordings' ids; none where the configuration wants no tasks and activities do not
 * even have the field. Throws RemoteFailure.
 */
export async function findTasks(
  { config }: SalesforceContext,
  conn: Connection,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  try {
    for (const piece of inPieces(ids, IDS_PER_QUERY)) {
      for (const { Id, Holdfast_Id__c } of await select<TaskRecord>(
        conn,
        `Id, ${EXTERNAL_ID}`,
        'Task',
        EXTERNAL_ID,
        piece,
      ))
        found.set(Holdfast_Id__c.toLowerCase(), Id);
    }
  } catch (error) {
    const without = isRemoteFailure(error) && error.remoteError.remote?.code === 'INVALID_FIELD';
    if (config.tasks || !without) throw error;
  }
  return found;
}

/** `select fields from object where field in values and condition`, all pages of it. */
export async function select<T>(
  conn: Connection,
  fields: string,
  object: string,
  field: string,
  values: readonly string[],
  condition?: string,
): Promise<T[]> {
  if (values.length === 0) return [];
  const within = `${field} IN (${values.map(soqlText).join(',')})`;
  const where = condition === undefined ? within : `${within} AND ${condition}`;
  const query = conn.query(`SELECT ${fields} FROM ${object} WHERE ${where}`, {
    autoFetch: true,
    maxFetch: 50_000,
  });
  return (await query).records as unknown as T[];
}
