import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { advanceIncident } from '../../activities/incidents/advance-incident.ts';
import { freezeEvidence } from '../../activities/incidents/freeze-evidence.ts';
import { sendTicket } from '../../activities/incidents/send-ticket.ts';
import { connectorsWith } from '../../connectors/registry.ts';
import { answerClock } from '../../hub/incidents/answer-clock.ts';
import type { IncidentAsking } from '../../hub/incidents/acting.ts';
import { classifyIncident } from '../../hub/incidents/classify-incident.ts';
import { closeIncident } from '../../hub/incidents/close-incident.ts';
import {
  acknowledgeIncident,
  containIncident,
  resolveIncident,
  writePostMortem,
} from '../../hub/incidents/handle-incident.ts';
import { tellIncident } from '../../hub/worker/start-incident.ts';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { INCIDENT_TRAITS } from '../../recorder-core/policy/incident-clocks.ts';
import { lockApproval } from '../../recorder-core/records/approvals.ts';
import { endApproval } from '../../recorder-core/records/ask-approval.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { newId } from '../../recorder-core/records/ids.ts';
import { readIncidentClocks } from '../../recorder-core/records/incident-clocks.ts';
import { readIncident } from '../../recorder-core/records/incidents.ts';
import { openIncident, type IncidentReport } from '../../recorder-core/records/open-incident.ts';
import { insertUser } from '../../recorder-core/records/users.ts';
import { addRecordingRow } from '../../test/support/recording-rows.ts';
import { ScriptedActivities } from '../../test/support/scripted-activities.ts';
import { keepHistory } from '../../test/support/stored-histories.ts';
import { HAS_PRODUCTION_SERVER } from '../../test/support/temporal-server.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../test/support/test-hub.ts';
import { fastForward, workflowTime } from '../../test/support/time-skipping.ts';
import { openTicketSystem, type TicketSystem } from '../../test/support/webhook-connection.ts';
import { openWorkflowTest, type WorkflowTest } from '../../test/support/workflow-test.ts';
import { incidentWorkflowId } from '../ids.ts';

const HOUR_MS = 3_600_000;
const ids = (at: Date) => newId(at.getTime());
const describeHere = HAS_PRODUCTION_SERVER ? describe : describe.skip; // it lasts weeks, which the server skips
const olga = { id: randomUUID(), name: 'Olga Officer' };
const anna = { id: randomUUID(), name: 'Anna Second' };
const NOTHING = Object.fromEntries(INCIDENT_TRAITS.map((trait) => [trait, false]));
let database: TestDatabase;
let hub: TestHub;
let temporal: WorkflowTest;
let tickets: TicketSystem;
let started: Date;

beforeAll(async () => {
  [database, temporal] = await Promise.all([openTestDatabase(), openWorkflowTest()]);
  hub = await startTestHub(database);
  tickets = await openTicketSystem(hub);
  for (const person of [olga, anna])
    await inTenant((tx) => insertUser(tx, database.tenantId, { ...person, role: 'compliance_officer' }));
}, 300_000);
beforeEach(() => {
  started = new Date();
});
afterEach(() => temporal.stopWorkers());
afterAll(async () => {
  await temporal.close();
  await tickets.close();
  await hub.close();
  await database.close();
});

const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const handleOf = (incidentId: string) =>
  temporal.client.workflow.getHandle(incidentWorkflowId({ incidentId }));
const after = (hours: number) => new Date(started.getTime() + hours * HOUR_MS);
const tell = (incidentId: string) =>
  tellIncident(temporal.client, { tenantId: database.tenantId, incidentId });

/** Real activities whose clock is that of the workflow, or changed ones. */
async function work(change: Partial<ReturnType<typeof real>> = {}): Promise<ScriptedActivities> {
  const script = new ScriptedActivities({ ...real(), ...change });
  await temporal.startWorkers(script.byKind);
  return script;
}

function real() {
  const deps = {
    ...hub.services,
    now: workflowTime,
    newId: ids,
    connectorsWith,
    runOnConnection: tickets.run,
    linkToIncident: (id: string) => `https://hub.example/incidents/${id}`,
  } as unknown as ActivityDependencies;
  return {
    advanceIncident: advanceIncident(deps),
    freezeEvidence: freezeEvidence(deps),
    sendTicket: sendTicket(deps),
  };
}

