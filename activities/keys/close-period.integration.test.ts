import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { closeKeyPeriod } from '../../hub/main/close-key-period.ts';
import { openCredential, sealCredential } from '../../hub/connections/credential-envelope.ts';
import { publicKeyOf } from '../../hub/connections/signing-secret.ts';
import { makeKeys, openKeys } from '../../hub/webhooks/out/endpoint-keys.ts';
import { countUnderRoots } from '../../recorder-core/records/key-periods.ts';
import { insertEndpoint, readEndpoint } from '../../recorder-core/records/webhook-endpoints.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { insertKek, readKekIds } from '../../recorder-core/records/keys.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { isAsCaptured } from '../../recorder-core/records/open-part.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { reportRoots, upsertNode } from '../../recorder-core/records/recorder-nodes.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { disposeOf } from '../../test/support/dispose-of.ts';
import { backupOf, opensFromBackup } from '../../test/support/key-backup.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';

let database: TestDatabase;
let bench: ActivityBench;
beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
});
afterAll(async () => {
  await bench.close();
  await database.close();
});
// What every role does within seconds after a rotation.
beforeEach(() => bench.deps.keks.renew(new Date()));

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const partsOf = (recordingId: string): Promise<Part[]> => inTenant((tx) => readParts(tx, recordingId));
const opens = async (recordingId: string): Promise<boolean> => {
  const parts = await partsOf(recordingId);
  const intact = await Promise.all(parts.map((part) => isAsCaptured(bench.deps, database.tenantId, part)));
  return intact.every(Boolean);
};

const NODE = { region: 'eu-central', version: '1', state: 'down', calls: 0, capacity: 1 } as const;

