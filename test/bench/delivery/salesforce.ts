import { fork } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import 'jsforce/lib/api/bulk2.js';
import { Connection } from 'jsforce/lib/connection.js';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import { recognise } from '../../../connectors/salesforce/addresses.ts';
import { inPieces } from '../../../connectors/kit/in-pieces.ts';
import { EXTERNAL_ID, recordingRow } from '../../../connectors/salesforce/recording-object.ts';
import { searches } from '../../../connectors/salesforce/relate.ts';
import { TASK_RECORDING_RELATION, taskRow } from '../../../connectors/salesforce/task.ts';
import { callsAbreast } from './calls-abreast.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

const OBJECT = 'Holdfast_Recording__c';
const APP = { clientId: 'bench', user: 'bench@example.com' };
/** Before the ids of what the baseline writes. */
const MARK = 'baseline';
/** As many as the connector has under way for a call. */
const SEARCHES_AT_ONCE = 5;
const RETURNING =
  'Contact(Id, AccountId, Phone, MobilePhone, Email), Lead(Id, Phone, MobilePhone, Email WHERE IsConverted = false), Account(Id, Phone)';

/**
 * A double of an organisation, in a process of its own; jsforce searches for the same people and upserts the same records,
 * and the same tasks, by its own bulk call, under ids beside ours. It has no pace: Salesforce documents what an organisation may
 * send in a day, in records and in batches, and of no request or job how long it takes.
 */
export const salesforceVendor: DeliveryVendor = {
  name: 'salesforce',
  unavailable: () => undefined,
  async start() {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const app = { ...APP, publicKey: publicKey.export({ type: 'spki', format: 'pem' }) };
    const double = fork(join(import.meta.dirname, 'salesforce-process.ts'), [JSON.stringify(app)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const [{ url }] = (await once(double, 'message')) as [{ url: string }];
    const conn = new Connection({ loginUrl: url, instanceUrl: url, version: '64.0' });
    return {
      connector: 'salesforce',
      title: 'a double of a Salesforce organisation, with tasks and the search for people',
      baselineTitle:
        "jsforce: the people of the calls searched for, then a bulk job of records and one of tasks, each record's result read",
      config: { instanceUrl: url },
      credential: { type: 'oauth2_jwt_bearer', clientId: APP.clientId, subject: APP.user, privateKey: pem },
      async baseline(records, calls) {
        await conn.authorize({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: assertionOf(privateKey),
        });
        await callsAbreast(records, calls, async (piece) => {
          await searchForPeople(conn, piece);
          const planned = piece.map(plannedOf);
          await load(conn, OBJECT, planned.map(recordingRow));
          const relation = `${TASK_RECORDING_RELATION}.${EXTERNAL_ID}`;
          await load(
            conn,
            'Task',
            planned.map((plan) => ({ ...taskRow(plan), [relation]: plan.record.id })),
          );
        });
      },
      count: async () => {
        double.send({ countWithout: MARK });
        const [answer] = (await once(double, 'message')) as [{ count: number }];
        return answer.count;
      },
      async stop() {
        double.kill();
        await once(double, 'exit');
      },
    };
  },
};

async function searchForPeople(conn: Connection, records: readonly RecordingDocument[]): Promise<void> {
  const numbers = records.flatMap(({ parties }) =>
    parties.flatMap(({ address }) => recognise(address).numbers),
  );
  for (const group of inPieces(searches([...new Set(numbers)]), SEARCHES_AT_ONCE))
    await Promise.all(
      group.map((terms) => conn.search(`FIND {${terms}} IN PHONE FIELDS RETURNING ${RETURNING}`)),
    );
}

async function load(conn: Connection, object: string, input: object[]): Promise<void> {
  const options = { object, operation: 'upsert', externalIdFieldName: EXTERNAL_ID, input } as const;
  const { successfulResults } = await conn.bulk2.loadAndWaitForResults(options as never);
  if (successfulResults.length < input.length)
    throw new Error(`The baseline failed to write ${input.length - successfulResults.length} of ${object}.`);
}

/** The record as the connector plans it, under an id as long as its own and never one. */
function plannedOf(record: RecordingDocument) {
  const id = `${MARK}-${record.id.slice(-27)}`;
  const fields = {
    Started__c: record.startedAt,
    Ended__c: record.endedAt,
    Duration__c: Math.round(record.durationMs / 1000),
    State__c: record.state,
    Retain_Until__c: record.retainUntil,
    Consent__c: record.consentOutcome,
    Region__c: record.region,
    Call_Id__c: record.callId,
  };
  return {
    record: { ...record, id, fields },
    key: id.padEnd(64, '0'),
    action: 'upsert',
    remoteId: id,
    call: { method: 'POST', target: OBJECT },
    basis: { relation: 'none' },
  } as const;
}

function assertionOf(key: Parameters<typeof sign>[2]): string {
  const exp = Math.floor(Date.now() / 1000) + 120;
  const claims = { iss: APP.clientId, sub: APP.user, aud: 'https://login.salesforce.com', exp };
  const parts = [{ alg: 'RS256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const text = parts.join('.');
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}