async function open(change: Partial<IncidentReport> = {}): Promise<string> {
  const { id } = await inTenant((tx) =>
    openIncident(tx, {
      tenantId: database.tenantId,
      key: randomUUID(),
      kind: 'storage',
      severity: 'critical',
      title: 'A part is not what was captured.',
      detector: 'test',
      detectedAt: started,
      now: started,
      newId: ids,
      ...change,
    }),
  );
  await tell(id);
  await tell(id); // a message can be told twice
  return id;
}

/** Something a person does at an hour of the incident, and the word of it. */
async function act(
  id: string,
  hours: number,
  what: (tx: Tx, asking: IncidentAsking) => Promise<unknown>,
  by = olga,
) {
  const { packs } = hub.services;
  const result = await inTenant((tx) =>
    what(tx, { tenantId: database.tenantId, by, now: after(hours), newId: ids, packs }),
  );
  await tell(id);
  return result;
}

const clocksOf = (id: string) => inTenant((tx) => readIncidentClocks(tx, [id]));
/** Hours after the detection, rounded down, at which each kind of line was written. */
const timeLine = async (id: string, ...kinds: string[]) =>
  (
    await database.asOwner<{ kind: string; at: Date; clock: string | null }>(
      `select kind, at, facts ->> 'clock' as clock from incident_entry where incident_id = $1 and kind = any ($2) order by at, id`,
      [id, kinds],
    )
  ).map(({ kind, at, clock }) => [
    kind,
    Math.floor((at.getTime() - started.getTime()) / HOUR_MS),
    ...(clock === null ? [] : [clock.split(':')[0]]),
  ]);

async function answer(id: string, regime: string, duty: string, hours: number): Promise<void> {
  const clock = (await clocksOf(id)).find(
    (one) => one.regime === regime && one.duty === duty && one.answeredAt === null,
  );
  await act(id, hours, (tx, asking) =>
    answerClock(tx, asking, id, { clockId: clock!.id, evidence: `REF-${regime}` }),
  );
}

