import { lossKey, lossOfAlert, standingLosses, type LossKind } from '../policy/recorder-loss.ts';
import type { Database, Tx } from './database.ts';
import { findStandingIncident, lockIncident } from './incidents.ts';
import { announceIncident, noteCauseEnded, noteIncident } from './note-incident.ts';
import { addIncidentRecordings } from './open-incident.ts';
import { openLoss, type LossContext } from './open-loss.ts';

/** Alerts settled at once. */
const AT_ONCE = 500;

/** After a day an alert waits for its recording no longer: its call was never entered. */
const GIVEN_UP_AFTER = "interval '1 day'";

/**
 * Tells incidents what recorders told of themselves: opens them for losses, names recordings in them once those are sealed, and
 * contains them when the cause has ended. Several may look at once; what one is at, the others pass over.
 * @param watchedForMs for how long the caller has been able to look, see `standingLosses`
 */
export async function watchRecorders(
  db: Database,
  context: LossContext,
  watchedForMs: number,
): Promise<void> {
  const { tenantId } = context;
  await db.forTenant(tenantId, (tx) => judgeNodes(tx, context, watchedForMs));
  await db.forTenant(tenantId, (tx) => judgeAlerts(tx, context));
  await db.forTenant(tenantId, (tx) => nameRecordings(tx, context));
  await db.forTenant(tenantId, (tx) => endAlertLosses(tx, context));
}

interface NodeRow {
  readonly node: string;
  readonly state: string;
  readonly lacks: 'disk' | 'keys' | null;
  readonly losses: readonly string[];
  readonly heartbeatAt: Date;
  readonly heartbeatAgeMs: number;
}

async function judgeNodes(tx: Tx, context: LossContext, watchedForMs: number): Promise<void> {
  const { rows } = await tx.query<NodeRow>(
    `select node, state, lacks, losses, heartbeat_at as "heartbeatAt",
            extract(epoch from clock_timestamp() - heartbeat_at) * 1000 as "heartbeatAgeMs"
       from recorder_node where lacks is not null or losses <> '{}' or heartbeat_at < now() - interval '1 minute'
      order by node for update skip locked`,
  );
  for (const { node, losses: told, heartbeatAt, heartbeatAgeMs, ...row } of rows) {
    const losses = standingLosses({ ...row, heartbeatAgeMs: Number(heartbeatAgeMs), told }, watchedForMs);
    const begun = losses.filter((kind) => !told.includes(kind));
    const ended = told.filter((kind) => !losses.some((one) => one === kind));
    if (begun.length + ended.length === 0) continue;
    await tx.query('update recorder_node set losses = $2 where node = $1', [node, losses]);
    for (const kind of begun)
      await openLoss(tx, context, {
        node,
        kind,
        detectedAt: context.now,
        facts: { lastHeardAt: heartbeatAt.toISOString() },
      });
    for (const kind of ended)
      await endLoss(tx, context, lossKey(node, kind as LossKind), { node, loss: kind });
  }
}

/** Contains an incident whose cause has ended; one that people are at already is left to them. */
async function endLoss(
  tx: Tx,
  context: LossContext,
  key: string,
  facts: Readonly<Record<string, string>>,
): Promise<void> {
  if ((await findStandingIncident(tx, key))?.state === 'open')
    await noteCauseEnded(tx, { ...context, key, facts });
}

interface AlertRow {
  readonly id: string;
  readonly node: string;
  readonly kind: string;
  readonly raisedAt: Date;
}

/** Opens one incident, or counts once on the one that stands, for all new alerts of a recorder and kind. */
async function judgeAlerts(tx: Tx, context: LossContext): Promise<void> {
  const { rows } = await tx.query<AlertRow>(
    `select id, node, kind, raised_at as "raisedAt" from recorder_alert
      where settled_at is null and incident_id is null order by raised_at, id limit $1 for update skip locked`,
    [AT_ONCE],
  );
  const lost = Map.groupBy(rows, ({ node, kind }) => {
    const loss = lossOfAlert(kind);
    return loss && lossKey(node, loss);
  });
  for (const alerts of lost.values()) {
    const [first] = alerts;
    const kind = first && lossOfAlert(first.kind);
    const ids = alerts.map(({ id }) => id);
    if (first === undefined || kind === undefined) {
      await tx.query('update recorder_alert set settled_at = $2 where id = any ($1)', [ids, context.now]);
      continue;
    }
    const facts = { alerts: alerts.length };
    const loss = { node: first.node, kind, detectedAt: earlier(first.raisedAt, context.now), facts };
    const { id } = await openLoss(tx, context, loss);
    await tx.query('update recorder_alert set incident_id = $2 where id = any ($1)', [ids, id]);
  }
}

/** Names the recordings of alerts in their incidents as soon as they are sealed, so that they are frozen. */
async function nameRecordings(tx: Tx, context: LossContext): Promise<void> {
  const { rows } = await tx.query<{ incident_id: string; node: string; kind: string; recordings: string[] }>(
    `with settled as (
       update recorder_alert a set settled_at = $1::timestamptz
        where a.id in (select w.id from recorder_alert w
                        where w.settled_at is null and w.incident_id is not null
                          and (w.raised_at < $1::timestamptz - ${GIVEN_UP_AFTER} or exists (select from recording r where r.id = w.recording_id))
                        order by w.raised_at, w.id limit $2 for update skip locked)
        returning incident_id, node, kind, recording_id)
     select incident_id, node, kind, array_agg(distinct recording_id) as recordings
       from settled group by incident_id, node, kind order by incident_id`,
    [context.now, AT_ONCE],
  );
  if (rows.length === 0) return;
  // Recordings first, as the freezing does: two who lock in one order never wait for each other.
  const named = rows.flatMap(({ recordings }) => recordings);
  await tx.query('select from recording where id = any ($1) order by id for key share', [named]);
  for (const { incident_id: incidentId, node, kind, recordings } of rows) {
    const incident = await lockIncident(tx, incidentId);
    if (incident === undefined || incident.state === 'closed') continue;
    const added = await addIncidentRecordings(tx, context.tenantId, incidentId, recordings);
    if (added === 0) continue;
    const acting = { ...context, incidentId, by: null };
    await noteIncident(tx, acting, {
      kind: 'repeated',
      act: 'incident.noted',
      outcome: 'repeated',
      facts: { node, loss: kind, recordings: added },
    });
    await announceIncident(tx, acting);
  }
}

/** A loss that alerts told of has ended when none of them stands any more. */
async function endAlertLosses(tx: Tx, context: LossContext): Promise<void> {
  const { rows } = await tx.query<{ key: string; node: string; kind: string }>(
    `select distinct i.natural_key as key, a.node, a.kind
       from incident i join recorder_alert a on a.tenant_id = i.tenant_id and a.incident_id = i.id
      where i.detector = 'recorder-watch' and i.state = 'open'
        and not exists (select from recorder_alert s
                         where s.tenant_id = i.tenant_id and s.incident_id = i.id and s.cleared_at is null)`,
  );
  for (const { key, node, kind } of rows) await endLoss(tx, context, key, { node, loss: kind });
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
