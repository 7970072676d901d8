import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyLedger, verifyRecordings } from '../../recorder-core/records/verify-tenant.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { parseLeaf } from '../../recorder-core/ledger/leaf.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { readLeavesAbout } from '../../recorder-core/records/stored-leaves.ts';
import { openBundleBench, type BundleBench } from '../support/bundle-bench.ts';
import { testLedgerKeys } from '../support/ledger-key.ts';
import { asActivity } from '../support/stored-recording.ts';

const MEDIA_PARTS = 400;

let bundles: BundleBench;
beforeAll(async () => {
  bundles = await openBundleBench();
});
afterAll(async () => {
  await bundles.close();
});

async function audit(id: string) {
  const { database, bench } = bundles;
  const now = new Date();
  return [
    await verifyLedger(bench.deps, database.tenantId, testLedgerKeys, now),
    ...(await Array.fromAsync(verifyRecordings(bench.deps, database.tenantId, testLedgerKeys, now, id))),
  ];
}

async function verifiedBundle(id: string) {
  const { bytes, files } = await bundles.make([id]);
  const verdict = await bundles.verify(bytes);
  expect(verdict.checks.filter(({ result }) => result === 'failed')).toEqual([]);
  expect(verdict.verdict).toBe('verified');
  return JSON.parse(String(files.get('manifest.json'))) as {
    recordings: { parts: { path: string | null; derivedFrom?: string[] }[] }[];
  };
}

test('a recording of 400 media parts is committed, stored, audited, exported, and disposed of with a certificate', async () => {
  const { database, bench } = bundles;
  const { tenantId, db } = database;
  const { lifecycle, media } = bench.activities;
  const id = await bench.retain({ mediaParts: MEDIA_PARTS });
  await media.enrichRecording({ tenantId, recordingId: id });
  const parts = await db.forTenant(tenantId, (tx) => readParts(tx, id));
  expect(parts).toHaveLength(MEDIA_PARTS + 2);

  const leaves = await db.forTenant(tenantId, (tx) => readLeavesAbout(tx, id));
  const sealing = leaves
    .map(({ body }) => parseLeaf(body))
    .filter(({ act, facts }) => [act, facts?.['act']].includes('recording.sealed'));
  expect(sealing[0]?.facts?.['continued']).toEqual({
    list: 'parts',
    items: MEDIA_PARTS + 1,
    leaves: sealing.length - 1,
  });
  const named = sealing.flatMap(({ facts }) => facts?.['parts'] as { id: string }[]).map((part) => part.id);
  expect(named.sort()).toEqual(
    parts
      .filter(({ kind }) => kind !== 'waveform')
      .map((part) => part.id)
      .sort(),
  );
  expect((await audit(id)).filter(({ ok }) => !ok)).toEqual([]);
  const [listed] = (await verifiedBundle(id)).recordings;
  expect(listed?.parts.filter(({ path }) => path !== null)).toHaveLength(MEDIA_PARTS + 2);
  expect(listed?.parts.at(-1)?.derivedFrom).toHaveLength(MEDIA_PARTS);

  await bench.makeDue(id);
  const { claimed } = await lifecycle.claimDue({ partition: 0, partitions: 1, limit: 50 });
  const due = claimed.find(({ recordingId }) => recordingId === id)!;
  expect(await lifecycle.destroyKeys(due)).toEqual({ outcome: 'destroyed' });
  await asActivity(() => lifecycle.destroyObjects(due));
  await asActivity(() => lifecycle.certifyDisposal(due));
  const certificate = await db.forTenant(tenantId, (tx) => readCertificate(tx, id));
  expect((certificate?.evidence as { parts: unknown[] }).parts).toHaveLength(MEDIA_PARTS + 2);
  expect((await audit(id)).filter(({ ok }) => !ok)).toEqual([]);
  const [disposed] = (await verifiedBundle(id)).recordings;
  expect(disposed?.parts.filter(({ path }) => path === null)).toHaveLength(MEDIA_PARTS + 2);
}, 300_000);
