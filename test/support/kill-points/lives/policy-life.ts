import { proposePolicy } from '../../../../hub/policy/propose-policy.ts';
import type { TenantPolicy } from '../../../../recorder-core/policy/tenant-policy.ts';
import { NO_POLICY } from '../../../../recorder-core/policy/rulebook.ts';
import { insertUser } from '../../../../recorder-core/records/users.ts';
import { policyChangeId } from '../../../../workflows/ids.ts';
import { agreeTo } from '../../hold-through-api.ts';
import { addRecordingRow } from '../../recording-rows.ts';
import type { Workplace } from '../workplace.ts';

/** A rule of the tenant's own that a year is kept. */
const FLOOR: TenantPolicy['retention'][number] = {
  id: 'tenant/keep',
  kind: 'floor',
  scope: { classes: ['desk'] },
  trigger: 'captureEnd',
  period: 'P1Y',
  zone: 'UTC',
};

/**
 * A tenant's own policy comes into force by a second person, and a stored date follows. In a tenant of its own, so that the other
 * lives keep their rules. Answers what is left of it.
 */
export async function policyLife(place: Workplace): Promise<unknown> {
  const { bench, client, database } = place;
  const tenantId = await database.addTenant();
  const inTenant = (work: Parameters<typeof database.db.forTenant>[1]) =>
    database.db.forTenant(tenantId, work);
  const recordingId = await addRecordingRow(database.db, tenantId, { retentionClass: 'desk' });
  await database.asOwner("update recording set state = 'retained' where id = $1", [recordingId]);
  const asking = { ...place.asking(), tenantId, packs: bench.deps.packs };
  const made = (await inTenant(async (tx) => {
    await insertUser(tx, tenantId, asking.person);
    const body = { ...NO_POLICY, retention: [FLOOR] };
    return proposePolicy(tx, asking, { body, reason: 'Trading desk.' });
  })) as { readonly approvalId: string; readonly version: number };
  await inTenant((tx) => agreeTo(bench.deps, tx, tenantId, made.approvalId));
  await database.waitFor("select 1 from tenant_policy where tenant_id = $1 and state = 'active'", [tenantId]);
  await client.workflow.getHandle(policyChangeId(made)).result();
  return {
    active: await database.asOwner(
      'select count(*)::int from tenant_policy where tenant_id = $1 and activated_at is not null',
      [tenantId],
    ),
    dated: await database.asOwner(
      'select (k.retain_until - r.ended_at)::text as kept from recording r join recording_retention k on k.recording_id = r.id where r.id = $1',
      [recordingId],
    ),
    acts: await Promise.all(
      [made.approvalId, String(made.version), recordingId].map((id) => place.acts(id, tenantId)),
    ),
  };
}
