import { HoldfastError } from '../errors.ts';
import { ChunkReader } from '../vault/chunk-reader.ts';
import { encryptChunks } from '../vault/chunk-encryptor.ts';
import {
  generateDataKey,
  generateKek,
  kekContext,
  periodOf,
  unwrapDataKey,
  wrapDataKey,
} from '../vault/envelope.ts';
import { partContext } from '../vault/part-context.ts';
import type { ComplianceReport } from './compliance-reports.ts';
import type { Tx } from './database.ts';
import { insertKek, type StoredKek } from './keys.ts';
import type { PartAccess } from './open-part.ts';
import { readKek } from './rewrap-rows.ts';

/** The two files of a report. */
export type ReportFileKind = 'json' | 'pdf';

/** Files that stand encrypted in the object store, and what goes into the report's row with them. */
export interface StoredReportFiles {
  readonly kek: StoredKek;
  readonly jsonKey: string;
  readonly pdfKey: string;
  readonly jsonWrapped: Buffer;
  readonly pdfWrapped: Buffer;
}

const RETENTION_CLASS = 'compliance-report';

/**
 * Encrypts both files, each under a data key of its own, below a key-encryption key of this report alone, and stores them
 * under keys of this attempt. The caller enters the key-encryption key and the rest in one transaction (`enterKek`).
 */
export async function storeReportFiles(
  {
    keys,
    objects,
    newId,
    now,
  }: Pick<PartAccess, 'keys' | 'objects'> & {
    readonly newId: (at: Date) => string;
    readonly now: () => Date;
  },
  report: { readonly tenantId: string; readonly region: string; readonly id: string },
  files: Readonly<Record<ReportFileKind, Buffer>>,
): Promise<StoredReportFiles> {
  const { tenantId, region, id } = report;
  const at = now();
  const scope = { tenant: tenantId, region, period: periodOf(at), retentionClass: RETENTION_CLASS };
  const kek = generateKek();
  const wrapped = await keys.wrap(kek, kekContext(scope));
  const attempt = newId(at);
  const store = async (kind: ReportFileKind) => {
    const dataKey = generateDataKey();
    const context = contextOf(tenantId, id, kind);
    const objectKey = `reports/${tenantId}/${id}/${attempt}.${kind}`;
    await objects.put(objectKey, encryptChunks([files[kind]], dataKey, context));
    return { objectKey, wrapped: wrapDataKey(kek, dataKey, context) };
  };
  const [json, pdf] = [await store('json'), await store('pdf')];
  kek.fill(0);
  return {
    kek: {
      id: attempt,
      region,
      period: scope.period,
      retentionClass: RETENTION_CLASS,
      provider: wrapped.provider,
      rootKeyId: wrapped.keyId,
      wrapped: wrapped.bytes,
    },
    jsonKey: json.objectKey,
    pdfKey: pdf.objectKey,
    jsonWrapped: json.wrapped,
    pdfWrapped: pdf.wrapped,
  };
}

/** Enters the key of stored files. */
export function enterKek(tx: Tx, tenantId: string, { kek }: StoredReportFiles): Promise<void> {
  return insertKek(tx, tenantId, kek);
}

/** One file of a sealed report in the clear. @throws HoldfastError `conflict` before it is sealed, `gone` after its time. */
export async function readReportFile(
  { db, keys, objects }: Pick<PartAccess, 'db' | 'keys' | 'objects'>,
  tenantId: string,
  { id, state, files }: ComplianceReport,
  kind: ReportFileKind,
): Promise<Buffer> {
  if (files === null)
    throw new HoldfastError(
      state === 'expired' ? 'gone' : 'conflict',
      state === 'expired'
        ? 'The time for which this report is kept is over; its digests still stand in the ledger.'
        : `This report is ${state}, so there is no file of it. Look at it again later.`,
    );
  const kek = await db.forTenant(tenantId, (tx) => readKek(tx, files.kekId));
  if (kek === undefined) throw new HoldfastError('gone', 'The key of this report was destroyed.');
  const { region, period, retentionClass, provider, rootKeyId, wrapped } = kek;
  const opened = await keys.unwrap(
    { provider, keyId: rootKeyId, bytes: wrapped },
    kekContext({ tenant: tenantId, region, period, retentionClass }),
  );
  const context = contextOf(tenantId, id, kind);
  const dataKey = unwrapDataKey(opened, kind === 'json' ? files.jsonWrapped : files.pdfWrapped, context);
  const object = await objects.open(kind === 'json' ? files.jsonKey : files.pdfKey);
  try {
    const reader = new ChunkReader(object, dataKey, context);
    return await reader.read(0, await reader.size());
  } finally {
    await object.close();
  }
}

function contextOf(tenantId: string, reportId: string, kind: ReportFileKind): Buffer {
  return partContext({ tenant: tenantId, recording: reportId, part: `report.${kind}`, version: 1 });
}
