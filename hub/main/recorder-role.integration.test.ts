import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { openRecordingClient } from '../../recorder-core/siprec/client/open-recording-client.ts';
import type { CallEvent, CallReport } from '../../recorder-core/siprec/client/call-report.ts';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { toneFor } from '../../test/support/tones.ts';
import { liveCall, recorderCommand, recorderNode } from '../api/schemas/live.ts';
import { readiness } from '../api/schemas/session.ts';
import { readConfig } from '../config/read-config.ts';
import { freePort } from '../processes/free-port.ts';
import { until } from '../processes/process-control.ts';
import { startRecorderRole } from './recorder-role.ts';
import type { RunningRole } from './running-role.ts';

jest.setTimeout(60_000); // databases are made and calls are placed in real time

const WAIT_MS = 20_000;
const calls = z.object({ items: z.array(liveCall) });
let folder: string;
let database: TestDatabase;
let hub: TestHub;
let admin: TestPerson;
let settings: Record<string, string>;
let role: RunningRole;
/** The URI of the recorder over each transport. */
let targets: Record<'udp' | 'tcp', string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-role-'));
  database = await openTestDatabase();
  hub = await startTestHub(database);
  admin = await hub.signIn();
  const keyRing = join(folder, 'key-ring.json');
  await openLocalKeyRing(keyRing, { create: true });
  const [udp, tcp, metrics] = [await freePort(), await freePort(), await freePort()];
  targets = { udp: `sip:recorder@127.0.0.1:${udp}`, tcp: `sip:recorder@127.0.0.1:${tcp}` };
  await writeFile(
    join(folder, 'recorder.yaml'),
    `listen:
  - { transport: udp, host: 127.0.0.1, port: ${udp} }
  - { transport: tcp, host: 127.0.0.1, port: ${tcp} }
sources:
  - { name: sbc, networks: [127.0.0.1], transports: [udp], dtmf: mask }
  - { name: pbx, transports: [tcp], digest: { user: pbx, password: { environment: PBX } } }
alerts: { deadAfterSeconds: 1 }
`,
  );
  settings = {
    HOLDFAST_DATA: folder,
    HOLDFAST_KEY_RING: keyRing,
    HOLDFAST_NODE: 'node-1',
    HOLDFAST_RECORDER_FILE: join(folder, 'recorder.yaml'),
    HOLDFAST_RECORDER_METRICS_PORT: String(metrics),
    HOLDFAST_RTP_PORT_MIN: '24000',
    HOLDFAST_RTP_PORT_MAX: '24400',
    HOLDFAST_MEDIA_THREADS: '1',
    HOLDFAST_DRAIN_GRACE: '0',
    HOLDFAST_TENANT_ID: database.tenantId,
    HOLDFAST_ANNOUNCEMENT: 'by-recording-client',
    HOLDFAST_LOG_LEVEL: 'silent',
    HOLDFAST_POSTGRES_URL: database.appUrl,
    HOLDFAST_POSTGRES_DISPATCHER_URL: database.dispatcherUrl,
    HOLDFAST_SECRET_PBX: 'open sesame',
  };
  role = await startRecorderRole(readConfig<never>({ environment: settings }), settings);
});
afterAll(async () => {
  await role.stop();
  await hub.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

interface PlacedCall {
  readonly events: CallEvent[];
  readonly report: Promise<CallReport>;
  hangUp(): Promise<void>;
}

/** A call of a minute; the second party says nothing for most of it. */
async function placeCall(transport: 'udp' | 'tcp' = 'udp'): Promise<PlacedCall> {
  const { client, close } = await openRecordingClient({ transport });
  const events: CallEvent[] = [];
  const stop = new AbortController();
  const report = client
    .place({
      target: targets[transport],
      transport,
      parties: [
        { aor: 'sip:+442079460001@sbc.example', audio: toneFor(300, 60_000) },
        { aor: 'sip:+14155550100@sbc.example', audio: toneFor(900, 400) },
      ],
      signal: stop.signal,
      onEvent: (event) => events.push(event),
    })
    .finally(close);
  report.catch(() => undefined); // looked at by the test
  return {
    events,
    report,
    async hangUp() {
      stop.abort();
      await report;
    },
  };
}

const liveCalls = async () => (await admin.read(calls, '/api/v1/live-calls')).items;
const nodes = async () =>
  (await admin.read(z.object({ items: z.array(recorderNode) }), '/api/v1/recorders')).items;
const metricsPage = async (path: string) =>
  fetch(`http://127.0.0.1:${settings['HOLDFAST_RECORDER_METRICS_PORT']}${path}`);

async function ask(path: string): Promise<void> {
  const asked = await admin.read(recorderCommand, `/api/v1${path}`, {
    method: 'POST',
    body: { reason: 'A test.' },
  });
  await until(
    async () => (await admin.read(recorderCommand, `/api/v1/recorder-commands/${asked.id}`)).state === 'done',
    WAIT_MS,
    `${path} to be done`,
  );
}

describe('the recorder role', () => {
  test('shows a running call, raises an alert about it, and pauses, resumes and ends it when it is asked', async () => {
    const call = await placeCall();
    await until(
      async () => (await liveCalls())[0]?.streams[0]?.codec === 'PCMU',
      WAIT_MS,
      'the call to show',
    );
    const [shown] = await liveCalls();
    expect(shown).toMatchObject({ node: 'node-1', state: 'recording', transport: 'udp' });
    expect(JSON.stringify(shown)).not.toMatch(/4420794|4155550/);
    await until(
      async () => (await liveCalls())[0]?.alerts.some(({ label }) => label === '2') === true,
      WAIT_MS,
      'an alert about the party that fell silent',
    );
    await ask(`/live-calls/${shown!.recordingId}/pause`);
    expect(call.events).toContainEqual(expect.objectContaining({ type: 'held', by: 'recorder' }));
    await until(async () => (await liveCalls())[0]?.state === 'paused', WAIT_MS, 'the pause to show');
    await ask(`/live-calls/${shown!.recordingId}/resume`);
    await ask(`/live-calls/${shown!.recordingId}/end`);
    expect(await call.report).toMatchObject({ endedBy: 'recorder' });
    await until(async () => (await liveCalls()).length === 0, WAIT_MS, 'the call to go');
    const page = await (await metricsPage('/metrics')).text();
    expect(page).toMatch(/^holdfast_recorder_commands_total\{verb="pause",outcome="done",.*\} 1$/m);
    expect(page).toMatch(/^holdfast_alerts_raised_total\{kind="[a-z-]+",.*\} [1-9]/m);
    expect(page).toMatch(/^holdfast_call_setup_seconds_count\{.*\} 1$/m);
    expect(page).toMatch(/^holdfast_rtp_packets_total\{result="accepted",.*\} [1-9]/m);
  });

  test('asks a source for the proof that the file asks for, with the secret from the environment', async () => {
    const call = await placeCall('tcp');
    await expect(call.report).rejects.toThrow(/401/);
  });

  test('drains: refuses new calls, says so, keeps the running one, and takes calls again', async () => {
    const running = await placeCall();
    await until(async () => (await liveCalls()).length === 1, WAIT_MS, 'the call to show');
    await ask('/recorders/node-1/drain');
    const answer = await metricsPage('/readyz');
    expect(answer.status).toBe(503);
    expect(readiness.parse(await answer.json()).checks.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'calls' },
    ]);
    await expect((await placeCall()).report).rejects.toThrow(/503/);
    await until(async () => (await nodes())[0]?.state === 'draining', WAIT_MS, 'the drain to show');
    expect(await liveCalls()).toHaveLength(1);
    await ask('/recorders/node-1/undrain');
    expect((await metricsPage('/readyz')).status).toBe(200);
    await running.hangUp();
  });

  test('tells which root keys its calls need, the old one of a call in progress and the new one soon after a rotation', async () => {
    const ring = await openLocalKeyRing(settings['HOLDFAST_KEY_RING']!);
    const before = await ring.currentKeyId();
    const rootsAre = (...wanted: string[]): Promise<void> =>
      until(
        async () => {
          const [row] = await database.asOwner<{ roots: string[] | null }>(
            "select roots from recorder_node where node = 'node-1'",
          );
          return wanted.every((root) => row?.roots?.includes(root) === true);
        },
        WAIT_MS,
        `the recorder to report ${wanted.join(' and ')}`,
      );
    const call = await placeCall();
    await until(async () => (await liveCalls()).length === 1, WAIT_MS, 'the call to show');
    await rootsAre(before);
    const after = await ring.rotate();
    await database.asOwner("update recorder_node set roots = null where node = 'node-1'");
    await rootsAre(before); // reported anew, by a recorder that has seen the rotation
    const next = await placeCall();
    await rootsAre(before, after);
    await call.hangUp();
    await next.hangUp();
  });

  test('gives back what it took when it cannot start', async () => {
    const taken = { ...settings, HOLDFAST_NODE: 'node-2', HOLDFAST_RECORDER_METRICS_PORT: '0' };
    const start = startRecorderRole(readConfig<never>({ environment: taken }), taken);
    await expect(start).rejects.toThrow();
    expect((await nodes()).find(({ node }) => node === 'node-2')?.state).toBe('down');
    const bare = { ...settings };
    delete bare['HOLDFAST_SECRET_PBX'];
    const config = readConfig<never>({ environment: bare });
    await expect(startRecorderRole(config, bare)).rejects.toThrow(/HOLDFAST_SECRET_PBX/);
  });
});
