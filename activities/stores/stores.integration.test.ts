import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { objectKey } from '../../recorder-core/capture/object-key.ts';
import { addTenant } from '../../recorder-core/records/tenants.ts';
import { listStoreAlerts, readNewestProbe } from '../../recorder-core/records/object-store-probes.ts';
import { decideRecording } from '../../recorder-core/records/decide-recording.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { readRecording } from '../../recorder-core/records/recordings.ts';
import { listIncidents } from '../../recorder-core/records/incidents.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import type { S3ObjectStore } from '../../recorder-core/vault/s3/s3-object-store.ts';
import { placeHoldOn, releaseHoldOf } from '../../test/support/hold-through-api.ts';
import { suiteTitle, type RunningPeer } from '../../test/support/peers/peer.ts';
import { S3Stores } from '../../test/support/peers/s3-bucket.ts';
import { versitygwPeer } from '../../test/support/peers/versitygw.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { lockDateOf } from '../../recorder-core/policy/lock-date.ts';
import { lockObjects } from './lock-objects.ts';
import { probeStore } from './probe-store.ts';
import { tidyStore } from './tidy-store.ts';

const BUILD_MS = 600_000;
const { title, skip } = suiteTitle(versitygwPeer, 'recordings in a bucket with locks');

(skip ? describe.skip : describe)(title, () => {
  let peer: RunningPeer;
  let stores: S3Stores;
  let store: S3ObjectStore;
  let database: TestDatabase;
  let bench: ActivityBench;

  beforeAll(async () => {
    peer = await versitygwPeer.start();
    stores = new S3Stores(peer);
    store = await stores.make(true, { lock: 'governance' });
    database = await openTestDatabase();
    bench = await openActivityBench(database, { objects: store });
  }, BUILD_MS);
  afterAll(async () => {
    await bench.close();
    await database.close();
    stores.close();
    await peer.stop();
  });

  const ref = (recordingId: string) => ({ tenantId: database.tenantId, recordingId });
  const prefixOf = (recordingId: string) => objectKey({ region: 'eu-central', ...ref(recordingId) }, '');
  const versionsOf = (recordingId: string) => Array.fromAsync(store.remainingVersions(prefixOf(recordingId)));
  const lock = (recordingId: string) => lockObjects(bench.deps)(ref(recordingId));
  const ofClass = (recordingId: string, name: string) =>
    database.asOwner('update recording set retention_class = $2 where id = $1', [recordingId, name]);

  test('get the floor that the rules decide for a lock, and a recording without a floor gets none', async () => {
    const [floored, free] = [await bench.retain(), await bench.retain()];
    await ofClass(floored, 'mifid2');
    expect(await lock(floored)).toEqual({ locked: 3 });
    expect(await lock(free)).toEqual({ locked: 3 });
    const { decision } = await database.db.forTenant(database.tenantId, async (tx) =>
      decideRecording(
        tx,
        (await readRecording(tx, floored))!,
        new Date(),
        await bench.deps.packs.current(tx),
      ),
    );
    const until = new Date(Math.floor(Date.parse(lockDateOf(decision)!) / 1000) * 1000);
    expect((until.getTime() - Date.now()) / (365.25 * 86_400_000)).toBeCloseTo(5, 1); // years, also on New Year's Eve
    for (const version of await versionsOf(floored))
      expect(version).toMatchObject({ lockedUntil: until, legalHold: false });
    for (const version of await versionsOf(free))
      expect(version).toMatchObject({ lockedUntil: null, legalHold: false });
    expect(await store.delete((await versionsOf(floored))[0]!.key)).toBe('locked');
  }, 60_000);

  test('are under legal hold in the store while they are held, whichever change arrives last', async () => {
    const id = await bench.retain();
    const held = async () => (await versionsOf(id)).map(({ legalHold }) => legalHold);
    const hold = await placeHoldOn(bench.deps, database.tenantId, [id]);
    await lock(id);
    expect(await held()).toEqual([true, true, true]);
    await releaseHoldOf(bench.deps, database.tenantId, hold);
    await Promise.all([lock(id), lock(id)]);
    expect(await held()).toEqual([false, false, false]);

    // A change that happens between the decision and the act is seen by the look that follows the act.
    let raced: string | undefined;
    const racing = {
      ...bench.deps,
      objects: Object.assign(Object.create(store) as S3ObjectStore, {
        list: async function* (prefix: string) {
          raced ??= await placeHoldOn(bench.deps, database.tenantId, [id]);
          yield* store.list(prefix);
        },
      }),
    };
    await lockObjects(racing)(ref(id));
    expect(await held()).toEqual([true, true, true]);
    await releaseHoldOf(bench.deps, database.tenantId, raced!);
    await lock(id);
  }, 60_000);

  test('leave no version behind when they are disposed of, also under a hold that the store was not told the end of', async () => {
    const id = await bench.retain();
    const [first] = await versionsOf(id);
    await store.lock?.setLegalHold(first!.key, true);
    await dispose(id);
    expect(await versionsOf(id)).toEqual([]);
    const certificate = await database.db.forTenant(database.tenantId, (tx) => readCertificate(tx, id));
    expect(certificate).toMatchObject({ evidence: { objectsLeft: 0 } });
  }, 60_000);

  test('that a lock of the store still keeps are named in the certificate with the date', async () => {
    const id = await bench.retain();
    const [first] = await versionsOf(id);
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    await store.lock?.retainUntil(first!.key, until); // not by our decision
    await dispose(id);
    expect(await versionsOf(id)).toMatchObject([{ key: first!.key, lockedUntil: until }]);
    const certificate = await database.db.forTenant(database.tenantId, (tx) => readCertificate(tx, id));
    expect(certificate).toMatchObject({
      evidence: {
        objectsLeft: 1,
        residualCopies: expect.arrayContaining([
          expect.objectContaining({ what: 'locked-ciphertext', until: until.toISOString() }),
        ]) as unknown,
      },
    });
  }, 60_000);

  const incidentOf = (tenantId: string) =>
    database.db.forTenant(tenantId, async (tx) => {
      const [incident] = await listIncidents(tx, { kind: 'storage' }, 10);
      const leaves = await readLeavesAbout(tx, incident!.id);
      return { state: incident!.state, acts: leaves.map(({ act }) => act) };
    });

  async function dispose(id: string): Promise<void> {
    await bench.makeDue(id);
    const { lifecycle } = bench.activities;
    const { claimed } = await lifecycle.claimDue({ partition: 0, partitions: 1, limit: 10 });
    const disposal = claimed.find(({ recordingId }) => recordingId === id)!;
    await lifecycle.writeTombstone(disposal);
    await lifecycle.destroyKeys(disposal);
    await lifecycle.destroyObjects(disposal);
    await lifecycle.certifyDisposal(disposal);
  }

  test('stand in a store that is probed: a lie raises one alert and one incident for every tenant, its end clears the one and contains the other', async () => {
    const other = bench.deps.newId(new Date());
    await database.db.forTenant(other, (tx) =>
      addTenant(tx, { tenantId: other, name: 'Other', region: 'eu-central' }),
    );
    const verdicts: string[] = [];
    const deps = {
      ...bench.deps,
      onStoreProbe: ({ verdict }: { verdict: string }) => void verdicts.push(verdict),
    };
    // versitygw forgets a legal hold once a date beside it has passed.
    expect(await probeStore(deps)()).toEqual({ verdict: 'not-worm' });
    expect(await probeStore(deps)()).toEqual({ verdict: 'not-worm' });
    for (const tenantId of [database.tenantId, other]) {
      const seen = await database.db.forTenant(tenantId, async (tx) => ({
        probe: await readNewestProbe(tx),
        alerts: await listStoreAlerts(tx, 10),
      }));
      expect(seen.probe).toMatchObject({ verdict: 'not-worm', mode: 'governance', place: store.place });
      expect(seen.alerts).toMatchObject([{ kind: 'not-worm', clearedAt: null }]);
      expect((await incidentOf(tenantId)).acts).toEqual(['incident.opened']);
    }
    const honest = { ...deps, objects: await stores.make() };
    expect(await probeStore(honest)()).toEqual({ verdict: 'no-lock' });
    const alerts = await database.db.forTenant(other, (tx) => listStoreAlerts(tx, 10));
    expect(alerts).toMatchObject([{ kind: 'not-worm', clearedAt: expect.any(String) as unknown }]);
    const after = await incidentOf(other);
    expect([after.state, after.acts]).toEqual(['contained', ['incident.opened', 'incident.contained']]);
    expect(verdicts).toEqual(['not-worm', 'not-worm', 'no-lock']);
  }, 60_000);

  test('are left alone by the tidying, as is a probe that may be running', async () => {
    const keys = await Array.fromAsync(store.list(''));
    const canaries = await Array.fromAsync(store.canaries.list());
    expect(canaries.length).toBeGreaterThan(0); // of the probes above, and younger than a running probe may be
    expect(await tidyStore(bench.deps)()).toEqual({ abandoned: 0, canariesLeft: 0 });
    expect(await Array.fromAsync(store.canaries.list())).toEqual(canaries);
    expect(await Array.fromAsync(store.list(''))).toEqual(keys);
  });
});
