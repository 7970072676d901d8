import { randomUUID } from 'node:crypto';
import { correlationId } from '../../../../connectors/servicenow/keys.ts';
import { openIncident } from '../../../../recorder-core/records/open-incident.ts';
import { addConnectionRow } from '../../connection-row.ts';
import { ServicenowDouble } from '../../peers/servicenow-double.ts';
import type { Workplace } from '../workplace.ts';

/**
 * Tickets are closed in another system, and the incident that one of them is about is resolved by that; those of which nobody here
 * knows the incident yet are kept. In a tenant of its own, so that the system is told of nothing else. Answers what is left of it.
 */
export async function streamLife(place: Workplace): Promise<unknown> {
  const { database } = place;
  const double = await ServicenowDouble.start();
  try {
    double.addUser('holdfast.hub', ['itil', ...double.app.roles]);
    double.addUser('somebody', ['itil']);
    const tenantId = await database.addTenant();
    const connectionId = await connect(place, tenantId, double);
    const incidentId = await openOne(place, tenantId);
    for (const id of [incidentId, randomUUID(), randomUUID()]) closeTicket(double, tenantId, id);
    await place.scheduled('streamRound', {});
    await database.waitFor("select 1 from incident where id = $1 and state = 'resolved'", [incidentId]);
    await database.waitFor('select 1 from inbound_event where connection_id = $1 having count(*) = 3', [
      connectionId,
    ]);
    const [checkpoint] = await database.asOwner<{ events: number; problem: string | null }>(
      'select events, problem from connection_checkpoint where connection_id = $1',
      [connectionId],
    );
    return {
      checkpoint,
      events: await database.asOwner(
        "select type, count(*)::int, count(*) filter (where state = 'done')::int as done from inbound_event where connection_id = $1 group by 1",
        [connectionId],
      ),
      resolved: await database.asOwner(
        "select count(*)::int from incident_entry where incident_id = $1 and kind = 'resolved'",
        [incidentId],
      ),
    };
  } finally {
    await double.stop();
  }
}

function connect(
  { bench, database }: Workplace,
  tenantId: string,
  double: ServicenowDouble,
): Promise<string> {
  const { name: user, clientId, clientSecret } = double.users.get('holdfast.hub')!;
  return addConnectionRow(
    { db: database.db, tenantId },
    {
      connector: 'servicenow',
      config: { instance: double.url, user },
      credential: {
        keys: bench.deps.keys,
        value: { type: 'oauth2_client_credentials', clientId, clientSecret },
      },
    },
  );
}

async function openOne({ bench, database }: Workplace, tenantId: string): Promise<string> {
  const now = new Date();
  const { id } = await database.db.forTenant(tenantId, (tx) =>
    openIncident(tx, {
      tenantId,
      key: randomUUID(),
      kind: 'storage',
      severity: 'high',
      title: 'A part is not what was captured.',
      detector: 'test',
      detectedAt: now,
      now,
      newId: bench.deps.newId,
    }),
  );
  return id;
}

function closeTicket(double: ServicenowDouble, tenantId: string, id: string): void {
  const made = double.tables.insert(
    'incident',
    { correlation_id: correlationId({ tenantId, id }) },
    'holdfast.hub',
  );
  const closing = { state: '7', close_code: 'Solution provided', close_notes: 'done' };
  if ('sysId' in made) double.tables.update('incident', made.sysId, closing, 'somebody');
}
