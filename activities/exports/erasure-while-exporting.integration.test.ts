import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { ExportAsking } from '../../hub/exports/asking.ts';
import { requestExport } from '../../hub/exports/request-export.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { readCertificate } from '../../recorder-core/records/disposals.ts';
import { readExport, type Export } from '../../recorder-core/records/exports.ts';
import { streamPart } from '../../recorder-core/records/open-part.ts';
import { askPartDisposal } from '../../recorder-core/records/part-disposals.ts';
import { readParts, type Part } from '../../recorder-core/records/parts.ts';
import { restrictRecording } from '../../recorder-core/records/restrictions.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import type { ObjectStore } from '../../recorder-core/vault/object-store.ts';
import { readFiles } from '../../test/support/bundle-bench.ts';
import { changedObjectStore } from '../../test/support/changed-object-store.ts';
import { disposeOf } from '../../test/support/dispose-of.ts';
import { placeHoldOn } from '../../test/support/hold-through-api.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { testEvidence } from '../../test/support/test-evidence.ts';
import type { ExportDependencies } from './export-dependencies.ts';
import { makeExport } from './make-export.ts';

jest.setTimeout(120_000);

const LIMITS = { limits: { recordings: 10, bytes: 2 ** 40 }, maxDays: 30, publicUrl: 'https://hub.example' };
let database: TestDatabase;
let bench: ActivityBench;
let deps: ExportDependencies;
let asking: ExportAsking;
let identity: string;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  deps = { ...bench.deps, evidence: testEvidence(database.db) };
  identity = await generateX25519Identity();
  const person = { id: randomUUID(), name: 'Olga Officer', role: 'compliance_officer' };
  await inTenant((tx) => insertUser(tx, database.tenantId, person));
  asking = { db: database.db, tenantId: database.tenantId, person, now: new Date(), newId: deps.newId };
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.db.forTenant(database.tenantId, work);
const refOf = ({ id }: Export) => ({ tenantId: database.tenantId, exportId: id });
const stateOf = async ({ id }: Export): Promise<Export> => (await inTenant((tx) => readExport(tx, id)))!;
const sideOf = async (recordingId: string): Promise<Part> =>
  (await inTenant((tx) => readParts(tx, recordingId))).find(({ label }) => label === '0')!;
const plaintextOf = async (part: Part): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(streamPart(deps, database.tenantId, part)));
const objectsOf = ({ id }: Export): Promise<string[]> =>
  readdir(join(bench.objects, 'exports', database.tenantId, id)).catch(() => []);

async function request(recordingIds: readonly string[]): Promise<Export> {
  const wish = { purpose: 'Answer to the regulator', matter: 'M-1', recipient: 'Erika Expert', days: 7 };
  const recipientKey = await identityToRecipient(identity);
  return inTenant((tx) =>
    requestExport(tx, asking, LIMITS, { ...wish, choice: { recordingIds }, recipientKey }),
  );
}

/** Somebody whose side of a call is to go; `carryOut` does what the workflow of that order does. */
async function erasureOf(recordingId: string) {
  const { id: partId } = await sideOf(recordingId);
  const ref = { tenantId: database.tenantId, disposalId: deps.newId(new Date()) };
  await inTenant((tx) =>
    askPartDisposal(tx, {
      tenantId: ref.tenantId,
      id: ref.disposalId,
      recordingId,
      partIds: [partId],
      ground: 'erasure',
      now: new Date(),
    }),
  );
  const { lifecycle } = bench.activities;
  return {
    bury: () => lifecycle.buryParts(ref),
    async carryOut() {
      await lifecycle.buryParts(ref);
      await lifecycle.evictParts(ref);
      expect(await lifecycle.destroyParts(ref)).toEqual({ outcome: 'destroyed' });
    },
  };
}

/** What the bundle that the recipient gets has and says of a part. */
async function bundled(made: Export, part: Part) {
  const { bundle } = await stateOf(made);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const stored = await readFile(join(bench.objects, bundle!.objectKey));
  const files = await readFiles(Buffer.from(await decrypter.decrypt(stored)));
  const manifest = JSON.parse(files.get('manifest.json')!.toString()) as {
    recordings: { parts: { id: string; path: string | null; destroyedAt: string | null }[] }[];
  };
  const listed = manifest.recordings.flatMap(({ parts }) => parts).find(({ id }) => id === part.id);
  return {
    has: [...files.values()].some((content) => content.includes(plaintexts.get(part.id)!)),
    path: listed?.path,
    named: listed?.destroyedAt !== null,
  };
}
const plaintexts = new Map<string, Buffer>();