describe('closing a period of keys', () => {
  test('leaves survivors readable and every older backup of what was disposed of dead', async () => {
    const [survivor, doomed] = [await bench.retain({ packets: 5 }), await bench.retain({ packets: 5 })];
    const [kek] = (await inTenant((tx) => readKekIds(tx, survivor))).values();
    const parts = await partsOf(doomed);
    const backup = await backupOf(database);
    expect(await opensFromBackup(bench, database.tenantId, backup, parts[0]!)).toBe(true);
    await disposeOf(bench, database, doomed);
    // Destroying the row alone leaves the older backup alive: this is what a period is closed for.
    expect(await opensFromBackup(bench, database.tenantId, backup, parts[0]!)).toBe(true);

    const before = await bench.keys.currentKeyId();
    const closing = await closeKeyPeriod(bench.deps);
    expect(closing).toMatchObject({ replaced: 1, completed: 1, waitingFor: [] });
    expect(await bench.keys.currentKeyId()).not.toBe(before);
    expect(await opens(survivor)).toBe(true);
    expect([...(await inTenant((tx) => readKekIds(tx, survivor))).values()]).not.toContain(kek);
    for (const part of parts)
      expect(await opensFromBackup(bench, database.tenantId, backup, part)).toBe(false);
    const today = await backupOf(database);
    expect(await opensFromBackup(bench, database.tenantId, [...backup, ...today], parts[0]!)).toBe(false);

    const certificate = await inTenant((tx) => readCertificate(tx, doomed));
    expect(certificate?.completion).toMatchObject({ roots: [`local:${before}`] });
    const acts = (await inTenant((tx) => readLeavesAbout(tx, doomed))).map(({ act }) => act);
    expect(acts.at(-1)).toBe('disposal.completed');
  });

  test('keeps a key below which nothing was destroyed, under the new root', async () => {
    const recordingId = await bench.retain({ packets: 5 });
    const before = await inTenant((tx) => readKekIds(tx, recordingId));
    expect(await closeKeyPeriod(bench.deps)).toMatchObject({ replaced: 0, waitingFor: [] });
    expect(await inTenant((tx) => readKekIds(tx, recordingId))).toEqual(before);
    const rows = await database.asOwner<{ root: string }>(
      'select distinct root_key_id as root from key_encryption_key',
    );
    expect(rows).toEqual([{ root: await bench.keys.currentKeyId() }]);
    expect(await opens(recordingId)).toBe(true);
  });

  test('takes credentials of connections along', async () => {
    const sealed = await sealCredential(bench.keys, database.tenantId, bench.searchId, { token: 'x' });
    await database.asOwner('update connection set credential = $2 where id = $1', [bench.searchId, sealed]);
    await closeKeyPeriod(bench.deps);
    const [row] = await database.asOwner<{ credential: Buffer }>(
      'select credential from connection where id = $1',
      [bench.searchId],
    );
    expect(row!.credential.equals(sealed)).toBe(false);
    expect(await openCredential(bench.keys, database.tenantId, bench.searchId, row!.credential)).toEqual({
      token: 'x',
    });
  });

  test('takes the keys along that sign webhooks, also where nothing else is left under the old root', async () => {
    const id = randomUUID();
    const place = { tenantId: database.tenantId, endpointId: id };
    const made = await makeKeys(bench.keys, place, 'ed25519', new Date());
    await inTenant((tx) =>
      insertEndpoint(tx, database.tenantId, {
        ...{ id, name: 'Endpoint', description: '', url: 'https://receiver.example', types: ['*'] },
        ...{ signing: 'ed25519', createdAt: new Date() },
        ...made,
      }),
    );
    const old = await bench.keys.currentKeyId();
    await closeKeyPeriod(bench.deps);
    const after = await inTenant((tx) => readEndpoint(tx, id));
    expect(after!.credential.equals(made.credential)).toBe(false);
    const [key] = await openKeys(bench.keys, database.tenantId, after!);
    expect(publicKeyOf(key!.secret)).toBe(made.publicKeys[0]!.key);
    expect(await inTenant((tx) => countUnderRoots(tx, bench.keys.id, [old]))).toMatchObject({
      credentials: 0,
    });
  });

  test('waits for a recorder that still has an old root key, names it, and goes on when it has none', async () => {
    const old = await bench.keys.currentKeyId();
    await inTenant(async (tx) => {
      await upsertNode(tx, database.tenantId, { ...NODE, node: 'node-7' });
      await upsertNode(tx, database.tenantId, { ...NODE, node: 'node-8' });
      await reportRoots(tx, 'node-7', [old]);
    });
    const waiting = await closeKeyPeriod(bench.deps);
    expect(waiting.waitingFor).toEqual([
      expect.stringContaining('node-7 has calls or unsealed recordings'),
      expect.stringContaining('node-8 has not said yet'),
    ]);
    const current = await bench.keys.currentKeyId();
    const late = await bench.retain({ packets: 5 }); // sealed from a spool under the old root, after the rotation
    expect((await closeKeyPeriod(bench.deps)).waitingFor).toHaveLength(2);
    expect(await bench.keys.currentKeyId()).toBe(current); // the same period: not rotated again
    await inTenant(async (tx) => {
      await reportRoots(tx, 'node-7', [current]);
      await reportRoots(tx, 'node-8', []);
    });
    expect(await closeKeyPeriod(bench.deps)).toMatchObject({ waitingFor: [] });
    expect(await opens(late)).toBe(true);
    await database.asOwner('delete from recorder_node');
  });

  test('takes a tenant along that was added while it was open, and opens no second period for it', async () => {
    await inTenant((tx) => upsertNode(tx, database.tenantId, { ...NODE, node: 'node-9' }));
    expect((await closeKeyPeriod(bench.deps)).waitingFor).toHaveLength(1);
    const root = await bench.keys.currentKeyId();
    // Sorts before every other tenant, so that it is the first to be asked.
    const added = '00000000-0000-4000-8000-000000000000';
    await database.asOwner(
      "insert into tenant (tenant_id, name, region) values ($1, 'Added', 'eu-central')",
      [added],
    );
    await database.asOwner('delete from recorder_node');
    expect(await closeKeyPeriod(bench.deps)).toMatchObject({ waitingFor: [] });
    expect(await bench.keys.currentKeyId()).toBe(root);
    const open = await database.asOwner('select from key_period where closed_at is null');
    expect(open).toEqual([]);
  });

  test('does not say that something is beyond recovery when the provider does not know the root of it', async () => {
    const doomed = await bench.retain({ packets: 2 });
    await disposeOf(bench, database, doomed);
    const keys: KeyProvider = {
      id: bench.keys.id,
      currentKeyId: () => bench.keys.currentKeyId(),
      wrap: (plaintext, context) => bench.keys.wrap(plaintext, context),
      unwrap: (wrapped, context) => bench.keys.unwrap(wrapped, context),
      health: () => bench.keys.health(),
      rotate: () => bench.keys.rotate(),
      destroy: () => Promise.reject(new HoldfastError('not_found', 'Another mount of the same service.')),
    };
    await expect(closeKeyPeriod({ ...bench.deps, keys })).rejects.toMatchObject({ code: 'not_found' });
    expect((await inTenant((tx) => readCertificate(tx, doomed)))?.completion).toBeNull();
    expect(await closeKeyPeriod(bench.deps)).toMatchObject({ completed: 1 });
  });

  test('takes nothing in under a root that is being destroyed', async () => {
    const { tenantId } = database;
    const scope = { tenant: tenantId, region: 'elsewhere', retentionClass: 'business-call' };
    const kek = await bench.deps.keks.current(scope, new Date()); // not in the database yet
    await closeKeyPeriod(bench.deps);
    await expect(inTenant((tx) => insertKek(tx, tenantId, { ...kek, ...kek.scope }))).rejects.toMatchObject({
      code: 'key_unavailable',
    });
    await bench.deps.keks.renew(new Date());
    const next = await bench.deps.keks.current(scope, new Date());
    await inTenant((tx) => insertKek(tx, tenantId, { ...next, ...next.scope }));
  });

  test('replaces again a key that came back out of a spool after it had been replaced', async () => {
    const [survivor, doomed] = [await bench.retain({ packets: 2 }), await bench.retain({ packets: 2 })];
    const [kek] = (await inTenant((tx) => readKekIds(tx, survivor))).values();
    const parts = await partsOf(doomed);
    const backup = await backupOf(database);
    await disposeOf(bench, database, doomed);
    const { periodId } = await bench.activities.lifecycle.openKeyPeriod({});
    await bench.activities.lifecycle.rewrapKeys({ periodId: periodId!, limit: 100 });
    const late = await bench.retain({ packets: 2 }); // brings the key back, under the old root
    expect([...(await inTenant((tx) => readKekIds(tx, late))).values()]).toContain(kek);
    expect(await closeKeyPeriod(bench.deps)).toMatchObject({ replaced: 1, waitingFor: [] });
    expect([...(await inTenant((tx) => readKekIds(tx, late))).values()]).not.toContain(kek);
    expect(await opens(late)).toBe(true);
    expect(await opensFromBackup(bench, database.tenantId, backup, parts[0]!)).toBe(false);
    const today = await backupOf(database);
    expect(await opensFromBackup(bench, database.tenantId, [...backup, ...today], parts[0]!)).toBe(false);
  });
});
