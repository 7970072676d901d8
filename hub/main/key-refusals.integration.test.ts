import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { openLogger } from '../observability/logger.ts';
import { openMetrics } from '../observability/metrics.ts';
import { noteRefusals } from './key-refusals.ts';
import { checkReadiness, keysCheck } from './readiness.ts';
import { watchRootKeys } from './watch-root-keys.ts';
import { until } from '../processes/process-control.ts';

const HOUR_MS = 3_600_000;
const REFUSAL = {
  provider: 'pkcs11',
  keyId: '3-0123456789ab',
  code: 'key_unavailable',
  message: 'The HSM cannot be used.',
} as const;
let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-refusals-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** What is noted for a tenant of its own, by a clock of its own. */
async function makeNotes() {
  const tenantId = await database.addTenant();
  const clock = { at: Date.parse('2026-11-26T09:00:00Z') };
  const lines: string[] = [];
  const metrics = openMetrics('test');
  const log = openLogger('test', 'test', 'warn', { write: (line) => lines.push(line) });
  const notes = { db: database.db, tenantId, log, metrics, now: () => new Date(clock.at) };
  const leaves = async (): Promise<unknown[]> => {
    const rows = await database.asOwner<{ body: Buffer }>(
      'select body from ledger_pending where tenant_id = $1 order by 1',
      [tenantId],
    );
    return rows.map(({ body }) => JSON.parse(body.toString('utf8')) as unknown);
  };
  return { notes, clock, lines, metrics, leaves };
}

test('an outage leaves one leaf an hour with the number of refusals, and each one in the metric', async () => {
  const { notes, clock, metrics, leaves } = await makeNotes();
  const note = noteRefusals(notes);
  for (let count = 0; count < 500; count += 1) note(REFUSAL);
  await until(async () => (await leaves()).length > 0, 45_000, 'the first leaf');
  expect(await leaves()).toMatchObject([
    {
      act: 'key.refused',
      object: { type: 'root-key', id: REFUSAL.keyId },
      outcome: 'refused',
      facts: { provider: 'pkcs11', code: 'key_unavailable', times: 1 },
    },
  ]);
  clock.at += HOUR_MS;
  note(REFUSAL);
  await until(async () => (await leaves()).length > 1, 45_000, 'the second leaf');
  const times = (await leaves()).map((leaf) => (leaf as { facts: { times: number } }).facts.times);
  expect(times.sort((a, b) => a - b)).toEqual([1, 500]);
  expect(await metrics.registry.getSingleMetricAsString('holdfast_key_refusals_total')).toMatch(
    /code="key_unavailable".*\} 501\b/,
  );
});

test('another key and another kind of refusal have leaves of their own, up to a bound', async () => {
  const { notes, leaves } = await makeNotes();
  const note = noteRefusals(notes);
  note(REFUSAL);
  note({ ...REFUSAL, code: 'integrity_failed' });
  note({ ...REFUSAL, keyId: undefined });
  await until(async () => (await leaves()).length === 3, 45_000, 'three leaves');
  for (let count = 0; count < 1_000; count += 1) note({ ...REFUSAL, keyId: `${count}-false` });
  await until(async () => (await leaves()).length === 200, 45_000, 'as many leaves as keys are told apart');
});

test('a root that goes away makes the role unready, names what to do, and leaves a leaf', async () => {
  const { notes, lines, metrics, leaves } = await makeNotes();
  const path = join(folder, 'ring.json');
  const ring = await openLocalKeyRing(path, { create: true });
  await rename(path, `${path}.away`);
  const root = watchRootKeys(
    { provider: ring, close: () => undefined },
    { keyProvider: 'local', keyCacheSeconds: 300 },
    notes,
  );
  try {
    const readiness = await checkReadiness('test', [keysCheck(root.keys)]);
    expect(readiness).toMatchObject({
      ready: false,
      checks: [{ name: 'keys', ok: false, detail: expect.stringMatching(/missing.*restore it/) }],
    });
    await until(async () => (await leaves()).length > 0, 45_000, 'the leaf');
    const up = () => metrics.registry.getSingleMetricAsString('holdfast_key_provider_up');
    await until(async () => /\} 0\b/.test(await up()), 45_000, 'the metric to say that the provider is away');
    for (const line of [/for development only/, /The key ring is missing/])
      await until(() => line.test(lines.join('')), 45_000, `${line} in the log`);
  } finally {
    await root.close();
  }
});
