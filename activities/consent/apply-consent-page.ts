import { HoldfastError } from '../../recorder-core/errors.ts';
import { readConsentChange, type ConsentChange } from '../../recorder-core/records/consent-changes.ts';
import { findByAddress, type RecordingOfAddress } from '../../recorder-core/records/find-by-address.ts';
import { readParties } from '../../recorder-core/records/parties.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { ConsentActivities, ConsentChangeRef } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';
import { applyToRecording } from './apply-to-recording.ts';

/** Recordings of one page; each is a transaction of its own. */
const PAGE = 25;

/** See `ConsentActivities.applyConsentPage`. */
export function applyConsentPage(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId' | 'packs'>,
): ConsentActivities['applyConsentPage'] {
  return async ({ tenantId, changeId, after }) => {
    const { change, found, next } = await deps.db.forTenant(tenantId, (tx) =>
      page(tx, { tenantId, changeId }, after),
    );
    for (const { recordingId, ordinals } of found) {
      await deps.db.forTenant(tenantId, (tx) =>
        applyToRecording(deps, tx, tenantId, change, recordingId, ordinals),
      );
    }
    return { next, applied: found.length };
  };
}

async function page(
  tx: Tx,
  { changeId }: ConsentChangeRef,
  after: string | null,
): Promise<{ change: ConsentChange; found: readonly RecordingOfAddress[]; next: string | null }> {
  const change = await readConsentChange(tx, changeId);
  if (change === undefined)
    throw new HoldfastError('not_found', 'There is no such change of consent, so nothing was done.');
  const { recordingId, partyOrdinals, address, addressFrom: from, addressTo: to } = change;
  if (recordingId !== null) {
    const everybody = (await readParties(tx, [recordingId])).map(({ ordinal }) => ordinal);
    return { change, found: [{ recordingId, ordinals: partyOrdinals ?? everybody }], next: null };
  }
  if (address === null) return { change, found: [], next: null }; // it has been carried out, and its address is gone
  return { change, ...(await findByAddress(tx, { address, from, to, after, limit: PAGE })) };
}
