import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { processEvent } from '../../../webhooks/process-event.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { openTestSender, type TestSender } from '../../../../test/support/webhook-connection.ts';
import { connection, connectionDetail, connectionSecrets, inboundEvent } from '../../schemas/connection.ts';
import { incidentDetail, incidentSummary, type IncidentDetail } from '../../schemas/incident.ts';
import { Webhook } from 'standardwebhooks';

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let engineer: TestPerson;
let tickets: TestSender;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  [officer, engineer] = [await hub.signIn('compliance_officer'), await hub.signIn('engineer')];
  tickets = await openTestSender(hub, ['ticket.*']);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const NOTHING = Object.fromEntries(
  [
    'personal-data',
    'high-risk-to-persons',
    'state-residents',
    'health-data',
    'financial-entity',
    'major',
    'essential-entity',
    'significant',
    'listed-company',
    'material',
  ].map((trait) => [trait, false]),
);
const post = (path: string, body: object = {}, person = officer) =>
  person.fetch(`/api/v1/${path}`, { method: 'POST', body });
const act = (id: string, verb: string, body: object = {}): Promise<IncidentDetail> =>
  officer.read(incidentDetail, `/api/v1/incidents/${id}/${verb}`, { method: 'POST', body });
const read = (id: string) => officer.read(incidentDetail, `/api/v1/incidents/${id}`);
const report = (more: object = {}) =>
  officer.read(incidentDetail, '/api/v1/incidents', {
    method: 'POST',
    body: { kind: 'breach', severity: 'high', title: 'A call was played to the wrong person.', ...more },
  });
/** An event of the ticket system, kept and processed. */
async function tell(type: string, incidentId: string, more: object = {}, sequence?: number): Promise<void> {
  const data = { incidentId, ticketId: 'T-1', ...more };
  const answer = await tickets.send({ type, data, ...(sequence === undefined ? {} : { sequence }) });
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as { id: string };
  const { packs, journal } = hub.services;
  await processEvent(
    {
      db: database.db,
      packs,
      journal: async () => journal,
      newId: (at) => newId(at.getTime()),
      now: () => new Date(),
    },
    { tenantId: database.tenantId, eventId: id },
  );
}
const LEARNED = { cause: 'A wrong address.', impact: 'One person.', measures: 'A check of addresses.' };

describe('an incident over HTTP', () => {
  test('is reported, classified, told to whom it concerns, and closed by one person where every clock was kept', async () => {
    const recordingId = await addRecordingRow(database.db, database.tenantId);
    const { id, missing } = await report({ recordingIds: [recordingId], description: 'Erika heard it.' });
    expect(missing).toHaveLength(3);
    await readProblem(
      post(`incidents/${id}/classify`, {
        reason: 'Read it.',
        events: { awareness: '2099-01-01T00:00:00.000Z' },
      }),
      400,
    );
    const classified = await act(id, 'classify', {
      traits: { ...NOTHING, 'personal-data': true },
      reason: 'A voice is personal.',
    });
    expect(classified.clocks.map(({ regime, state }) => [regime, state])).toEqual([['GDPR', 'running']]);
    expect(classified.evidence.recordings).toEqual([recordingId]);
    const clockId = classified.clocks[0]!.id;
    expect(await act(id, 'answer', { clockId, evidence: 'Reference 17' })).toMatchObject({
      clocks: [{ state: 'answered', evidence: 'Reference 17', answeredBy: officer.name }],
    });
    await readProblem(post(`incidents/${id}/answer`, { clockId, evidence: 'Again 17' }), 409);
    await act(id, 'acknowledge');
    await act(id, 'resolve', { note: 'The address is corrected.' });
    expect((await act(id, 'close')).state).toBe('resolved');
    await act(id, 'post-mortem', LEARNED);
    expect(await act(id, 'close')).toMatchObject({ state: 'closed', missing: [] });
    await readProblem(post(`incidents/${id}/note`, { note: 'Too late.' }), 409);
    expect((await act(id, 'reopen', { note: 'It happened again.' })).state).toBe('open');
    const listed = await officer.read(
      z.object({ items: z.array(incidentSummary) }),
      `/api/v1/incidents?recordingId=${recordingId}`,
    );
    expect(listed.items.map((each) => each.id)).toEqual([id]);
    await readProblem(engineer.fetch('/api/v1/incidents'), 403);
  });

  test('lets go of a clock that is not owed, with the reason, and takes it up again when that was wrong', async () => {
    const { id } = await report();
    await act(id, 'classify', {
      traits: { ...NOTHING, 'personal-data': true },
      reason: 'A voice is personal.',
    });
    const let_go = await act(id, 'classify', {
      notOwed: { 'incident-clock/gdpr-33': 'No risk to anybody: it was encrypted.' },
      reason: 'Counsel has looked at it.',
    });
    expect(let_go.clocks).toMatchObject([
      { state: 'ended', endReason: 'No risk to anybody: it was encrypted.' },
    ]);
    const worse = await act(id, 'classify', {
      traits: { major: true, 'financial-entity': true },
      reason: 'Many calls.',
    });
    expect(worse.clocks.map(({ regime }) => regime).toSorted()).toEqual(['DORA', 'DORA', 'GDPR']);
  });
});

