import { HoldfastError, isHoldfastError } from '../../recorder-core/errors.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { encryptBundle, parseRecipient } from '../../recorder-core/evidence/encrypt-bundle.ts';
import { makeBundle, type BundleOrder } from '../../recorder-core/evidence/make-bundle.ts';
import {
  lockExport,
  measureForExport,
  moveExport,
  type Export,
  type ExportBundle,
} from '../../recorder-core/records/exports.ts';
import { isAnyGoing, readKeptParts } from '../../recorder-core/records/kept-parts.ts';
import type { ExportMakingActivities } from '../contract.ts';
import { exportPrefix, type ExportDependencies } from './export-dependencies.ts';
import { removeObjects } from './remove-objects.ts';
import { watermarkOf } from './watermark.ts';

/**
 * See `ExportMakingActivities.makeExport`. Only ciphertext reaches the store, under a key of this attempt, and the row names it
 * only once all of it stands there: an attempt that fails or is killed leaves a bundle that nobody can be sent. So does one in
 * which something was destroyed, or condemned, while it was made: the next attempt names that instead of having it.
 */
export function makeExport(deps: ExportDependencies): ExportMakingActivities['makeExport'] {
  return async ({ tenantId, exportId }) => {
    const { found: begun, kept: parts } = await begin(deps, tenantId, exportId);
    if (begun.bundle !== null || begun.state !== 'making') return answer(begun);
    try {
      const bundle = await write(deps, tenantId, begun);
      const finished = await finish(deps, tenantId, exportId, { bundle, parts });
      const { bundle: kept } = finished;
      await removeObjects(deps, tenantId, exportId, [kept?.objectKey ?? null, kept?.envelopeKey ?? null]);
      return answer(finished);
    } catch (error) {
      // What another attempt has finished meanwhile stays; the activity that ends the export removes what is left here.
      await discard(deps, tenantId, exportId).catch(() => undefined);
      throw isHoldfastError(error) && error.code === 'gone' ? goingMeanwhile(error) : error;
    }
  };
}

function answer({ state, expiresAt }: Export) {
  return { ready: state === 'ready', expiresAt };
}

/** Answers the export, and the parts that stood in its recordings before the first of them is read. */
async function begin(
  deps: ExportDependencies,
  tenantId: string,
  exportId: string,
): Promise<{ readonly found: Export; readonly kept: readonly string[] }> {
  return deps.db.forTenant(tenantId, async (tx) => {
    const found = requireLocked(await lockExport(tx, exportId));
    if (!(await moveExport(tx, found, 'begin'))) return { found, kept: [] };
    await requireStillUsable(tx, found);
    const kept = await readKeptParts(tx, found.recordingIds);
    return { found: { ...found, state: 'making' as const }, kept };
  });
}

/** What was restricted since somebody asked for it is not handed out either. @throws HoldfastError `forbidden`. */
async function requireStillUsable(tx: Tx, { recordingIds, restrictedPurpose }: Export): Promise<void> {
  for (const { restriction } of await measureForExport(tx, recordingIds)) {
    const open: readonly string[] | undefined = restriction?.purposes;
    if (open === undefined || (restrictedPurpose !== null && open.includes(restrictedPurpose))) continue;
    throw new HoldfastError(
      'forbidden',
      'The use of a recording in this export was restricted after it was asked for, so no bundle is made. Ask again, stating what it is needed for.',
    );
  }
}

async function write(deps: ExportDependencies, tenantId: string, found: Export): Promise<ExportBundle> {
  const attempt = deps.newId(deps.now());
  const objectKey = `${exportPrefix(tenantId, found.id)}${attempt}.zip.age`;
  const { bytes, sealed } = makeBundle({ ...deps, ...deps.evidence }, orderOf(tenantId, found, deps.now()));
  const encrypted = await encryptBundle(bytes, parseRecipient(found.recipientKey, deps.now()));
  const { sha256, size } = await deps.objects.put(objectKey, encrypted.bytes);
  const { manifestSha256 } = await sealed;
  let envelopeKey: string | null = null;
  if (encrypted.keyEnvelope !== null) {
    envelopeKey = `${exportPrefix(tenantId, found.id)}${attempt}.p7m`;
    await deps.objects.put(envelopeKey, oneChunk(encrypted.keyEnvelope));
  }
  return { objectKey, envelopeKey, size, sha256, manifestSha256, readyAt: deps.now().toISOString() };
}

/**
 * Decided under the row's lock: an export that was revoked while its bundle was made has none. And under those of the
 * recordings, which every destruction takes: what goes later finds the export ready and says that a copy was handed out.
 */
async function finish(
  deps: ExportDependencies,
  tenantId: string,
  exportId: string,
  { bundle, parts }: { readonly bundle: ExportBundle; readonly parts: readonly string[] },
): Promise<Export> {
  return deps.db.forTenant(tenantId, async (tx) => {
    const found = requireLocked(await lockExport(tx, exportId));
    if (!(await moveExport(tx, found, 'finish', { bundle }))) return found;
    if (await isAnyGoing(tx, found.recordingIds, parts)) throw goingMeanwhile();
    await requireStillUsable(tx, found);
    return { ...found, state: 'ready' as const, bundle };
  });
}

/** Long enough for a destruction that has begun to come to its end, as a rule. */
const ASK_AGAIN_MS = 5_000;

function goingMeanwhile(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'unavailable',
    'Something of a recording in this export was destroyed, or is being destroyed, while the bundle was made. There is no bundle of this attempt; the next one names what is gone.',
    { retryAfterMs: ASK_AGAIN_MS, cause },
  );
}

/** Removes what a failed attempt has left, unless another attempt was quicker. */
async function discard(deps: ExportDependencies, tenantId: string, exportId: string): Promise<void> {
  const { bundle } = await deps.db.forTenant(tenantId, async (tx) =>
    requireLocked(await lockExport(tx, exportId)),
  );
  await removeObjects(deps, tenantId, exportId, [bundle?.objectKey ?? null, bundle?.envelopeKey ?? null]);
}

function orderOf(tenantId: string, found: Export, at: Date): BundleOrder {
  return {
    id: found.id,
    tenantId,
    recordingIds: found.recordingIds,
    lines: new Map(Object.entries(found.lines)),
    purpose: found.purpose,
    matter: found.matter,
    recipient: { name: found.recipient, watermark: watermarkOf(found.recipient, found.id) },
    requestedBy: found.requestedBy,
    approvedBy: found.decidedBy,
    at,
  };
}

function requireLocked(found: Export | undefined): Export {
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', 'The export is not in the database.');
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}
