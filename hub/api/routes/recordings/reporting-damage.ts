import { HoldfastError, isHoldfastError } from '../../../../recorder-core/errors.ts';
import { actedBy } from '../../../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../../../recorder-core/records/ledger-log.ts';
import { openIncident } from '../../../../recorder-core/records/open-incident.ts';
import type { Part } from '../../../../recorder-core/records/parts.ts';
import type { Caller } from '../../../access/caller.ts';
import type { Services } from '../../services.ts';
import { distrustPart } from './verify-part.ts';

/** On whose behalf parts are read. */
export interface Reader {
  readonly services: Services;
  readonly identity: Caller;
  readonly now: Date;
}

/**
 * Does `work` with a part. When that shows the part to be damaged or its object to be missing, this is an audited event,
 * whoever came upon it: a ledger leaf, a metric, and `integrity_failed` to the caller. A key that does not open it is a
 * leaf as well.
 */
export async function reportingDamage<T>(reader: Reader, part: Part, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await report(reader, part, error);
  }
}

/** A part's plaintext as it is read; damage is reported as `reportingDamage` does. */
export async function* watched(
  reader: Reader,
  part: Part,
  plaintext: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* plaintext;
  } catch (error) {
    throw await report(reader, part, error);
  }
}

async function report({ services, identity, now }: Reader, part: Part, error: unknown): Promise<unknown> {
  if (!isHoldfastError(error)) return error;
  if (error.code === 'key_unavailable') await noteKeyRefusal({ services, identity, now }, part);
  if (error.code !== 'integrity_failed' && error.code !== 'not_found') return error;
  distrustPart(services, part);
  services.metrics.integrityFailures.inc();
  const { tenantId, user } = identity;
  const leaf = {
    at: now,
    act: 'integrity.failed',
    object: { type: 'recording', id: part.recordingId },
    outcome: 'failed',
    facts: { part: part.id, found: error.code },
  } as const;
  await services.db.forTenant(tenantId, async (tx) => {
    await appendLeaf(tx, tenantId, leaf, actedBy(user));
    await openIncident(tx, {
      tenantId,
      key: `integrity/${part.id}`,
      kind: 'storage',
      severity: 'high',
      title:
        error.code === 'not_found'
          ? 'A stored part of a recording is missing.'
          : 'A stored part of a recording is not what was captured.',
      detector: 'integrity-check',
      detectedAt: now,
      recordingIds: [part.recordingId],
      facts: { part: part.id },
      now,
      newId: services.newId,
    });
  });
  return new HoldfastError(
    'integrity_failed',
    'A part of this recording failed its integrity check and is not played. An audited event was raised; restore the part from a copy.',
    { cause: error },
  );
}

/** A key that is wrong, missing or disabled where somebody wants to read is an audited event, too. */
async function noteKeyRefusal({ services, identity, now }: Reader, part: Part): Promise<void> {
  const { tenantId, user } = identity;
  const leaf = {
    at: now,
    act: 'key.refused',
    object: { type: 'recording', id: part.recordingId },
    outcome: 'failed',
    facts: { part: part.id },
  } as const;
  await services.db.forTenant(tenantId, (tx) => appendLeaf(tx, tenantId, leaf, actedBy(user)));
}
