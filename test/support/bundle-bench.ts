import { randomUUID } from 'node:crypto';
import {
  makeBundle,
  type BundleAccess,
  type BundleOrder,
  type SealedBundle,
} from '../../recorder-core/evidence/make-bundle.ts';
import type { TrustFile } from '../../recorder-core/ledger/trust-file.ts';
import { logOrigin } from '../../recorder-core/records/log-origin.ts';
import { readSigningKeys } from '../../recorder-core/records/signing-keys.ts';
import type { ByteSource } from '../../recorder-core/verifier/container/byte-source.ts';
import { openContainer } from '../../recorder-core/verifier/container/zip-reader.ts';
import { verifyBundle, type Verification } from '../../recorder-core/verifier/verify-bundle.ts';
import { testLedgerKeys } from './ledger-key.ts';
import { openActivityBench, type ActivityBench } from './stored-recording.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';
import { testEvidence } from './test-evidence.ts';

/** A bundle as it was made, its files by their paths in the order of the container. */
export interface TestBundle {
  readonly bytes: Buffer;
  readonly sealed: SealedBundle;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Bundles of real recordings, and the verifier that knows nothing but bundle and trust file. */
export interface BundleBench {
  readonly database: TestDatabase;
  readonly bench: ActivityBench;
  readonly access: BundleAccess;
  order(recordingIds: readonly string[], change?: Partial<BundleOrder>): BundleOrder;
  /** `using` replaces parts of the access. */
  make(
    recordingIds: readonly string[],
    change?: Partial<BundleOrder>,
    using?: Partial<BundleAccess>,
  ): Promise<TestBundle>;
  /** Against the keys of the log, without witnesses and time stamps unless `trust` says otherwise. */
  verify(bytes: Buffer, trust?: Partial<TrustFile>): Promise<Verification>;
  close(): Promise<void>;
}

/** On a database and a bench of its own, or on those of whoever calls, who then closes them. */
export async function openBundleBench(given?: Pick<BundleBench, 'database' | 'bench'>): Promise<BundleBench> {
  const database = given?.database ?? (await openTestDatabase());
  const bench = given?.bench ?? (await openActivityBench(database));
  const access: BundleAccess = { ...bench.deps, ...testEvidence(database.db) };
  const order: BundleBench['order'] = (recordingIds, change = {}) => ({
    id: randomUUID(),
    tenantId: database.tenantId,
    recordingIds,
    purpose: 'Answer to the regulator',
    matter: 'M-2026-17',
    recipient: { name: 'Erika Expert', watermark: 'hf-7f3a9c21' },
    requestedBy: { id: randomUUID(), name: 'Olga Officer' },
    approvedBy: { id: randomUUID(), name: 'Arne Approver' },
    at: new Date(),
    ...change,
  });
  return {
    database,
    bench,
    access,
    order,
    async make(recordingIds, change, using = {}) {
      const made = makeBundle({ ...access, ...using }, order(recordingIds, change));
      const bytes = Buffer.concat(await Array.fromAsync(made.bytes));
      return { bytes, sealed: await made.sealed, files: await readFiles(bytes) };
    },
    async verify(bytes, trust = {}) {
      return verifyBundle(bufferSource(bytes), { ...(await trustOf(database)), ...trust });
    },
    async close() {
      if (given !== undefined) return;
      await bench.close();
      await database.close();
    },
  };
}

/** All files of a bundle, by the strict reader of the verifier. */
export async function readFiles(bytes: Buffer): Promise<Map<string, Buffer>> {
  const container = await openContainer(bufferSource(bytes));
  const files = new Map<string, Buffer>();
  for (const entry of container.entries)
    files.set(entry.path, Buffer.concat(await Array.fromAsync(container.read(entry))));
  return files;
}

/** Bytes in memory as the verifier reads them. */
export function bufferSource(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  };
}

async function trustOf({ db, tenantId }: TestDatabase): Promise<TrustFile> {
  const keys = await db.forTenant(tenantId, (tx) => readSigningKeys(tx, tenantId, testLedgerKeys));
  return {
    format: 'holdfast-trust/1',
    logs: [
      {
        origin: logOrigin(tenantId),
        keys: keys.map(({ verifierKey, from, until }) => ({
          key: verifierKey,
          from: from.toISOString(),
          until: until?.toISOString() ?? null,
        })),
      },
    ],
    witnesses: { quorum: 0, keys: [] },
    timestamps: { required: false, authorities: [] },
  };
}
