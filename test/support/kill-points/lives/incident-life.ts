import { randomUUID } from 'node:crypto';
import type { IncidentAsking } from '../../../../hub/incidents/acting.ts';
import { classifyIncident } from '../../../../hub/incidents/classify-incident.ts';
import { closeIncident } from '../../../../hub/incidents/close-incident.ts';
import {
  acknowledgeIncident,
  containIncident,
  resolveIncident,
  writePostMortem,
} from '../../../../hub/incidents/handle-incident.ts';
import { INCIDENT_TRAITS } from '../../../../recorder-core/policy/incident-clocks.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { openIncident } from '../../../../recorder-core/records/open-incident.ts';
import { agreeTo } from '../../hold-through-api.ts';
import type { Workplace } from '../workplace.ts';

const DAY_MS = 86_400_000;
const NOTHING = Object.fromEntries(INCIDENT_TRAITS.map((trait) => [trait, false]));

/**
 * An incident that nobody looked at for four days: everybody called, every clock running and some missed; then people bring it
 * to its end. Answers what is left of it.
 */
export async function incidentLife(place: Workplace): Promise<unknown> {
  const { bench, database, inTenant, tenantId, tickets } = place;
  const recordingId = await place.recorded();
  const then = new Date(Date.now() - 4 * DAY_MS);
  const { id } = await inTenant((tx) =>
    openIncident(tx, {
      tenantId,
      key: randomUUID(),
      kind: 'storage',
      severity: 'high',
      title: 'A part is not what was captured.',
      detector: 'test',
      detectedAt: then,
      recordingIds: [recordingId],
      now: then,
      newId: bench.deps.newId,
    }),
  );
  await tickets.receiver.until((objects) => objects.has(`ticket/${id}`));
  // The clocks start when the strictest is assumed; those that are over by then are noted by the next look, all at once.
  await database.waitFor('select 1 from incident_clock where incident_id = $1 and missed_at is not null', [
    id,
  ]);
  const act = <T>(what: (tx: Tx, asking: IncidentAsking) => Promise<T>): Promise<T> => {
    const { person: by, now, newId } = place.asking();
    return inTenant((tx) => what(tx, { tenantId, by, now, newId, packs: bench.deps.packs }));
  };
  await act((tx, asking) => acknowledgeIncident(tx, asking, id));
  await act((tx, asking) => classifyIncident(tx, asking, id, { traits: NOTHING, reason: 'A test alarm.' }));
  await act((tx, asking) => containIncident(tx, asking, id, 'The disk is out.'));
  await act((tx, asking) => resolveIncident(tx, asking, id, 'The disk was replaced.'));
  const learned = { cause: 'A worn disk.', impact: 'One recording.', measures: 'Two stores.' };
  await act((tx, asking) => writePostMortem(tx, asking, id, learned));
  const closing = await act((tx, asking) => closeIncident(tx, asking, id));
  if (closing.result === 'waiting')
    await inTenant((tx) => agreeTo(bench.deps, tx, tenantId, closing.approvalId));
  await database.waitFor("select 1 from incident where id = $1 and state = 'closed'", [id]);
  await tickets.receiver.until((objects) => objects.get(`ticket/${id}`)?.data['state'] === 'closed');
  return {
    closing: closing.result,
    incident: await database.asOwner(
      'select state, escalation, ledger_root is not null as frozen from incident where id = $1',
      [id],
    ),
    entries: await database.asOwner(
      'select kind, count(*)::int from incident_entry where incident_id = $1 group by 1 order by 1',
      [id],
    ),
    clocks: await database.asOwner(
      'select rule_id, stage, reminders, missed_at is not null as missed, ended_at is not null as over from incident_clock where incident_id = $1 order by 1, 2',
      [id],
    ),
    holds: await database.asOwner(
      'select h.kind from hold h join hold_item t on t.hold_id = h.id where t.recording_id = $1',
      [recordingId],
    ),
    acts: { incident: await place.acts(id), recording: await place.acts(recordingId) },
  };
}
