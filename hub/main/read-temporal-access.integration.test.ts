import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openTemporalFront, type TemporalFront } from '../../test/support/temporal-front.ts';
import {
  makeTlsAuthority,
  type IssuedCertificate,
  type TlsAuthority,
} from '../../test/support/tls-authority.ts';
import {
  NODE,
  openWorkflowTest,
  SILENT,
  TEST_KEYS,
  type WorkflowTest,
} from '../../test/support/workflow-test.ts';
import { openTemporalClient } from '../worker/client.ts';
import { runWorkers } from '../worker/run-workers.ts';
import { startRecordingLifecycle } from '../worker/start-recording-lifecycle.ts';
import { readTemporalAccess } from './read-temporal-access.ts';

let temporal: WorkflowTest;
let authority: TlsAuthority;
let front: TemporalFront;
let ours: IssuedCertificate;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let keyFile: string;

beforeAll(async () => {
  temporal = await openWorkflowTest();
  authority = makeTlsAuthority();
  front = await openTemporalFront(temporal.address, authority);
  ours = authority.issue('holdfast-worker', 'clientAuth');
  folder = await temporaryFolder();
  keyFile = join(folder.path, 'api-key');
  await writeFile(keyFile, 'key-4711\n');
}, 300_000);
afterAll(async () => {
  await front.close();
  authority.close();
  await folder.remove();
  await temporal.close();
});

const NONE = {
  temporalTls: false,
  temporalCaFile: undefined,
  temporalServerName: undefined,
  temporalCertificateFile: undefined,
  temporalKeyFile: undefined,
  temporalApiKeyFile: undefined,
};
const settings = (given: Partial<Parameters<typeof readTemporalAccess>[0]> = {}) => ({
  ...NONE,
  temporalAddress: front.address,
  temporalNamespace: temporal.namespace,
  ...given,
});
const complete = () =>
  settings({
    temporalCaFile: authority.caPath,
    temporalCertificateFile: ours.certPath,
    temporalKeyFile: ours.keyPath,
    temporalApiKeyFile: keyFile,
  });

test('client and workers reach a server behind mutual TLS, and show certificate and key with every request', async () => {
  const access = await readTemporalAccess(complete());
  const { client, close } = openTemporalClient({ ...access, keys: TEST_KEYS });
  const script = new ScriptedActivities();
  const workers = await runWorkers({
    ...access,
    desired: temporal.desired,
    keys: TEST_KEYS,
    kinds: Object.keys(script.byKind),
    node: NODE,
    activities: script.byKind,
    logger: SILENT,
    makeCurrent: true,
  });
  try {
    const input = { tenantId: randomUUID(), recordingId: randomUUID(), spoolNode: NODE };
    const { workflowId } = await startRecordingLifecycle(client, input);
    await client.workflow.getHandle(workflowId).result();
    expect([...front.seen]).toEqual(['holdfast-worker Bearer key-4711']);
  } finally {
    await workers.stop();
    await close();
  }
}, 120_000);

test.each([
  ['in clear', {}],
  ['without a certificate of ours', { temporalTls: true, temporalCaFile: 'authority' }],
  ['where the server is not known', { temporalTls: true }],
])('nothing is reached %s', async (_how, given: { temporalTls?: boolean; temporalCaFile?: string }) => {
  const caFile = given.temporalCaFile === undefined ? {} : { temporalCaFile: authority.caPath };
  const access = await readTemporalAccess(settings({ ...given, ...caFile }));
  const { connection, close } = openTemporalClient({ ...access, keys: TEST_KEYS });
  const before = front.seen.size;
  await expect(
    connection.withDeadline(Date.now() + 800, () => connection.workflowService.getSystemInfo({})),
  ).rejects.toThrow();
  expect(front.seen.size).toBe(before);
  await close();
});

test.each([
  ['a certificate without its key', 'temporalKeyFile', () => ({ temporalCertificateFile: ours.certPath })],
  ['a key without its certificate', 'temporalCertificateFile', () => ({ temporalKeyFile: ours.keyPath })],
  [
    'a file that is not there',
    'temporalApiKeyFile',
    () => ({ temporalApiKeyFile: join(folder.path, 'none') }),
  ],
])('%s is refused by the name of the setting', async (_what, field, given) => {
  await expect(readTemporalAccess(settings(given()))).rejects.toMatchObject({
    code: 'config_invalid',
    field,
  });
});
