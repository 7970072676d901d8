import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import jsforce from 'jsforce';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

const OBJECT = 'Holdfast_Recording__c';
const EXTERNAL = 'Holdfast_Id__c';
const APP = { clientId: 'bench', user: 'bench@example.com' };
/** Records of one job of the baseline: as many as a batch of the connector holds at most. */
const JOB = 5000;

/**
 * A double of an organisation, in a process of its own; jsforce's own bulk call upserts the same records, and the same tasks,
 * under ids beside ours.
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
    const conn = new jsforce.Connection({ loginUrl: url, instanceUrl: url, version: '64.0' });
    return {
      connector: 'salesforce',
      title: 'a double of a Salesforce organisation, with tasks and the search for people',
      config: { instanceUrl: url },
      credential: { type: 'oauth2_jwt_bearer', clientId: APP.clientId, subject: APP.user, privateKey: pem },
      async baseline(records) {
        await conn.authorize({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: assertionOf(privateKey),
        });
        const mark = `baseline-${randomBytes(3).toString('hex')}`;
        for (let start = 0; start < records.length; start += JOB) {
          const piece = records.slice(start, start + JOB);
          await load(
            conn,
            OBJECT,
            piece.map((record) => recordingRow(mark, record)),
          );
          await load(
            conn,
            'Task',
            piece.map((record) => taskRow(mark, record)),
          );
        }
        await ask(double, { forget: mark });
      },
      count: async () => (await ask(double, {})).count,
      async stop() {
        double.kill();
        await once(double, 'exit');
      },
    };
  },
};

async function load(conn: jsforce.Connection, object: string, input: object[]): Promise<void> {
  const options = { object, operation: 'upsert', externalIdFieldName: EXTERNAL, input } as const;
  const { successfulResults } = await conn.bulk2.loadAndWaitForResults(options as never);
  if (successfulResults.length < input.length)
    throw new Error(`The baseline failed to write ${input.length - successfulResults.length} of ${object}.`);
}

function recordingRow(mark: string, { id, revision, held, link }: RecordingDocument): object {
  const own = { [EXTERNAL]: idOf(mark, id), Revision__c: revision, Key__c: mark.repeat(4), Held__c: held };
  return { ...own, Withdrawn__c: false, Link__c: link, Relation__c: 'none' };
}

function taskRow(mark: string, { id, revision, startedAt, durationMs, link }: RecordingDocument): object {
  return {
    [EXTERNAL]: idOf(mark, id),
    Holdfast_Revision__c: revision,
    'Holdfast_Recording__r.Holdfast_Id__c': idOf(mark, id),
    Subject: 'Recorded call',
    Status: 'Completed',
    ActivityDate: startedAt.slice(0, 10),
    CallDurationInSeconds: Math.round(durationMs / 1000),
    Description: link,
  };
}

/** As long as a recording's id, and never one. */
function idOf(mark: string, id: string): string {
  return `${mark}-${id.slice(-12)}`;
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

async function ask(double: ChildProcess, question: object): Promise<{ count: number }> {
  double.send(question);
  const [answer] = (await once(double, 'message')) as [{ count: number }];
  return answer;
}
