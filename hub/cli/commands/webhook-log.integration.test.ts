import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { sendWebhooks } from '../../../activities/webhooks/send-webhooks.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { appendLeaf } from '../../../recorder-core/records/ledger-log.ts';
import { sequenceTenant } from '../../../recorder-core/records/sequence-leaves.ts';
import { startEventReceiver, type EventReceiver } from '../../../test/support/event-receiver.ts';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { asActivity } from '../../../test/support/stored-recording.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { startTestHub, type TestHub } from '../../../test/support/test-hub.ts';
import { testWebhooks } from '../../../test/support/webhook-posting.ts';
import { endpointSecret } from '../../api/schemas/webhook.ts';
import { tellEndpoint } from '../../webhooks/out/tell-endpoint.ts';

jest.setTimeout(240_000); // commands are processes of their own

let database: TestDatabase;
let hub: TestHub;
let receiver: EventReceiver;
let posting: ReturnType<typeof testWebhooks>;
const now = () => new Date();
beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  receiver = await startEventReceiver();
  posting = testWebhooks(hub.services.keys, { timeoutMs: 2000, now });
});
afterAll(async () => {
  posting.close();
  await receiver.close();
  await hub.close();
  await database.close();
});

/** Runs `holdfast webhook` for the local administrator. */
const webhook = (...args: string[]) => runHoldfast(database, ['webhook', ...args]);

test('the command line shows the key that verifies, how an endpoint stands, and why a message was not taken', async () => {
  receiver.answer = (_message, response) => response.writeHead(422).end('{"code":"no_such_case"}');
  const engineer = await hub.signIn('engineer');
  const body = { name: 'SIEM', url: receiver.url, types: ['hold.*'] };
  const made = await engineer.read(endpointSecret, '/api/v1/webhooks', { method: 'POST', body });
  const { tenantId, db } = database;
  const object = { type: 'recording', id: newId(Date.now()) } as const;
  await db.forTenant(tenantId, (tx) =>
    appendLeaf(tx, tenantId, { at: now(), act: 'hold.placed', object, outcome: 'done', facts: {} }, {}),
  );
  await sequenceTenant(db, tenantId);
  const ref = { tenantId, endpointId: made.id };
  await tellEndpoint(db, ref, now());
  await asActivity(() =>
    sendWebhooks({ db, newId: (at) => newId(at.getTime()), now, webhooks: posting })(ref),
  );

  const shown = await webhook('show', made.id);
  expect(shown.output).toContain(`Verify with     ${made.publicKeys[0]?.key}`);
  expect(shown.output).toMatch(/^Messages +1 waiting, 0 failed, 0 sent in the last day$/m);
  expect(shown.output).toMatch(/^Failing +1 in a row since 2/m);

  const logged = await webhook('log', made.id);
  const [, index = ''] = /^ *(\d+) .*hold\.placed +waiting, 1 attempts, next 2/m.exec(logged.output) ?? [];
  expect(index).not.toBe('');
  expect((await webhook('log', made.id, '--before', index)).output).toBe('');

  const { code, output } = await webhook('message', made.id, index);
  expect(code).toBe(0);
  expect(output).toMatch(/^ {2}2\S+ +\d+ ms {2}refused 422: .*no_such_case/m);
  expect(output).toContain(`"subject": "recording/${object.id}"`);
  expect(await webhook('message', made.id, '999999')).toMatchObject({
    code: 1,
    output: expect.stringContaining('was not told of such an event'),
  });
});

test('what an endpoint said before is listed, and said again', async () => {
  const engineer = await hub.signIn('engineer');
  const body = { name: 'Desk', url: receiver.url, types: ['hold.*'] };
  const { id } = await engineer.read(endpointSecret, '/api/v1/webhooks', { method: 'POST', body });
  expect(await webhook('change', id, '--types', 'incident.*', '--about', 'Night')).toMatchObject({ code: 0 });
  const listed = await webhook('versions', id);
  expect(listed.output.split('\n')).toEqual([
    expect.stringMatching(/^v2 .* current {2}Desk$/),
    expect.stringMatching(/^v1 .* former {2}Desk$/),
    '',
  ]);
  expect(await webhook('roll-back', id, '--to', '3')).toMatchObject({
    code: 1,
    output: expect.stringContaining('no such version'),
  });
  expect(await webhook('roll-back', id, '--to', '1')).toMatchObject({ code: 0 });
  expect((await webhook('show', id)).output).toMatch(/^Told of +hold\.\*$/m);
  expect((await webhook('versions', id)).output).toMatch(/^v3 .* current {2}Desk$/m);
});
