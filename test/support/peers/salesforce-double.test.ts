import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Connection } from 'jsforce/lib/connection.js';
import 'jsforce/lib/api/bulk2.js';
import { SalesforceDouble } from './salesforce-double.ts';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const app = {
  clientId: 'app',
  clientSecret: 'hush',
  publicKey: keys.publicKey,
  user: 'holdfast@example.com',
};

function assertion(more: object = {}): string {
  const claims = {
    iss: app.clientId,
    sub: app.user,
    aud: 'https://login.salesforce.com',
    exp: Math.floor(Date.now() / 1000) + 120,
    ...more,
  };
  const parts = [{ alg: 'RS256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return `${parts.join('.')}.${sign('RSA-SHA256', Buffer.from(parts.join('.')), keys.privateKey).toString('base64url')}`;
}

describe('the Salesforce double, driven by plain jsforce', () => {
  let double: SalesforceDouble;
  let conn: Connection;
  const object = 'Holdfast_Recording__c';
  const external = 'Holdfast_Id__c';
  const row = (n: number, more: object = {}) => ({
    [external]: `id-${n}`,
    Revision__c: 1,
    Key__c: 'k1',
    Held__c: false,
    Withdrawn__c: false,
    ...more,
  });
  const words = (results: unknown) =>
    (
      results as { success: boolean; created?: boolean; errors: { statusCode: string; message: string }[] }[]
    ).map(({ success, created, errors }) =>
      success
        ? created === true
          ? 'created'
          : 'ok'
        : (errors[0]?.message.match(/^HOLDFAST_\w+/)?.[0] ?? errors[0]?.statusCode),
    );

  beforeAll(async () => {
    double = await SalesforceDouble.start(app);
  });
  afterAll(() => double.stop());
  beforeEach(async () => {
    for (const { rows } of double.org.objects.values()) rows.clear();
    conn = new Connection({ loginUrl: double.url, instanceUrl: double.url, version: '64.0' });
    await conn.authorize({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertion(),
    });
  });

  test('gives a session for a good assertion only, and ends it', async () => {
    for (const [wrong, why] of [
      [{ aud: double.url }, 'audience'],
      [{ exp: Math.floor(Date.now() / 1000) + 3600 }, 'expired'],
      [{ sub: 'stranger@example.com' }, "hasn't approved"],
      [{ iss: 'other' }, 'client identifier'],
    ] as const)
      await expect(
        conn.authorize({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion: assertion(wrong),
        }),
      ).rejects.toThrow(why);
    await expect(conn.limits()).resolves.toMatchObject({ DailyApiRequests: { Max: 100_000 } });
    double.tokens.expireAll();
    await expect(conn.limits()).rejects.toMatchObject({ errorCode: 'INVALID_SESSION_ID' });
  });

  test('describes what the package deploys', async () => {
    const { fields } = await conn.describe(object);
    const field = fields.find(({ name }) => name === external);
    expect(field).toMatchObject({ externalId: true, unique: true, length: 36, nillable: false });
    expect(conn.limitInfo.apiUsage?.limit).toBe(100_000);
    await expect(conn.describe('Nothing__c')).rejects.toMatchObject({ errorCode: 'NOT_FOUND' });
  });

  test('upserts by the external id, whatever its case, and answers for each record', async () => {
    expect(words(await conn.upsert(object, [row(1), row(2)], external))).toEqual(['created', 'created']);
    const again = [
      row(1, { Revision__c: 2, [external]: 'ID-1' }),
      row(2),
      row(3, { Region__c: 'x'.repeat(65) }),
      { [external]: 'id-4', Held__c: false },
      row(5, { Nothing__c: 1 }),
    ];
    expect(words(await conn.upsert(object, again, external))).toEqual([
      'ok',
      'HOLDFAST_UNCHANGED',
      'STRING_TOO_LONG',
      'REQUIRED_FIELD_MISSING',
      'INVALID_FIELD',
    ]);
    const many = Array.from({ length: 201 }, (_none, n) => row(n));
    await expect(conn.upsert(object, many, external)).rejects.toThrow('exceeds 200');
    await expect(conn.upsert(object, [row(6, { Revision__c: 'x' })], external)).rejects.toMatchObject({
      errorCode: 'JSON_PARSER_ERROR',
    });
    await expect(conn.upsert(object, [row(6)], 'Key__c')).rejects.toThrow('external ID field');
  });

  test('answers 201, 200 and 300 for a single record', async () => {
    expect(await conn.upsert(object, row(1), external)).toMatchObject({ success: true, created: true });
    expect(await conn.upsert(object, row(1, { Revision__c: 2 }), external)).toMatchObject({ created: false });
    double.org.enter(object, row(1));
    await expect(conn.upsert(object, row(1, { Revision__c: 3 }), external)).rejects.toMatchObject({
      errorCode: 'MULTIPLE_CHOICES',
    });
    expect(words(await conn.upsert(object, [row(1)], external))).toEqual(['DUPLICATE_EXTERNAL_ID']);
  });

  test('guards revisions, holds and what was withdrawn, as the trigger of the package does', async () => {
    await conn.upsert(object, [row(1, { Revision__c: 5, Held__c: true })], external);
    const [{ Id }] = (await conn.query(`SELECT Id FROM ${object} WHERE ${external} IN ('id-1')`)).records as {
      Id: string;
    }[] as [{ Id: string }];
    const mark = { Id, Revision__c: 5, Key__c: 'w', Held__c: false, Withdrawn__c: true };
    expect(words(await conn.upsert(object, [row(1, { Revision__c: 4 })], external))).toEqual([
      'HOLDFAST_SUPERSEDED',
    ]);
    expect(words(await conn.update(object, [mark]))).toEqual(['HOLDFAST_HELD']);
    expect(words(await conn.destroy(object, [Id]))).toEqual(['HOLDFAST_HELD']);
    await conn.upsert(object, [row(1, { Revision__c: 6 })], external);
    expect(words(await conn.destroy(object, [Id]))).toEqual(['HOLDFAST_SUPERSEDED']);
    expect(words(await conn.update(object, [{ ...mark, Revision__c: 6 }]))).toEqual(['ok']);
    expect(words(await conn.upsert(object, [row(1, { Revision__c: 6 })], external))).toEqual([
      'HOLDFAST_SUPERSEDED',
    ]);
    expect(words(await conn.destroy(object, [Id]))).toEqual(['ok']);
    expect(words(await conn.upsert(object, [row(1, { Revision__c: 6 })], external))).toEqual([
      'HOLDFAST_SUPERSEDED',
    ]);
    expect(words(await conn.upsert(object, [row(1, { Revision__c: 7 })], external))).toEqual(['created']);
  });

  test('loads a job, and tells what became of each of its records', async () => {
    await conn.upsert(object, [row(1)], external);
    const results = await conn.bulk2.loadAndWaitForResults({
      object,
      operation: 'upsert',
      externalIdFieldName: external,
      // jsforce takes the columns from the first record.
      input: [row(1, { Revision__c: 2, Region__c: 'eu' }), row(2), row(3, { Region__c: 'x'.repeat(65) })],
      pollInterval: 10,
      pollTimeout: 5000,
    } as never);
    expect(results.successfulResults.map((one) => [one.sf__Created, (one as never)[external]])).toEqual([
      ['false', 'id-1'],
      ['true', 'id-2'],
    ]);
    expect(results.failedResults).toMatchObject([
      { sf__Error: expect.stringMatching(/^STRING_TOO_LONG:.*:Region__c --$/) },
    ]);
    expect(results.unprocessedRecords).toEqual([]);
  });

  test('refuses locked rows, and everything once the requests are used up', async () => {
    double.org.locked = 1;
    expect(words(await conn.upsert(object, [row(1), row(2)], external))).toEqual([
      'UNABLE_TO_LOCK_ROW',
      'created',
    ]);
    double.requests.used = double.requests.limit;
    await expect(conn.limits()).rejects.toMatchObject({ errorCode: 'REQUEST_LIMIT_EXCEEDED' });
    double.requests.used = 0;
  });

  test('finds people by number however it is written, and by e-mail', async () => {
    const id = double.org.enter('Contact', {
      LastName: 'A',
      Phone: '(415) 555-0100',
      Email: "o'a@example.com",
    });
    const found = await conn.search(
      'FIND {"4155550100" OR "5550100"} IN PHONE FIELDS RETURNING Contact(Id, Phone)',
    );
    expect(found.searchRecords).toMatchObject([{ Id: id, attributes: { type: 'Contact' } }]);
    const mail = await conn.query("SELECT Id FROM Contact WHERE Email IN ('o\\'a@example.com')");
    expect(mail.records).toMatchObject([{ Id: id }]);
  });
});
