import { describe, expect, test } from '@jest/globals';
import { quotaOf } from '../../hub/connections/host/quota.ts';
import { compileMapping } from '../../hub/connections/mapping/compile-mapping.ts';
import { acceptConnector } from '../../test/support/connectors/accept-connector.ts';
import { salesforceBench, type SalesforceSubject } from '../../test/support/connectors/salesforce-bench.ts';
import { sampleId, sampleRecording, sampleWithdrawal } from '../kit/acceptance/sample-records.ts';
import { brief } from '../kit/acceptance/with-subject.ts';
import { salesforce } from './connector.ts';
import { DEFAULT_MAPPING } from './recording-object.ts';

const bench = salesforceBench();

describe('Salesforce connector, over a double of an organisation', () => {
  acceptConnector(bench);
});

async function withSubject(
  config: object,
  work: (subject: SalesforceSubject) => Promise<void>,
  requestsPerDay = 100_000,
): Promise<void> {
  const subject = await bench.open('good', { config, requestsPerDay });
  try {
    await work(subject);
  } finally {
    await subject.close();
  }
}

const upsert = 'upsert-recording';
const remove = 'delete-recording';
const party = (address: string) => ({ name: null, address });

describe('a recording in Salesforce', () => {
  test('stands with its contact, account, open case and task, and says where it was not clear whose it is', () =>
    withSubject({}, async ({ tenantId, run, double: { org }, remoteFields }) => {
      const account = org.enter('Account', { Name: 'Acme', Phone: '+1 415 555 0199' });
      const ana = org.enter('Contact', { LastName: 'A', Phone: '(415) 555-0100', AccountId: account });
      const open = org.enter('Case', { ContactId: ana, IsClosed: false });
      org.enter('Case', { ContactId: ana, IsClosed: true });
      org.enter('Contact', { LastName: 'B', Email: 'twins@example.com' });
      org.enter('Contact', { LastName: 'C', Email: 'Twins@example.com' });
      const lead = org.enter('Lead', { LastName: 'L', MobilePhone: '0151 2345678' });
      org.enter('Lead', { LastName: 'M', MobilePhone: '0151 2345678', IsConverted: true });
      const of = (n: number, address: string) => sampleRecording(tenantId, n, { parties: [party(address)] });
      const outcomes = await run(upsert, [
        of(1, 'tel:+14155550100'),
        of(2, 'sip:twins@example.com'),
        of(3, 'tel:+491512345678'),
        of(4, 'tel:+14155550199'),
        of(5, 'tel:+14155559999'),
      ]);
      expect(brief(outcomes)).toEqual(Array.from({ length: 5 }, () => 'done:created'));
      expect(outcomes.map((one) => (one.outcome === 'done' ? one.receipt.note : ''))).toEqual([
        undefined,
        'contact-ambiguous',
        undefined,
        undefined,
        undefined,
      ]);
      const related = { Contact__c: ana, Account__c: account, Case__c: open, Relation__c: 'related' };
      expect(await remoteFields!(sampleId(1))).toMatchObject(related);
      expect(await remoteFields!(sampleId(2))).toMatchObject({
        Contact__c: null,
        Relation__c: 'contact-ambiguous',
      });
      expect(await remoteFields!(sampleId(3))).toMatchObject({ Lead__c: lead, Contact__c: null });
      expect(await remoteFields!(sampleId(4))).toMatchObject({ Account__c: account, Relation__c: 'related' });
      expect(await remoteFields!(sampleId(5))).toMatchObject({ Account__c: null, Relation__c: 'none' });
      const tasks = org
        .live('Task')
        .toSorted((a, b) => String(a['Holdfast_Id__c']).localeCompare(String(b['Holdfast_Id__c'])));
      const { Id } = await remoteFields!(sampleId(1));
      expect(tasks).toHaveLength(5);
      expect(tasks[0]).toMatchObject({
        Holdfast_Recording__c: Id,
        WhoId: ana,
        WhatId: open,
        CallDurationInSeconds: 90,
        ActivityDate: '2026-03-01',
        Status: 'Completed',
      });
      expect(tasks[2]).toMatchObject({ WhoId: lead, WhatId: null });
      // What a person entered stays where the search finds nothing.
      const fifth = org.live('Holdfast_Recording__c').find((row) => row['Holdfast_Id__c'] === sampleId(5));
      fifth!['Account__c'] = account;
      await run(upsert, [{ ...of(5, 'tel:+14155559999'), revision: 2 }]);
      expect(await remoteFields!(sampleId(5))).toMatchObject({ Account__c: account });
    }));

  test('has the fields of the mapping that a new connection begins with', () =>
    withSubject({ tasks: false, relate: [] }, async ({ tenantId, ctx, run, remoteFields }) => {
      const [object] = (await salesforce.discover(ctx)).objects;
      const mapping = compileMapping(DEFAULT_MAPPING, { fields: object?.fields ?? [] });
      expect(mapping.faults).toEqual([]);
      const record = sampleRecording(tenantId, 1, { retainUntil: null });
      const mapped = mapping.apply(record);
      if ('error' in mapped) throw new Error(mapped.error.message);
      expect(mapped.skipped).toEqual([]);
      const sent = { ...record, fields: mapped.fields };
      expect(brief(await run(upsert, [sent]))).toEqual(['done:created']);
      expect(await remoteFields!(sampleId(1))).toMatchObject({
        Started__c: '2026-03-01T09:00:00.000Z',
        Duration__c: 90,
        Retain_Until__c: null,
        Region__c: 'eu',
        Link__c: record.link,
      });
      // The same revision under another mapping is written; the same once more is not.
      const other = { ...record, fields: { ...mapped.fields, Region__c: 'us' } };
      expect(brief([...(await run(upsert, [other])), ...(await run(upsert, [other]))])).toEqual([
        'done:updated',
        'done:unchanged',
      ]);
    }));

  test('that is withdrawn leaves an id and a revision in the recycle bin, and no task', () =>
    withSubject({}, async ({ tenantId, run, double: { org } }) => {
      const record = { ...sampleRecording(tenantId, 1), fields: { Region__c: 'eu', Call_Id__c: 'call' } };
      await run(upsert, [record, sampleRecording(tenantId, 2)]);
      expect(brief(await run(remove, [sampleWithdrawal(tenantId, 1)]))).toEqual(['done:deleted']);
      expect(org.live('Task')).toHaveLength(1);
      const [bin] = [...org.objects.get('Holdfast_Recording__c')!.rows.values()];
      const kept = Object.entries(bin!).flatMap(([name, value]) =>
        value === null || value === false ? [] : [name],
      );
      expect(kept.toSorted()).toEqual([
        'Holdfast_Id__c',
        'Id',
        'IsDeleted',
        'Key__c',
        'Revision__c',
        'Withdrawn__c',
      ]);
      // A worker that was stopped in between left a task.
      org.live('Holdfast_Recording__c')[0]!['IsDeleted'] = true;
      expect(brief(await run(remove, [sampleWithdrawal(tenantId, 2)]))).toEqual(['done:deleted']);
      expect(org.live('Task')).toHaveLength(0);
    }));

  test('that is locked, raced or malformed comes alone to its end, and its task is made up for', () =>
    withSubject({}, async ({ tenantId, run, count, double: { org } }) => {
      const record = (n: number) => sampleRecording(tenantId, n);
      const bad = { ...record(3), fields: { Duration__c: 'long' } };
      org.locked = 1;
      const first = await run(upsert, [record(1), record(2), bad, record(4)]);
      expect(brief(first)).toEqual([
        'rejected:transient',
        'done:created',
        'rejected:invalid_record',
        'done:created',
      ]);
      org.races = 1;
      expect(brief(await run(upsert, [record(1)]))).toEqual(['done:unchanged']);
      expect(await count()).toBe(3);
      for (const task of org.live('Task')) task['IsDeleted'] = true;
      expect(brief(await run(upsert, [record(1), record(2)]))).toEqual(['done:unchanged', 'done:unchanged']);
      expect(org.live('Task')).toHaveLength(2);
    }));

  test('waits with its connection where a field of the package is gone, and goes once it is there again', () =>
    withSubject({}, async ({ tenantId, run, double: { org } }) => {
      const { fields } = org.objects.get('Holdfast_Recording__c')!;
      const key = fields.get('Key__c')!;
      fields.delete('Key__c');
      const records = [1, 2].map((n) => sampleRecording(tenantId, n));
      for (const outcome of await run(upsert, records))
        expect(outcome).toMatchObject({ error: { class: 'config', scope: 'connection' } });
      fields.set('Key__c', key);
      expect(brief(await run(upsert, records))).toEqual(['done:created', 'done:created']);
    }));

  test('waits with its connection where the user may not write any more', () =>
    withSubject({}, async ({ tenantId, run, double: { org } }) => {
      const records = [1, 2].map((n) => sampleRecording(tenantId, n));
      org.access = 'read';
      for (const outcome of await run(upsert, records))
        expect(outcome).toMatchObject({
          error: {
            class: 'permission',
            scope: 'connection',
            remote: { code: 'INSUFFICIENT_ACCESS_OR_READONLY' },
          },
        });
      org.access = 'integration';
      expect(new Set(brief(await run(upsert, records)))).toEqual(new Set(['done:created']));
    }));

  test('is refused alone where it is only this one that the user may not write', () =>
    withSubject({}, async ({ tenantId, run, double: { org } }) => {
      const records = (revision: number) => [1, 2].map((n) => sampleRecording(tenantId, n, { revision }));
      await run(upsert, records(1));
      const [first] = org.live('Holdfast_Recording__c');
      org.unshared.add(String(first?.['Id']));
      const outcomes = await run(upsert, records(2));
      expect(brief(outcomes).toSorted()).toEqual(['done:updated', 'rejected:permission']);
      expect(outcomes).toContainEqual(
        expect.objectContaining({ error: expect.objectContaining({ scope: 'record' }) }),
      );
    }));

  test('is related whatever the length of the addresses of those who come with it', () =>
    withSubject({ tasks: false }, async ({ tenantId, run, double: { org }, remoteFields }) => {
      const host = `${'d'.repeat(60)}.`.repeat(2);
      const email = (n: number) =>
        n === 119 ? 'zoe@example.com' : `${n}.${'a'.repeat(50)}@${host}example.com`;
      const records = Array.from({ length: 120 }, (_none, n) =>
        sampleRecording(tenantId, n, { parties: [party(`sip:${email(n)}`)] }),
      );
      const last = org.enter('Contact', { LastName: 'Z', Email: email(119) });
      expect(new Set(brief(await run(upsert, records)))).toEqual(new Set(['done:created']));
      expect(await remoteFields!(sampleId(119))).toMatchObject({ Contact__c: last });
    }));

  test('is not sent once the requests of the day are used up, or what is left is for others', () =>
    withSubject(
      { relate: [], reservePercent: 50 },
      async ({ tenantId, run, double: { requests } }) => {
        const records = Array.from({ length: 450 }, (_none, n) => sampleRecording(tenantId, n));
        requests.used = 3;
        const outcomes = brief(await run(upsert, records));
        expect(outcomes.filter((one) => one === 'done:created')).toHaveLength(400);
        expect(outcomes.filter((one) => one === 'rejected:quota')).toHaveLength(50);
        requests.used = requests.limit;
        const [outcome] = await run(upsert, [sampleRecording(tenantId, 500)]);
        expect(outcome).toMatchObject({ error: { class: 'quota', scope: 'connection', afterMs: 900_000 } });
      },
      10,
    ));
});

