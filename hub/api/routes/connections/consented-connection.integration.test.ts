/** A person's consent at Salesforce, from the first question to its end, against an authorization server on loopback. */
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deliverDue } from '../../../../activities/deliveries/deliver-due.ts';
import { browseBack } from '../../../../test/support/peers/browse-back.ts';
import { consentAuthority, type ConsentAuthority } from '../../../../test/support/peers/consent-authority.ts';
import { SalesforceDouble } from '../../../../test/support/peers/salesforce-double.ts';
import { addRecordingRow } from '../../../../test/support/recording-rows.ts';
import {
  asActivity,
  openActivityBench,
  type ActivityBench,
} from '../../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import {
  readProblem,
  startTestHub,
  type TestHub,
  type TestPerson,
} from '../../../../test/support/test-hub.ts';
import { makeSendBatch } from '../../../connections/send-batch.ts';
import {
  authorizationStart,
  connectionDetail,
  connectionHealth,
  connectionSecrets,
} from '../../schemas/connection.ts';

const REDIRECT = 'https://hub.example/connections/authorized';
const SECRET = 'canary-secret-of-the-app';

let database: TestDatabase;
let hub: TestHub;
let bench: ActivityBench;
let organisation: SalesforceDouble;
let authority: ConsentAuthority;
let engineer: TestPerson;
let id: string;

beforeAll(async () => {
  const app = {
    clientId: 'holdfast',
    clientSecret: SECRET,
    publicKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
    user: 'integration@example.com',
  };
  [database, organisation] = await Promise.all([openTestDatabase(), SalesforceDouble.start(app)]);
  authority = consentAuthority(organisation.url, { ...app, redirectUri: REDIRECT }, 'salesforce');
  organisation.authority = authority;
  hub = await startTestHub(database);
  const { db, keys, connectorHost: host } = hub.services;
  const sendBatch = makeSendBatch({ db, keys, host, onOutcome: () => undefined });
  bench = await openActivityBench(database, { keys, sendBatch });
  engineer = await hub.signIn('engineer');
  const made = await engineer.read(connectionSecrets, '/api/v1/connections', {
    method: 'POST',
    body: {
      connector: 'salesforce',
      name: 'Sales',
      config: { instanceUrl: organisation.url },
      credential: { type: 'oauth2_code', clientId: app.clientId, clientSecret: SECRET },
    },
  });
  id = made.id;
});
afterAll(async () => {
  await bench.close();
  await hub.close();
  await organisation.stop();
  await database.close();
});

const act = (verb: string) =>
  engineer.read(connectionDetail, `/api/v1/connections/${id}/${verb}`, { method: 'POST', body: {} });
const health = () => engineer.read(connectionHealth, `/api/v1/connections/${id}/health`);
const back = (body: object) => engineer.fetch('/api/v1/connection-authorizations', { method: 'POST', body });

/** Asks where to consent, goes there, and gives what the person came back with. */
async function consent(answer?: 'deny'): Promise<URLSearchParams> {
  const { url } = await engineer.read(authorizationStart, `/api/v1/connections/${id}/authorize`, {
    method: 'POST',
  });
  expect(url.startsWith(`${organisation.url}/services/oauth2/authorize?`)).toBe(true);
  return (await browseBack(url, REDIRECT, answer)).searchParams;
}
const brought = (from: URLSearchParams) => ({ state: from.get('state') ?? '', code: from.get('code') ?? '' });

async function deliverOne(): Promise<void> {
  const { tenantId, db } = database;
  const recordingId = await addRecordingRow(db, tenantId);
  await database.asOwner("update recording set state = 'retained' where id = $1", [recordingId]);
  await bench.activities.lifecycle.queueRecording({ tenantId, recordingId });
  await asActivity(() => deliverDue(bench.deps)({ tenantId, connectionId: id, lane: 'live' }));
}
const there = (): number => organisation.org.live('Holdfast_Recording__c').length;

describe('a consent at Salesforce', () => {
  test('that is refused changes nothing; one that is given gives a token, once', async () => {
    const before = await act('check');
    expect(before.checks.find((check) => check.id === 'login')).toMatchObject({ status: 'fail' });
    expect((await consent('deny')).get('error')).toBe('access_denied');
    const from = brought(await consent());
    expect((await readProblem(back({ ...from, code: 'made-up' }), 400)).code).toBe('invalid_input');
    expect((await readProblem(back(from), 403)).code).toBe('forbidden'); // the state was used

    const given = brought(await consent());
    expect((await back(given)).status).toBe(200);
    expect(await readProblem(back(given), 403)).toMatchObject({ code: 'forbidden' });
    const { checks } = await act('check');
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(await act('go-live')).toMatchObject({ state: 'live', credential: { kind: 'oauth2_code' } });
  });

  test('carries what is sent, and is renewed by the same refresh token when Salesforce ends the session', async () => {
    await deliverOne();
    expect(there()).toBe(1);
    const renewals = (): number => authority.asked.filter((kind) => kind === 'refresh_token').length;
    const before = renewals();
    for (const count of [2, 3]) {
      authority.endTokens();
      await deliverOne();
      expect(there()).toBe(count);
    }
    expect(renewals()).toBe(before + 2);
    expect(await health()).toMatchObject({ token: { state: 'good', refusals: 0 } });
  });

  test('that is taken back stops the connection with an incident, loses nothing, and is given anew', async () => {
    authority.endTokens();
    await authority.revoke();
    await deliverOne();
    expect(there()).toBe(3);
    expect(await health()).toMatchObject({
      token: { state: 'needs-consent' },
      deliveries: { queued: 1, dead: 0, error: { class: 'auth' } },
    });
    expect(await database.asOwner('select state from incident')).toEqual([{ state: 'open' }]);

    expect((await back(brought(await consent()))).status).toBe(200);
    await deliverOne();
    await asActivity(() =>
      deliverDue(bench.deps)({ tenantId: database.tenantId, connectionId: id, lane: 'live' }),
    );
    expect(there()).toBe(5);
    expect(await health()).toMatchObject({ token: { state: 'good' }, deliveries: { queued: 0, dead: 0 } });
  });

  test('is not the only thing that opens the gate: checks of which none failed and a resumption do, those that fail do not', async () => {
    const close = () => database.asOwner("update delivery_gate set closed_until = now() + interval '1 hour'");
    const gate = async () => (await database.asOwner('select closed_until from delivery_gate'))[0];
    const told = async () =>
      (await database.asOwner("select from outbox where topic = 'deliveries.queued'")).length;
    for (const verbs of [['check'], ['pause', 'resume']]) {
      await close();
      const before = await told();
      for (const verb of verbs) await act(verb);
      expect([await gate(), await told()]).toEqual([{ closed_until: null }, before + 3]);
    }
    await close();
    authority.endTokens();
    await authority.revoke();
    await act('check');
    expect((await gate())?.['closed_until']).not.toBeNull();
  });

  test('leaves no secret in a row, an answer or a line of the log', async () => {
    const seen = await Promise.all([
      database.asOwner('select * from connection'),
      database.asOwner('select * from connection_token'),
      database.asOwner('select * from connection_authorization'),
      database.asOwner('select * from delivery_attempt'),
      database.asOwner('select * from incident'),
      database.asOwner("select convert_from(body, 'UTF8') as body from ledger_pending"),
      engineer.fetch(`/api/v1/connections/${id}`).then((answer) => answer.text()),
      engineer.fetch(`/api/v1/connections/${id}/health`).then((answer) => answer.text()),
    ]);
    expect(JSON.stringify([seen, hub.log])).not.toContain(SECRET);
  });
});
