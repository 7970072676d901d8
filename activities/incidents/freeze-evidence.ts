import type { Tx } from '../../recorder-core/records/database.ts';
import { ledgerRange } from '../../recorder-core/records/finish-incident.ts';
import { lockForHold } from '../../recorder-core/records/holds.ts';
import { changeIncident, lockIncident, type Incident } from '../../recorder-core/records/incidents.ts';
import { noteIncident, type IncidentActing } from '../../recorder-core/records/note-incident.ts';
import { placeHold } from '../../recorder-core/records/place-hold.ts';
import type { IncidentActivities } from '../compliance-contract.ts';
import type { ActivityDependencies } from '../dependencies.ts';

type Deps = Pick<ActivityDependencies, 'db' | 'journal' | 'now' | 'newId'>;

/** The name of a matter has 200 characters at most. */
const MOST_OF_TITLE = 150;

/** See `IncidentActivities.freezeEvidence`. */
export function freezeEvidence(deps: Deps): IncidentActivities['freezeEvidence'] {
  return ({ tenantId, incidentId }) =>
    deps.db.forTenant(tenantId, async (tx) => {
      // Recordings first, as whoever reports does who holds one: two who lock in one order never wait for each other.
      await lockForHold(tx, await listUnfrozen(tx, incidentId));
      const found = await lockIncident(tx, incidentId);
      if (found === undefined || found.state === 'closed') return { recordings: 0 };
      const acting: IncidentActing = { tenantId, incidentId, by: null, now: deps.now(), newId: deps.newId };
      if (found.frozenAt === null) await freezeLedger(tx, acting, found);
      const recordingIds = await listUnfrozen(tx, incidentId);
      if (recordingIds.length > 0) await freezeRecordings(deps, tx, acting, found, recordingIds);
      return { recordings: recordingIds.length };
    });
}

/** Notes which leaves are the evidence, under which root: nothing can be put in or taken out unseen afterwards. */
async function freezeLedger(tx: Tx, acting: IncidentActing, incident: Incident): Promise<void> {
  const { from, to, root } = await ledgerRange(tx, incident);
  await changeIncident(tx, incident.id, {
    frozenAt: acting.now,
    ledgerFrom: from,
    ledgerTo: to,
    ledgerRoot: root,
  });
  await noteIncident(tx, acting, {
    kind: 'frozen',
    act: 'incident.frozen',
    facts: { ledgerFrom: from, ledgerTo: to, ledgerRoot: root.toString('hex') },
  });
}

/** Recordings of the incident that still have something to keep, and that no hold of its matter names. */
async function listUnfrozen(tx: Tx, incidentId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select e.recording_id as id
       from incident_recording e
       join incident i on i.tenant_id = e.tenant_id and i.id = e.incident_id
       join recording r on r.tenant_id = e.tenant_id and r.id = e.recording_id
      where e.incident_id = $1 and r.state <> 'disposed'
        and (not exists (select from part p where p.tenant_id = e.tenant_id and p.recording_id = e.recording_id
                            and p.destroyed_at is not null)
             or exists (select from part p where p.tenant_id = e.tenant_id and p.recording_id = e.recording_id
                           and p.destroyed_at is null))
        and not exists (select from hold_item t join hold h on h.tenant_id = t.tenant_id and h.id = t.hold_id
                         where t.tenant_id = e.tenant_id and t.recording_id = e.recording_id
                           and h.matter_id = i.matter_id)
      order by 1`,
    [incidentId],
  );
  return rows.map(({ id }) => id);
}

/** Places a hold of the incident's own matter; its release goes the way of every matter. */
async function freezeRecordings(
  deps: Deps,
  tx: Tx,
  acting: IncidentActing,
  incident: Incident,
  recordingIds: readonly string[],
): Promise<void> {
  const { tenantId, incidentId, now } = acting;
  const hold = await placeHold(
    tx,
    { journal: deps.journal, newId: deps.newId },
    {
      tenantId,
      matter: incident.matterId ?? matterName(incident),
      kind: 'incident',
      reason: 'Evidence of an incident.',
      recordingIds,
      query: null,
      by: { incidentId },
      now,
    },
  );
  await changeIncident(tx, incidentId, { matterId: hold.matterId });
  await noteIncident(tx, acting, {
    kind: 'recordings-frozen',
    act: 'incident.frozen',
    facts: { recordings: recordingIds.length, holdId: hold.id, matterId: hold.matterId },
  });
}

/** As people know the incident, and with the end of its id, for two may have one title. */
function matterName({ id, title }: Incident): string {
  return `Incident ${id.slice(-8)}: ${title.slice(0, MOST_OF_TITLE)}`;
}