test('what is left of the requests of the day is read from every answer, for people to see', () => {
  const told = { 'sforce-limit-info': 'api-usage=18/5000 (per-app-api-usage=17/250(appName=holdfast))' };
  expect(quotaOf(salesforce.manifest.rate.quota, told, 0)?.quota).toEqual({ limit: 5000, remaining: 4982 });
});

test('an organisation whose activities have none of our fields takes recordings without tasks, and deletes them', () =>
  withSubject({ tasks: false, relate: [] }, async ({ tenantId, ctx, run, double: { org } }) => {
    const { fields } = org.objects.get('Task')!;
    for (const name of [...fields.keys()].filter((one) => one.endsWith('__c'))) fields.delete(name);
    expect(await salesforce.check(ctx, 'fields')).toMatchObject({ status: 'ok' });
    expect(brief(await run(upsert, [sampleRecording(tenantId, 1)]))).toEqual(['done:created']);
    expect(brief(await run(remove, [sampleWithdrawal(tenantId, 1)]))).toEqual(['done:deleted']);
  }));

test('a client with a secret may write, and whoever is refused still hears that Salesforce answers', async () => {
  const subject = await bench.open('good', { bySecret: true, config: { relate: [] } });
  expect(brief(await subject.run(upsert, [sampleRecording(subject.tenantId, 1)]))).toEqual(['done:created']);
  await subject.close();
  const stranger = await bench.open('bad-credential');
  expect(await salesforce.check(stranger.ctx, 'reachable')).toMatchObject({ status: 'ok' });
  await stranger.close();
});

