import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { ExportAsking } from '../../hub/exports/asking.ts';
import { requestExport, type ExportWish } from '../../hub/exports/request-export.ts';
import { revokeExport } from '../../hub/exports/revoke-export.ts';
import { readExport, type Export } from '../../recorder-core/records/exports.ts';
import { readParts } from '../../recorder-core/records/parts.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import type { ObjectStore } from '../../recorder-core/vault/object-store.ts';
import { openActivityBench, type ActivityBench } from '../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { testEvidence } from '../../test/support/test-evidence.ts';
import { endExport } from './end-export.ts';
import type { ExportDependencies } from './export-dependencies.ts';
import { makeExport } from './make-export.ts';

jest.setTimeout(120_000);

const LIMITS = { limits: { recordings: 10, bytes: 2 ** 40 }, maxDays: 30, publicUrl: 'https://hub.example' };
let database: TestDatabase;
let bench: ActivityBench;
let deps: ExportDependencies;
let asking: ExportAsking;
let identity: string;
let recipientKey: string;

beforeAll(async () => {
  database = await openTestDatabase();
  bench = await openActivityBench(database);
  deps = { ...bench.deps, evidence: testEvidence(database.db) };
  identity = await generateX25519Identity();
  recipientKey = await identityToRecipient(identity);
  const person = { id: randomUUID(), name: 'Olga Officer', role: 'compliance_officer' };
  await database.db.forTenant(database.tenantId, (tx) => insertUser(tx, database.tenantId, person));
  asking = { db: database.db, tenantId: database.tenantId, person, now: new Date(), newId: deps.newId };
});
beforeEach(() => {
  asking = { ...asking, now: new Date() };
});
afterAll(async () => {
  await bench.close();
  await database.close();
});

async function request(recordingIds: readonly string[], change: Partial<ExportWish> = {}): Promise<Export> {
  const wish = { purpose: 'Answer to the regulator', matter: 'M-1', recipient: 'Erika Expert', days: 7 };
  return database.db.forTenant(database.tenantId, (tx) =>
    requestExport(tx, asking, LIMITS, { ...wish, choice: { recordingIds }, recipientKey, ...change }),
  );
}

const refOf = ({ id }: Export) => ({ tenantId: database.tenantId, exportId: id });
const stateOf = async ({ id }: Export): Promise<Export> =>
  (await database.db.forTenant(database.tenantId, (tx) => readExport(tx, id)))!;

async function objectsOf({ id }: Export): Promise<string[]> {
  const folder = join(bench.objects, 'exports', database.tenantId, id);
  return readdir(folder).catch(() => []);
}

async function actsAbout({ id }: Export): Promise<string[]> {
  await database.db.forTenant(database.tenantId, (tx) => tx.query('select 1'));
  await deps.evidence.checkpoint(database.tenantId); // everything has its place in the log
  const rows = await database.asOwner<{ act: string }>(
    'select act from ledger_leaf where object_id = $1 order by index',
    [id],
  );
  return rows.map(({ act }) => act);
}

/** Uses another store for what the activity writes. */
function withStore(change: Partial<ObjectStore>): ExportDependencies {
  const { objects } = deps;
  return {
    ...deps,
    objects: {
      ...change,
      put: change.put ?? ((...args) => objects.put(...args)),
      open: (key) => objects.open(key),
      head: (key) => objects.head(key),
      delete: (key) => objects.delete(key),
      list: (prefix) => objects.list(prefix),
    } as ObjectStore,
  };
}

