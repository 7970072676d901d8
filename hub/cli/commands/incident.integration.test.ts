import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runHoldfast } from '../../../test/support/run-holdfast.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const incident = (...args: string[]) => runHoldfast(database, ['incident', ...args]);

test('an incident is opened, classified, listed and shown in lines with its clocks', async () => {
  const opened = await incident('report', 'A laptop was lost', '--kind', 'breach', '--severity', 'high');
  expect(opened).toMatchObject({ code: 0 });
  const [id = ''] = /[0-9a-f-]{36}/.exec(opened.output) ?? [];
  expect((await incident('list')).output).toMatch(
    new RegExp(`^${id}  high     open      A laptop was lost`, 'm'),
  );
  expect((await incident('classify', id, '--yes', 'nothing', '--reason', 'Guessed.')).output).toContain(
    '"nothing" is none of ',
  );
  const none = await incident('classify', id, '--no', 'rest', '--reason', 'It was empty.');
  expect(none).toEqual({ code: 0, output: 'No clock of the law runs.\n' });
  expect((await incident('show', id)).output).toMatch(
    /^A laptop was lost\nbreach, high, open; detected .*, seen 1 times; owner nobody\n(.*\n)*  → .*\n(.*\n)*.* classified .*: It was empty\.$/m,
  );
});