describe('many recordings', () => {
  const records = (tenantId: string) =>
    Array.from({ length: 300 }, (_none, n) => sampleRecording(tenantId, n));

  test('go as a job, each with an answer of its own, and a second time change nothing', () =>
    withSubject({ bulkThreshold: 200 }, async ({ tenantId, run, count, double: { bulk, org, seen } }) => {
      const many = records(tenantId).map((record, n) =>
        n === 7 ? { ...record, fields: { Region__c: 'x'.repeat(99) } } : record,
      );
      const outcomes = brief(await run(upsert, many));
      expect(outcomes.filter((one) => one === 'done:created')).toHaveLength(299);
      expect(outcomes[7]).toBe('rejected:invalid_record');
      expect(org.live('Task')).toHaveLength(299);
      expect(new Set(brief(await run(upsert, records(tenantId).slice(8))))).toEqual(
        new Set(['done:unchanged']),
      );
      expect(await count()).toBe(299);
      expect(org.live('Holdfast_Job__c')).toEqual([]);
      expect(bulk.jobs.size).toBe(4);
      expect(seen.filter((call) => call.endsWith('/composite'))).toEqual([]);
    }));

  test('of a worker that was stopped after it had handed them over are found again and not sent twice', () =>
    withSubject({ bulkThreshold: 200 }, async ({ tenantId, run, count, inject, double: { bulk, org } }) => {
      bulk.held = true;
      bulk.onHandedOver = () => inject({ kind: 'cut-before' }, 'any');
      const many = records(tenantId);
      expect(new Set(brief(await run(upsert, many)))).toEqual(new Set(['unknown:unknown_outcome']));
      expect(new Set(brief(await run(upsert, many)))).toEqual(new Set(['unknown:unknown_outcome']));
      bulk.onHandedOver = undefined;
      bulk.release();
      // The job of the recordings has ended; their tasks are still missing, so they are sent again.
      expect(new Set(brief(await run(upsert, many)))).toEqual(new Set(['rejected:transient']));
      expect(bulk.jobs.size).toBe(1);
      expect(new Set(brief(await run(upsert, many)))).toEqual(new Set(['done:unchanged']));
      expect([await count(), org.live('Task').length, org.live('Holdfast_Job__c').length]).toEqual([
        300, 300, 0,
      ]);
    }));

  test('whose job was never handed over, or is forgotten over there, go as a new one', () =>
    withSubject(
      { bulkThreshold: 200, tasks: false, relate: [] },
      async ({ tenantId, run, count, inject, double }) => {
        const many = records(tenantId);
        // Opened and noted; the upload does not arrive.
        inject({ kind: 'cut-before' }, 'write', 2);
        expect(new Set(brief(await run(upsert, many)))).toEqual(new Set(['rejected:transient']));
        const [left] = [...double.bulk.jobs.values()];
        expect([left?.state, double.org.live('Holdfast_Job__c').length]).toEqual(['Open', 1]);
        double.bulk.jobs.clear();
        expect(new Set(brief(await run(upsert, many)))).toEqual(new Set(['done:created']));
        expect([await count(), double.org.live('Holdfast_Job__c').length]).toEqual([300, 0]);
      },
    ));

  test('of a job that failed half-way are told apart from those that were written', () =>
    withSubject({ bulkThreshold: 200, tasks: false }, async ({ tenantId, run, double: { bulk } }) => {
      bulk.failAfter = 100;
      const outcomes = brief(await run(upsert, records(tenantId)));
      expect(outcomes.filter((one) => one === 'done:created')).toHaveLength(100);
      expect(outcomes.filter((one) => one === 'rejected:transient')).toHaveLength(200);
      const strange = records(tenantId).map((record, n) =>
        n === 7 ? { ...record, revision: 2, fields: { Nothing__c: 'x' } } : { ...record, revision: 2 },
      );
      const told = await run(upsert, strange);
      expect(told[7]).toMatchObject({
        error: { class: 'invalid_record', scope: 'record', field: 'Nothing__c' },
      });
      expect(new Set(brief(told.toSpliced(7, 1)))).toEqual(new Set(['rejected:transient']));
      const rest = new Set(brief(await run(upsert, strange.toSpliced(7, 1))));
      expect(rest).toEqual(new Set(['done:updated', 'done:created']));
    }));
});
