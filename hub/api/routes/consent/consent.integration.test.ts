import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { CommandTaker } from '../../../live/command-taker.ts';
import { describeCalls } from '../../../live/describe-calls.ts';
import { processEvent } from '../../../webhooks/process-event.ts';
import { newId } from '../../../../recorder-core/records/ids.ts';
import { replaceLiveCalls } from '../../../../recorder-core/records/live-calls.ts';
import { upsertNode } from '../../../../recorder-core/records/recorder-nodes.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import { ScriptedRecorder } from '../../../../test/support/scripted-recorder.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { openTestSender } from '../../../../test/support/webhook-connection.ts';
import {
  consentChange,
  consentChangePage,
  consentEvidence,
  recordingConsent,
} from '../../schemas/consent.ts';
import { custody } from '../../schemas/ledger.ts';

jest.setTimeout(60_000);

const NODE = 'node-1';
let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let recordingId: string;
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  recordingId = await addRecordingRow(database.db, database.tenantId);
});
afterAll(async () => {
  await hub.close();
  await database.close();
});

const post = (body: unknown) => ({ method: 'POST', body });

describe('evidence of consent', () => {
  test('is added to a recording, shown with it, and is in its custody', async () => {
    const path = `/api/v1/recordings/${recordingId}`;
    const body = {
      kind: 'assented',
      label: '2',
      offsetMs: 10,
      prompt: { id: 'welcome-7', sha256: 'ab'.repeat(32), language: 'de' },
    };
    const added = await officer.read(consentEvidence, `${path}/consent-evidence`, post(body));
    expect(added).toMatchObject({ kind: 'assented', offsetMs: 10, prompt: body.prompt, source: 'api' });
    const shown = await officer.read(recordingConsent, `${path}/consent`);
    expect(shown.evidence).toEqual([added]);
    const { entries } = await officer.read(custody, `${path}/custody`);
    expect(entries.map(({ act }) => act)).toContain('consent.noted');
  });

  test.each([
    ['a withdrawal, which is a change', { kind: 'withdrawn' }],
    ['a place behind the end', { kind: 'announced', offsetMs: 999_999_999 }],
    ['what is still to be said', { kind: 'announced', saidAt: '2999-01-01T00:00:00.000Z' }],
    ['an unknown field', { kind: 'announced', line: '2' }],
  ])('is refused for %s', async (_what, body) => {
    const answer = await officer.fetch(`/api/v1/recordings/${recordingId}/consent-evidence`, post(body));
    expect(answer.status).toBe(400);
  });

  test('is noted by nobody whose role does not decide about consent', async () => {
    const auditor = await hub.signIn('auditor');
    const answer = await auditor.fetch(
      `/api/v1/recordings/${recordingId}/consent-evidence`,
      post({ kind: 'announced' }),
    );
    expect(answer.status).toBe(403);
  });
});

describe('what is said in a call in progress', () => {
  test('reaches its recorder, without a name, and stands as evidence', async () => {
    const { tenantId, db } = database;
    const callId = newId(Date.now());
    const recorder = new ScriptedRecorder();
    recorder.set({
      recordingId: callId,
      startedAtMs: Date.now() - 5_000,
      transport: 'tls',
      dialect: null,
      state: 'waiting',
      streams: [],
      alerts: [],
    });
    await db.forTenant(tenantId, async (tx) => {
      await upsertNode(tx, tenantId, {
        node: NODE,
        region: 'eu-central',
        version: '1',
        state: 'taking',
        calls: 1,
        capacity: 5,
      });
      await replaceLiveCalls(tx, tenantId, NODE, describeCalls(recorder.calls()));
    });
    const noted = await officer.read(
      consentEvidence,
      `/api/v1/live-calls/${callId}/consent`,
      post({ kind: 'assented', label: '2' }),
    );
    expect(noted.offsetMs).toBeGreaterThanOrEqual(4_000);
    const taker = new CommandTaker({
      db,
      tenantId,
      node: NODE,
      control: recorder,
      now: () => new Date(),
      onSettled: () => undefined,
      onFault: (error) => {
        throw error;
      },
    });
    await taker.take();
    await taker.settled();
    expect(recorder.told).toEqual([`consent ${callId}: assented by 2`]);
    const stored = await database.asOwner(
      'select kind, source from consent_evidence where recording_id = $1',
      [callId],
    );
    expect(stored).toEqual([{ kind: 'assented', source: 'api' }]);
    const ended = await officer.fetch(
      `/api/v1/live-calls/${randomUUID()}/consent`,
      post({ kind: 'refused' }),
    );
    expect(ended.status).toBe(404);
  });
});

describe('a change of consent', () => {
  test('is taken once, listed, and set going', async () => {
    const body = { kind: 'withdrawn', effect: 'erase', address: '+49 30 123 999', reason: 'By telephone.' };
    const taken = await officer.read(consentChange, '/api/v1/consent-changes', post(body));
    expect(taken).toMatchObject({
      kind: 'withdrawn',
      state: 'asked',
      address: '+49 30 123 999',
      results: {},
    });
    const { items } = await officer.read(consentChangePage, '/api/v1/consent-changes');
    expect(items.map(({ id }) => id)).toContain(taken.id);
    const messages = await database.asOwner(
      "select payload from outbox where topic = 'consent.changed' and payload ->> 'changeId' = $1",
      [taken.id],
    );
    expect(messages).toHaveLength(1);
  });

  test.each([
    ['of nobody', { kind: 'withdrawn', address: 'anonymous', reason: 'x' }, 400],
    [
      'of a party and a recording',
      { kind: 'withdrawn', address: '+4930', recordingId: randomUUID(), reason: 'x' },
      400,
    ],
    ['without a reason', { kind: 'withdrawn', address: '+493012345' }, 400],
    ['of another’s recording', { kind: 'withdrawn', recordingId: randomUUID(), reason: 'x' }, 404],
  ] as const)('%s is refused', async (_what, body, status) => {
    const answer = await officer.fetch('/api/v1/consent-changes', post(body));
    await readProblem(answer, status);
  });

  test('comes from another system as well, and the same message changes nothing twice', async () => {
    const sender = await openTestSender(hub, ['consent.*']);
    const event = {
      type: 'consent.withdrawn',
      timestamp: '2026-11-20T09:00:00.000Z',
      data: { address: 'sip:+493012344@crm.example', effect: 'erase' },
    };
    const { id } = (await (await sender.send(event, { id: 'm-1' })).json()) as { id: string };
    const ref = { tenantId: database.tenantId, eventId: id };
    const deps = {
      db: database.db,
      packs: hub.services.packs,
      journal: () => Promise.resolve(hub.services.journal),
      newId: (at: Date) => newId(at.getTime()),
      now: () => new Date(),
    };
    await processEvent(deps, ref);
    await sender.send(event, { id: 'm-1' });
    await processEvent(deps, ref);
    const rows = await database.asOwner(
      'select kind, effect, source, said_at from consent_change where id = $1',
      [id],
    );
    expect(rows).toEqual([
      { kind: 'withdrawn', effect: 'erase', source: 'event', said_at: new Date(event.timestamp) },
    ]);
  });
});