/** Two calls, of the first of which one side is to go. */
async function twoCalls() {
  const recordingIds = [await bench.retain(), await bench.retain()].sort();
  const part = await sideOf(recordingIds[0]!);
  plaintexts.set(part.id, await plaintextOf(part));
  return { made: await request(recordingIds), part, erasure: await erasureOf(recordingIds[0]!) };
}

const withStore = (change: Partial<ObjectStore>): ExportDependencies => ({
  ...deps,
  objects: changedObjectStore(deps.objects, change),
});

/** One attempt that must leave nothing and be tried again, and the next one, which must name what is gone. */
async function expectMadeAnew(made: Export, part: Part, using: ExportDependencies): Promise<void> {
  await expect(makeExport(using)(refOf(made))).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
  });
  expect(await objectsOf(made)).toEqual([]);
  expect(await stateOf(made)).toMatchObject({ state: 'making', bundle: null });
  expect((await makeExport(deps)(refOf(made))).ready).toBe(true);
  expect(await bundled(made, part)).toEqual({ has: false, path: null, named: true });
}

describe('an erasure while an export is made', () => {
  test('finds what it destroys in no bundle, where the export had put it in already and went on to the next recording', async () => {
    const { made, part, erasure } = await twoCalls();
    let erased = false;
    const second = made.recordingIds[1]!;
    const using = withStore({
      async open(key) {
        if (!erased && key.includes(second)) {
          erased = true;
          await erasure.carryOut();
        }
        return deps.objects.open(key);
      },
    });
    await expectMadeAnew(made, part, using);
    expect(erased).toBe(true);
  });

  test('is noticed between the last byte of the bundle and the row that hands it out', async () => {
    const { made, part, erasure } = await twoCalls();
    const using = withStore({
      async put(...args) {
        const stored = await deps.objects.put(...args);
        await erasure.carryOut();
        return stored;
      },
    });
    await expectMadeAnew(made, part, using);
  });

  test('that has begun and not ended is waited for, and a hold that spares the side brings it into the bundle', async () => {
    const { made, part, erasure } = await twoCalls();
    await erasure.bury();
    await expect(makeExport(deps)(refOf(made))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await objectsOf(made)).toEqual([]);
    await placeHoldOn(bench.deps, database.tenantId, [part.recordingId]);
    expect((await makeExport(deps)(refOf(made))).ready).toBe(true);
    expect(await bundled(made, part)).toMatchObject({ has: true, named: false });
  });

  test('that came first is named in the bundle at the first attempt', async () => {
    const { made, part, erasure } = await twoCalls();
    await erasure.carryOut();
    expect((await makeExport(deps)(refOf(made))).ready).toBe(true);
    expect(await bundled(made, part)).toEqual({ has: false, path: null, named: true });
  });
});

test('a disposal after a bundle is ready says in its certificate that the copy is with its recipient', async () => {
  const recordingId = await bench.retain();
  const made = await request([recordingId]);
  await makeExport(deps)(refOf(made));
  await disposeOf(bench, database, recordingId);
  const certificate = await inTenant((tx) => readCertificate(tx, recordingId));
  expect(certificate?.evidence).toMatchObject({
    residualCopies: expect.arrayContaining([
      expect.objectContaining({ what: 'exported-bundle', export: made.id }),
    ]),
  });
});

test('a restriction that comes while the bundle is made, or between two attempts, keeps it from being handed out', async () => {
  const restrict = (recordingId: string) =>
    inTenant((tx) =>
      restrictRecording(
        tx,
        recordingId,
        { id: `test/${recordingId}`, why: 'Its use is disputed.', rules: [], purposes: [] },
        { tenantId: database.tenantId, now: new Date(), newId: deps.newId },
      ),
    );
  const [meanwhile, between] = [await bench.retain(), await bench.retain()];
  const first = await request([meanwhile]);
  const using = withStore({
    async put(...args) {
      const stored = await deps.objects.put(...args);
      await restrict(meanwhile);
      return stored;
    },
  });
  await expect(makeExport(using)(refOf(first))).rejects.toMatchObject({ code: 'forbidden' });
  expect(await objectsOf(first)).toEqual([]);

  const second = await request([between]);
  const broken = withStore({ put: () => Promise.reject(new Error('The disk has gone.')) });
  await expect(makeExport(broken)(refOf(second))).rejects.toThrow('disk');
  await restrict(between);
  await expect(makeExport(deps)(refOf(second))).rejects.toMatchObject({ code: 'forbidden' });
});