describe('a ticket', () => {
  test('that is closed closes the incident once nothing is missing, and one opened again opens it', async () => {
    const { id } = await report();
    await tell('ticket.updated', id, { note: 'We look at it.' }, 1);
    await tell('ticket.closed', id, { note: 'The share is closed.' }, 3);
    const incomplete = await read(id);
    expect(incomplete).toMatchObject({ state: 'resolved', resolution: 'The share is closed.' });
    expect(incomplete.timeline.at(-1)).toMatchObject({ kind: 'ticket-closed' });
    await act(id, 'classify', { traits: NOTHING, reason: 'Nobody is concerned.' });
    await act(id, 'post-mortem', LEARNED);
    await tell('ticket.closed', id, {}, 4);
    expect((await read(id)).state).toBe('closed');
    await tell('ticket.reopened', id, {}, 2); // late: it was closed since
    expect((await read(id)).state).toBe('closed');
    await tell('ticket.reopened', id, { note: 'Not quite.' }, 5);
    expect((await read(id)).state).toBe('open');
    expect((await read(id)).tickets).toMatchObject([{ remoteId: 'T-1', remoteState: 'open' }]);
  });

  test('of an incident that is not there is refused where people see it, and can be tried again', async () => {
    await tell('ticket.closed', newId(Date.now()));
    const list = z.object({ items: z.array(inboundEvent) });
    const { items } = await engineer.read(list, '/api/v1/events?state=refused');
    expect(items).toMatchObject([
      { type: 'ticket.closed', reason: expect.stringContaining('no incident') as unknown },
    ]);
    await readProblem(post(`events/${items[0]!.id}/process`), 403);
    expect((await post(`events/${items[0]!.id}/process`, {}, engineer)).status).toBe(202);
    expect((await engineer.read(list, '/api/v1/events?state=received')).items).toHaveLength(1);
  });
});

describe('a connection of signed webhooks', () => {
  const body = {
    connector: 'webhook',
    name: 'Desk',
    config: { url: 'https://desk.example/hook', sends: ['ticket'], accepts: ['connection.tested'] },
  };
  const send = (url: string, secret: string) => {
    const [sent, text, at] = [
      `msg_${newId(Date.now())}`,
      '{"type":"connection.tested","data":{}}',
      new Date(),
    ];
    return fetch(`${hub.url}${new URL(url).pathname}`, {
      method: 'POST',
      body: text,
      headers: {
        'webhook-id': sent,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(sent, at, text),
      },
    });
  };

  test('is made with secrets that are shown once, rotated with an overlap, and switched off', async () => {
    const made = await engineer.read(connectionSecrets, '/api/v1/connections', { method: 'POST', body });
    expect((await send(made.eventsUrl!, made.receivingSecret!)).status).toBe(202);
    const { id } = made;
    const next = await engineer.read(connectionSecrets, `/api/v1/connections/${id}/rotate-secret`, {
      method: 'POST',
    });
    for (const secret of [made.receivingSecret!, next.receivingSecret!])
      expect((await send(made.eventsUrl!, secret)).status).toBe(202);
    hub.setNow(new Date(Date.now() + 25 * 3_600_000));
    expect((await send(made.eventsUrl!, made.receivingSecret!)).status).toBe(401);
    hub.setNow(undefined);
    await engineer.read(connectionDetail, `/api/v1/connections/${id}/pause`, { method: 'POST' });
    expect((await send(made.eventsUrl!, next.receivingSecret!)).status).toBe(403);
    const stored = JSON.stringify(await database.asOwner('select * from connection where id = $1', [id]));
    expect(stored).not.toContain(next.receivingSecret!.slice(6));
    const all = await officer.read(z.object({ items: z.array(connection) }), '/api/v1/connections');
    expect(all.items.find((each) => each.id === id)).toMatchObject({ state: 'paused', sends: ['ticket'] });
  });

  test('is refused under a name that is taken, without an address to send to, or by whoever may not', async () => {
    await readProblem(post('connections', body, engineer), 409);
    await readProblem(
      post('connections', { ...body, name: 'Other', config: { sends: ['ticket'] } }, engineer),
      400,
    );
    await readProblem(
      post('connections', { ...body, name: 'Other', config: { accepts: ['*'] } }, engineer),
      400,
    );
    await readProblem(post('connections', { ...body, name: 'Other' }), 403);
  });
});

describe('a flood of forged messages', () => {
  test('is one incident', async () => {
    const flooded = await openTestSender(hub, ['ticket.*']);
    for (let n = 0; n < 45; n += 1)
      await flooded.send({ type: 'ticket.closed', data: {} }, { secret: tickets.secret });
    const { items } = await officer.read(
      z.object({ items: z.array(incidentSummary) }),
      '/api/v1/incidents?kind=attack',
    );
    expect(items).toMatchObject([{ detector: 'refused-events', occurrences: 1 }]);
  });
});