describeHere('an incident', () => {
  test('lives from opening to closing: evidence, levels, parallel clocks, tickets, a second person', async () => {
    const script = await work();
    const recordingId = await addRecordingRow(database.db, database.tenantId);
    const id = await open({ recordingIds: [recordingId] });
    await tickets.receiver.until((objects) => objects.has(`ticket/${id}`));
    const frozen = await database.asOwner(
      `select h.kind from hold h join hold_item t on t.hold_id = h.id join incident i on i.matter_id = h.matter_id
        where i.id = $1 and t.recording_id = $2 and i.ledger_root is not null`,
      [id, recordingId],
    );
    expect(frozen).toEqual([{ kind: 'incident' }]);

    await fastForward(temporal, handleOf(id), 2 * HOUR_MS);
    await act(id, 2, (tx, asking) => acknowledgeIncident(tx, asking, id));
    await act(id, 2, (tx, asking) =>
      classifyIncident(tx, asking, id, {
        traits: { ...NOTHING, 'personal-data': true, 'financial-entity': true, major: true },
        reason: 'Voices of customers may have been heard.',
      }),
    );
    expect((await clocksOf(id)).map(({ regime, duty, dueAt }) => [regime, duty, hoursTo(dueAt)])).toEqual([
      ['DORA', 'notify-authority', 6],
      ['DORA', 'notify-authority', 24],
      ['GDPR', 'notify-authority', 72],
    ]);
    await fastForward(temporal, handleOf(id), HOUR_MS);
    await answer(id, 'DORA', 'notify-authority', 3);
    await act(id, 3, (tx, asking) => containIncident(tx, asking, id, 'The key is replaced.'));
    await fastForward(temporal, handleOf(id), 73 * HOUR_MS);
    expect(await timeLine(id, 'escalated', 'clock-reminded', 'clock-missed')).toEqual([
      ['escalated', 0],
      ['escalated', 0],
      ['escalated', 1],
      ['clock-reminded', 36, 'GDPR'],
      ['clock-reminded', 39, 'DORA'],
      ['clock-reminded', 54, 'GDPR'],
      ['clock-reminded', 57, 'DORA'],
      ['clock-reminded', 64, 'GDPR'],
      ['clock-reminded', 67, 'DORA'],
      ['clock-missed', 72, 'GDPR'],
      ['clock-missed', 75, 'DORA'],
    ]);
    await answer(id, 'GDPR', 'notify-authority', 76);
    await answer(id, 'DORA', 'intermediate-report', 76);
    await answer(id, 'DORA', 'final-report', 77);
    await act(id, 77, (tx, asking) => resolveIncident(tx, asking, id, 'The store was replaced.'));
    expect(await act(id, 77, (tx, asking) => closeIncident(tx, asking, id))).toMatchObject({
      result: 'missing',
      missing: [{ rule: 'incident/post-mortem' }],
    });
    const learned = { cause: 'A worn disk.', impact: 'One recording.', measures: 'Two stores.' };
    await act(id, 78, (tx, asking) => writePostMortem(tx, asking, id, learned));
    const asked = await act(id, 78, (tx, asking) => closeIncident(tx, asking, id));
    expect(asked).toMatchObject({ result: 'waiting' });
    await agree((asked as { approvalId: string }).approvalId, 79);
    await tell(id);
    expect(await handleOf(id).result()).toMatchObject({ over: true });
    expect(await inTenant((tx) => readIncident(tx, id))).toMatchObject({ state: 'closed' });
    await tickets.receiver.until((objects) => objects.get(`ticket/${id}`)?.data['state'] === 'closed');
    expect(script.names).toContain('freezeEvidence');
    await keepHistory(handleOf(id), 'incident-whole-life');
  }, 90_000);

  test('that nobody looks at calls everybody and runs every clock from the detection', async () => {
    await work();
    const id = await open({ severity: 'high' });
    await tickets.receiver.until((objects) => objects.has(`ticket/${id}`));
    await fastForward(temporal, handleOf(id), 5 * HOUR_MS);
    expect(await timeLine(id, 'escalated', 'assumed')).toEqual([
      ['escalated', 0],
      ['escalated', 1],
      ['escalated', 4],
      ['assumed', 4],
    ]);
    const clocks = await clocksOf(id);
    const duties = clocks.map(({ regime, startedAt }) => [regime, hoursTo(startedAt)]);
    expect(duties).toEqual(
      expect.arrayContaining([
        ['NIS2', 0],
        ['GDPR', 0],
        ['DORA', 0],
        ['SEC 8-K', 0],
        ['HIPAA', 0],
      ]),
    );
    expect(clocks.some(({ verified }) => !verified)).toBe(true);
    await act(id, 5, (tx, asking) =>
      classifyIncident(tx, asking, id, { traits: NOTHING, reason: 'A test alarm.' }),
    );
    expect((await clocksOf(id)).every(({ endedAt }) => endedAt !== null)).toBe(true);
    await handleOf(id).terminate();
  }, 90_000);

  test('does each thing once when its worker dies after the act and before the answer, and no ticket system stops a clock', async () => {
    const activities = real();
    let lost = 0;
    await work({
      advanceIncident: async (input) => {
        const answered = await activities.advanceIncident(input);
        if ((lost += 1) <= 3) throw new Error('the worker died');
        return answered;
      },
      sendTicket: async () => {
        throw new HoldfastError('not_found', 'The connection was removed, so nothing was sent.');
      },
    });
    const id = await open({ severity: 'critical' });
    await database.waitFor("select 1 from incident_entry where incident_id = $1 and kind = 'frozen'", [id]);
    await fastForward(temporal, handleOf(id), 2 * HOUR_MS);
    expect(await timeLine(id, 'escalated', 'frozen')).toEqual([
      ['frozen', 0],
      ['escalated', 0],
      ['escalated', 0],
      ['escalated', 1],
    ]);
    await handleOf(id).terminate();
  }, 90_000);
});

const hoursTo = (instant: string) => Math.round((Date.parse(instant) - started.getTime()) / HOUR_MS);

async function agree(approvalId: string, hours: number): Promise<void> {
  await inTenant(async (tx) => {
    const approval = await lockApproval(tx, approvalId);
    const ending = {
      tenantId: database.tenantId,
      now: after(hours),
      newId: ids,
      by: anna,
      rule: 'approval/own-right',
    };
    await endApproval(tx, approval!, 'approve', ending);
  });
}
