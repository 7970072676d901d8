import { digestAddress } from '../../recorder-core/records/address-digest.ts';
import { tellConsent } from '../../recorder-core/records/ask-recorder.ts';
import { readConsentChange } from '../../recorder-core/records/consent-changes.ts';
import { listLiveCalls } from '../../recorder-core/records/live-calls.ts';
import type { ConsentActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

/** See `ConsentActivities.tellLiveCalls`. */
export function tellLiveCalls(
  deps: Pick<ActivityDependencies, 'db' | 'now' | 'newId'>,
): ConsentActivities['tellLiveCalls'] {
  return ({ tenantId, changeId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      const change = await readConsentChange(tx, changeId);
      if (change === undefined || change.address === null) return { told: 0 };
      const { kind, purpose, saidAt, address } = change;
      if (kind !== 'assented' && kind !== 'refused' && kind !== 'withdrawn') return { told: 0 };
      const now = deps.now();
      let told = 0;
      for (const { recordingId } of await listLiveCalls(tx)) {
        const note = { id: changeId, kind, at: saidAt, purpose, source: 'event' as const };
        const payload = { note, addressDigest: digestAddress(recordingId, address) };
        if (await tellConsent(tx, tenantId, recordingId, payload, { id: deps.newId(now), at: now }))
          told += 1;
      }
      return { told };
    });
}