describe('the making of an export', () => {
  test('stores one object, which only the recipient opens, and tells its digest', async () => {
    const made = await request([await bench.retain()]);
    expect(await makeExport(deps)(refOf(made))).toEqual({ ready: true, expiresAt: made.expiresAt });
    const { state, bundle } = await stateOf(made);
    expect(state).toBe('ready');
    const stored = await readFile(join(bench.objects, bundle!.objectKey));
    expect(createHash('sha256').update(stored).digest('hex')).toBe(bundle!.sha256);
    expect(stored.length).toBe(bundle!.size);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const zip = Buffer.from(await decrypter.decrypt(stored));
    expect(zip.subarray(0, 4)).toEqual(Buffer.from('PK\x03\x04'));
    expect(zip.includes(`Erika-Expert.${made.id}`)).toBe(true);
    expect(await objectsOf(made)).toHaveLength(1);
    expect(await actsAbout(made)).toEqual(['export.requested', 'export.sealed']);
  });

  test('done twice stays as it was done first', async () => {
    const made = await request([await bench.retain()]);
    await makeExport(deps)(refOf(made));
    const first = await stateOf(made);
    await makeExport(deps)(refOf(made));
    expect(await stateOf(made)).toEqual(first);
  });

  test('that breaks off in the middle leaves no object, and the next attempt makes a whole bundle', async () => {
    const made = await request([await bench.retain()]);
    const broken = withStore({
      async put(key, body) {
        async function* half() {
          for await (const piece of body as AsyncIterable<Uint8Array>) {
            yield piece;
            throw new Error('The disk has gone.');
          }
        }
        return deps.objects.put(key, half());
      },
    });
    await expect(makeExport(broken)(refOf(made))).rejects.toThrow();
    expect(await objectsOf(made)).toEqual([]);
    expect((await stateOf(made)).bundle).toBeNull();
    expect((await makeExport(deps)(refOf(made))).ready).toBe(true);
    expect(await objectsOf(made)).toHaveLength(1);
  });

  test('of a damaged part ends without a bundle, and says so in the row and in the ledger', async () => {
    const id = await bench.retain();
    const [part] = (await database.db.forTenant(database.tenantId, (tx) => readParts(tx, id))).filter(
      ({ kind }) => kind === 'media',
    );
    const path = join(bench.objects, part!.objectKey);
    const bytes = await readFile(path);
    bytes[bytes.length - 40]! ^= 1;
    await writeFile(path, bytes);
    const made = await request([id]);
    const error: unknown = await makeExport(deps)(refOf(made)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'integrity_failed' });
    await endExport(deps)({ ...refOf(made), failure: (error as Error).message });
    expect(await stateOf(made)).toMatchObject({
      state: 'failed',
      bundle: null,
      reason: (error as Error).message,
    });
    expect(await objectsOf(made)).toEqual([]);
    expect((await actsAbout(made)).at(-1)).toBe('export.failed');
  });

  test('that is revoked meanwhile leaves nothing', async () => {
    const made = await request([await bench.retain()]);
    const slow = withStore({
      async put(key, body) {
        const result = await deps.objects.put(key, body);
        await database.db.forTenant(database.tenantId, (tx) =>
          revokeExport(tx, asking, made.id, 'A mistake'),
        );
        return result;
      },
    });
    expect((await makeExport(slow)(refOf(made))).ready).toBe(false);
    expect(await objectsOf(made)).toEqual([]);
    expect(await stateOf(made)).toMatchObject({ state: 'revoked', bundle: null });
  });

  test('for a certificate stores what opens it beside the bundle', async () => {
    const pem = await readFile(
      join(import.meta.dirname, '../../test/support/recipient-certificate.pem'),
      'utf8',
    );
    const made = await request([await bench.retain()], { recipientKey: pem });
    await makeExport(deps)(refOf(made));
    const { bundle } = await stateOf(made);
    expect((await objectsOf(made)).map((name) => name.replace(/^[^.]+/, '')).sort()).toEqual([
      '.p7m',
      '.zip.age',
    ]);
    expect(bundle?.envelopeKey).toMatch(/\.p7m$/);
  });
});

describe('the end of an export', () => {
  test('comes only when its days are over; then the object goes and the ledger has it', async () => {
    const made = await request([await bench.retain()]);
    await makeExport(deps)(refOf(made));
    expect(await endExport(deps)(refOf(made))).toEqual({ over: false });
    expect(await objectsOf(made)).toHaveLength(1);
    const later = { ...deps, now: () => new Date(Date.parse(made.expiresAt)) };
    expect(await endExport(later)(refOf(made))).toEqual({ over: true });
    expect((await stateOf(made)).state).toBe('expired');
    expect(await objectsOf(made)).toEqual([]);
    expect((await actsAbout(made)).at(-1)).toBe('export.expired');
    expect(await endExport(later)(refOf(made))).toEqual({ over: true });
  });
});
