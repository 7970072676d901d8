import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateDataKey } from '../vault/envelope.ts';
import { openLocalKeyRing, type LocalKeyRing } from '../vault/local-key-ring.ts';
import { openKekSource } from './kek-source.ts';
import { makeSpoolFolder, markCommitted, removeSpoolFolder } from './spool-folder.ts';
import { newManifest, writeManifest } from './spool-manifest.ts';
import { openSpoolRoots } from './spool-roots.ts';

let folder: string;
let keys: LocalKeyRing;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-roots-'));
  keys = await openLocalKeyRing(join(folder, 'ring.json'), { create: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** Begins a recording in a spool; answers its id and its root. */
async function begin(spool: string): Promise<{ recordingId: string; root: string }> {
  const recordingId = randomUUID();
  const owner = {
    tenantId: randomUUID(),
    recordingId,
    node: 'n',
    region: 'eu-central',
    retentionClass: 'business-call',
  };
  const scope = { tenant: owner.tenantId, region: owner.region, retentionClass: owner.retentionClass };
  const kek = await openKekSource(keys, () => randomUUID()).current(scope, new Date());
  const at = await makeSpoolFolder(spool, recordingId);
  await writeManifest(
    at,
    newManifest({ owner, kek, metadataId: randomUUID(), journalKey: generateDataKey() }),
  );
  return { recordingId, root: kek.rootKeyId };
}

test('a spool names the roots of recordings that the database does not know yet, and of no others', async () => {
  const spool = join(folder, 'spool');
  const roots = openSpoolRoots(spool);
  expect(await roots()).toEqual([]); // there is no folder at all
  const first = await begin(spool);
  await keys.rotate();
  const second = await begin(spool);
  expect(new Set(await roots())).toEqual(new Set([first.root, second.root]));
  expect(first.root).not.toBe(second.root);
  await markCommitted(join(spool, first.recordingId));
  expect(await roots()).toEqual([second.root]);
  await removeSpoolFolder(spool, second.recordingId);
  expect(await roots()).toEqual([]);
});

test('a spool with a damaged manifest does not say that it needs no root', async () => {
  const spool = join(folder, 'damaged');
  const roots = openSpoolRoots(spool);
  const empty = randomUUID();
  await mkdir(join(spool, empty), { recursive: true }); // a crash before there was a manifest
  expect(await roots()).toEqual([]);
  const { recordingId } = await begin(spool);
  await writeFile(join(spool, recordingId, 'manifest.json'), '{');
  await expect(openSpoolRoots(spool)()).rejects.toMatchObject({ code: 'integrity_failed' });
});
