import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../../test/support/test-hub.ts';
import { consentChangeDetail, consentChangePage } from '../../api/schemas/consent.ts';
import { recordCall } from '../../../test/support/test-recording.ts';

let database: TestDatabase;
let hub: TestHub;
let officer: TestPerson;
let recordingId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  hub = await startTestHub(database);
  officer = await hub.signIn('compliance_officer');
  recordingId = (await recordCall(hub, { ms: 400 })).id;
}, 240_000);
afterAll(async () => {
  await hub.close();
  await database.close();
});

/** Runs `holdfast consent` for the officer. */
const consent = (...args: string[]) => runHoldfast(database, ['consent', ...args, '--user', officer.name]);

const withdraw = () => consent('withdraw', '--recording', recordingId, '--reason', 'By telephone.');
const changes = () => database.asOwner('select from consent_change');
const evidence = () => database.asOwner("select from consent_evidence where source = 'api'");

test('consent of a recording behind a wall is neither shown, nor noted, nor withdrawn; of another it is', async () => {
  await database.asOwner("update recording set classification = 'hr' where id = $1", [recordingId]);
  const behind = { code: 1, output: expect.stringContaining('wall/hr') };
  expect(await consent('show', recordingId)).toMatchObject(behind);
  expect(await consent('note', recordingId, '--kind', 'assented')).toMatchObject(behind);
  expect(await withdraw()).toMatchObject(behind);
  const body = { kind: 'withdrawn', effect: 'restrict', recordingId, reason: 'By telephone.' };
  await readProblem(officer.fetch('/api/v1/consent-changes', { method: 'POST', body }), 403);
  expect([await changes(), await evidence()]).toEqual([[], []]);

  await database.asOwner('update recording set classification = null where id = $1', [recordingId]);
  expect((await consent('show', recordingId)).output).toContain('decided');
  expect(await consent('note', recordingId, '--kind', 'assented')).toMatchObject({ code: 0 });
  expect(await withdraw()).toMatchObject({ code: 0 });
  expect([await changes(), await evidence()]).toMatchObject([{ length: 1 }, { length: 1 }]);

  const [made] = await database.asOwner<{ id: string }>('select id from consent_change');
  const path = '/api/v1/consent-changes';
  const listed = async () => (await officer.read(consentChangePage, path)).items.map(({ id }) => id);
  expect(await listed()).toEqual([made!.id]);
  expect((await consent('show', made!.id)).output).toContain('withdrawn');
  await database.asOwner("update recording set classification = 'hr' where id = $1", [recordingId]);
  expect(await listed()).toEqual([]);
  await readProblem(officer.fetch(`${path}/${made!.id}`), 403);
  expect(await consent('show', made!.id)).toMatchObject(behind);

  // A change of a party tells what came of it, without the recordings behind a wall.
  await database.asOwner("update consent_change set recording_id = null, party_digest = sha256('a party')");
  await database.asOwner(
    `insert into consent_change_item (tenant_id, change_id, recording_id, action, ground, rules, decided_at)
     values ($1, $2, $3, 'kept', 'A law.', '[]', now())`,
    [database.tenantId, made!.id, recordingId],
  );
  const party = () => officer.read(consentChangeDetail, `${path}/${made!.id}`);
  expect(await party()).toMatchObject({ items: [], withheld: 1 });
  expect((await consent('show', made!.id)).output).not.toContain(recordingId);
  await database.asOwner('update recording set classification = null where id = $1', [recordingId]);
  expect(await party()).toMatchObject({ items: [{ recordingId }], withheld: 0 });
  expect((await consent('show', made!.id)).output).toContain(recordingId);
}, 240_000);
