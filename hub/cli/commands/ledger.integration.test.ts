import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { holdfastStreams } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { parseCosignerKey } from '../../../recorder-core/ledger/cosignature.ts';
import { keysOfLog, parseTrustFile, trustFingerprint } from '../../../recorder-core/ledger/trust-file.ts';
import { logOrigin } from '../../../recorder-core/records/log-origin.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { raiseLedgerAlarm } from '../../../recorder-core/records/ledger-alarms.ts';

jest.setTimeout(120_000); // commands are processes of their own

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-ledger-'));
  await holdfast('prepare');
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command as an operator does. */
const holdfast = (...args: string[]) => holdfastStreams(database, args, { HOLDFAST_DATA: folder });

describe('the commands about the ledger', () => {
  test('rotate the key that was announced, and hand out a trust file that names both', async () => {
    const announced = (await holdfast('ledger', 'next-key')).stdout.trim();
    const rotated = await holdfast('ledger', 'rotate-key', '--reason', 'The yearly rotation');
    expect(rotated).toMatchObject({ code: 0, stderr: '' });
    expect(rotated.stdout).toContain(announced);
    const file = join(folder, 'trust.json');
    const { stderr } = await holdfast('trust', '--out', file);
    const trust = parseTrustFile(await readFile(file, 'utf8'));
    expect(stderr).toBe(`fingerprint ${trustFingerprint(trust)}\n`);
    const keys = keysOfLog(trust, logOrigin(database.tenantId));
    expect(keys.map(({ key }) => key)).toEqual([expect.any(String), announced]);
    expect(keys.map(({ until }) => until)).toEqual([keys[1]!.from, null]);
    expect((await holdfast('trust')).stdout).toBe(await readFile(file, 'utf8'));
  });

  test('show an alarm, end with 1 while it stands, and clear it with a reason', async () => {
    const raisedAt = new Date();
    const alarm = {
      id: newId(raisedAt.getTime()),
      kind: 'log-shrank',
      source: 'w.example',
      size: 3,
      detail: 'Shorter.',
      raisedAt,
    } as const;
    await database.db.forTenant(database.tenantId, (tx) => raiseLedgerAlarm(tx, database.tenantId, alarm));
    const standing = await holdfast('ledger', 'status');
    expect(standing.code).toBe(1);
    expect(standing.stdout).toContain('✗ log-shrank by w.example at 3 leaves');
    expect((await holdfast('ledger', 'clear-alarms')).code).toBe(1);
    const cleared = await holdfast('ledger', 'clear-alarms', '--reason', 'A test');
    expect(cleared.stdout).toBe('✓ cleared log-shrank by w.example\n');
    expect((await holdfast('ledger', 'status')).code).toBe(0);
  });

  test('make a witness and show its key', async () => {
    const state = join(folder, 'witness');
    const made = await holdfast('witness', '--state', state, '--init', '--name', 'w.example/one');
    expect(parseCosignerKey(made.stdout.trim()).name).toBe('w.example/one');
    expect((await holdfast('witness', '--state', state, '--init', '--name', 'w.example/one')).code).toBe(1);
    const lost = await holdfast('witness', '--state', state);
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('--trust-logs')]);
  });
});
