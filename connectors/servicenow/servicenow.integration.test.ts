import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { acceptConnector } from '../../test/support/connectors/accept-connector.ts';
import { servicenowBench, TICKET_BYPASSES } from '../../test/support/connectors/servicenow-bench.ts';
import { ServicenowDouble, type Trouble } from '../../test/support/peers/servicenow-double.ts';
import { acceptanceSuite } from '../kit/acceptance/acceptance-suite.ts';
import type { Subject } from '../kit/acceptance/bench.ts';
import {
  sampleId,
  sampleRecording,
  sampleTicket,
  sampleWithdrawal,
} from '../kit/acceptance/sample-records.ts';
import { brief } from '../kit/acceptance/with-subject.ts';
import type { IncidentTicket } from '../kit/record.ts';
import type { StreamItem } from '../kit/stream.ts';
import { servicenow } from './connector.ts';
import { correlationId } from './keys.ts';

let double: ServicenowDouble;
beforeAll(async () => {
  double = await ServicenowDouble.start();
});
afterAll(() => double.stop());

const bench = (application: 'scoped' | 'table', sends: 'recording' | 'ticket') =>
  servicenowBench(() => double, { application, sends });

describe('ServiceNow connector, over a double that runs our own application', () => {
  acceptConnector(bench('scoped', 'recording'));
});

// What tickets share with recordings was asked above: checks, tokens, secrets, streams, two seconds of a slow answer, and a
// thousand records, which the Table API takes one by one.
const OF_TICKETS = /^(plan|twice|two-workers|older|order|many|fault|mapped|unknown)/;

for (const application of ['scoped', 'table'] as const) {
  describe(`ServiceNow tickets, way in "${application}"`, () => {
    const tickets = bench(application, 'ticket');
    for (const entry of acceptanceSuite(tickets, TICKET_BYPASSES))
      if (
        entry.bypassed === undefined &&
        OF_TICKETS.test(entry.id) &&
        !['fault-slow-body', 'many-records'].includes(entry.id)
      )
        test(entry.title, () => entry.run(tickets));

    test('of many incidents are made in several batches, each once', async () => {
      const subject = await tickets.open('good');
      const many = Array.from({ length: 60 }, (_none, n) => sampleTicket(subject.tenantId, n));
      const outcomes = await subject.run('ticket', many);
      expect(outcomes.map(({ outcome, recordId }) => [outcome, recordId])).toEqual(
        many.map(({ id }) => ['done', id]),
      );
      expect(await subject.count()).toBe(60);
      await subject.close();
    });

    test('follow the incident, and leave alone what people did while it stood still', async () => {
      await withTickets(application, async ({ send, row, people }) => {
        await send({ revision: 1, state: 'open' });
        expect(row()).toMatchObject({
          state: '1',
          impact: '',
          work_notes: expect.stringContaining('https://'),
        });
        people({ state: '2' });
        await send({ revision: 2, state: 'open', occurrences: 2 });
        expect(row()).toMatchObject({ state: '2', description: expect.stringContaining('2 times') });
        people({ state: '7', close_code: 'Solution provided', close_notes: 'done' });
        await send({ revision: 3, state: 'contained' });
        expect(row()['state']).toBe('7');
        await send({ revision: 4, state: 'closed' });
        expect(row()['state']).toBe('7');
        await send({ revision: 5, state: 'open' });
        expect(row()).toMatchObject({ state: '2', reopen_count: '1' });
        await send({ revision: 6, state: 'resolved' });
        expect(row()).toMatchObject({ state: '6', close_code: 'Solution provided' });
      });
    });

    test('that somebody closed and opened again are told once each, and what we did is no news', async () => {
      await withTickets(application, async ({ send, people, read }) => {
        await send({ revision: 1, state: 'open' });
        await send({ revision: 2, state: 'closed' });
        expect(await read()).toEqual([]);
        people({ state: '2' });
        people({ state: '6' });
        expect(await read({ endedStates: ['6', '7'] })).toMatchObject([
          { type: 'ticket.reopened' },
          { type: 'ticket.closed' },
        ]);
        const reopened = await read();
        people({ state: '7' });
        people({ short_description: 'a word more' });
        const all = [...reopened, ...(await read())];
        expect(all.map((item) => item.kind === 'event' && item.type)).toEqual([
          'ticket.reopened',
          'ticket.reopened',
          'ticket.closed',
        ]);
        expect(new Set(all.map((item) => item.kind === 'event' && item.dedupeKey)).size).toBe(2);
        expect(all[0]).toMatchObject({
          data: { incidentId: sampleId(1), ticketId: expect.stringMatching(/^INC/) },
        });
      });
    });
  });
}

describe('ServiceNow', () => {
  const outcomeUnder = async (trouble: Trouble): Promise<unknown> => {
    const subject = await bench('scoped', 'recording').open('good');
    double.trouble(trouble);
    const [outcome] = await subject.run('upsert-recording', [sampleRecording(subject.tenantId, 1)]);
    const left = await subject.count();
    await subject.close();
    expect(left).toBe(0);
    return outcome?.outcome === 'rejected' ? outcome.error : outcome;
  };

  test('tells the three kinds of 429 apart, and how long each is waited for', async () => {
    expect(await outcomeUnder('rate-rule')).toMatchObject({
      class: 'throttled',
      afterMs: 600_000,
      scope: 'connection',
      remote: { code: 'rate_limit_rule' },
    });
    expect(await outcomeUnder('semaphore')).toMatchObject({
      class: 'throttled',
      afterMs: 5_000,
      remote: { code: 'semaphore_queue_full' },
    });
    expect(await outcomeUnder('quota')).toMatchObject({
      class: 'quota',
      afterMs: 60_000,
      remote: { code: 'transaction_quota' },
    });
  });

  test('takes neither a 202 nor a page to sign in for success, and sends no cookie', async () => {
    expect(await outcomeUnder('accepted-and-dropped')).toMatchObject({ class: 'transient' });
    expect(await outcomeUnder('sign-in-page')).toMatchObject({ class: 'transient' });
    expect(double.cookies).toBe(0);
  });

  test('keeps a recording whose trace was not taken, so that a late change cannot bring it back', async () => {
    const subject = await bench('scoped', 'recording').open('good');
    await subject.run('upsert-recording', [sampleRecording(subject.tenantId, 1)]);
    const refuse = (table: string) => table !== 'x_hldf_holdfast_tombstone';
    double.tables.rules.push(refuse);
    const withdrawal = [sampleWithdrawal(subject.tenantId, 1)];
    expect(brief(await subject.run('delete-recording', withdrawal))).toEqual(['rejected:transient']);
    expect(await subject.count()).toBe(1);
    double.tables.rules.splice(double.tables.rules.indexOf(refuse), 1);
    expect(brief(await subject.run('delete-recording', withdrawal))).toEqual(['done:deleted']);
    const late = [sampleRecording(subject.tenantId, 1)];
    expect(brief(await subject.run('upsert-recording', late))).toEqual(['done:superseded']);
    await subject.close();
  });

  test('says of columns that access controls keep from its user what that means', async () => {
    const subject = await bench('table', 'ticket').open('good');
    await subject.run('ticket', [sampleTicket(subject.tenantId, 1)]);
    try {
      double.hidden.add('reopened_time');
      expect(await servicenow.check(subject.ctx, 'tickets')).toMatchObject({ status: 'warn' });
      double.hidden.add('correlation_id');
      expect(await servicenow.check(subject.ctx, 'tickets')).toMatchObject({
        status: 'fail',
        error: { class: 'permission' },
      });
    } finally {
      double.hidden.clear();
      await subject.close();
    }
  });

  test.each(['correlation_id', 'correlation_display', 'state'])(
    'notices that the instance dropped %s without a word, and leaves no ticket that nobody would find',
    async (column) => {
      const subject = await bench('table', 'ticket').open('good');
      const ticket = (n: number, more: Partial<IncidentTicket>) => sampleTicket(subject.tenantId, n, more);
      await subject.run('ticket', [ticket(1, { revision: 1, state: 'open' })]);
      double.readOnly.add(column);
      try {
        const before = new Set(double.tables.rows('incident').map((row) => row['sys_id']));
        const sent = [ticket(1, { revision: 2, state: 'closed' }), ticket(2, { revision: 1, state: 'open' })];
        const [closed] = await subject.run('ticket', column === 'correlation_id' ? sent.slice(1) : sent);
        expect(closed).toMatchObject({
          outcome: 'rejected',
          error: { class: 'permission', scope: 'connection', field: column },
        });
        const open = double.tables
          .rows('incident')
          .filter((row) => !before.has(row['sys_id']) && row['state'] === '1');
        expect(open).toEqual([]);
      } finally {
        double.readOnly.clear();
        await subject.close();
      }
    },
  );

  test('closes a ticket whose state was dropped as soon as the user may write it', async () => {
    const subject = await bench('table', 'ticket').open('good');
    const ticket = (revision: number, state: IncidentTicket['state']) =>
      sampleTicket(subject.tenantId, 1, { revision, state });
    await subject.run('ticket', [ticket(1, 'open')]);
    double.readOnly.add('state');
    await subject.run('ticket', [ticket(2, 'closed')]);
    double.readOnly.clear();
    expect(brief(await subject.run('ticket', [ticket(2, 'closed')]))).toEqual(['done:updated']);
    const marked = correlationId(ticket(2, 'closed'));
    const found = double.tables.rows('incident').filter((row) => row['correlation_id'] === marked);
    expect(found).toMatchObject([{ state: '7', correlation_display: 'Holdfast 2 closed' }]);
    await subject.close();
  });

  test('says that the application is missing, and that recordings need it', async () => {
    const subject = await bench('scoped', 'recording').open('good');
    double.installed = false;
    const check = await servicenow.check(subject.ctx, 'application');
    const [outcome] = await subject.run('upsert-recording', [sampleRecording(subject.tenantId, 1)]);
    double.installed = true;
    await subject.close();
    expect(check).toMatchObject({ status: 'fail', error: { class: 'config' } });
    expect(outcome).toMatchObject({ outcome: 'rejected', error: { class: 'config', scope: 'connection' } });
    const table = await bench('table', 'recording').open('good');
    const [refused] = await table.run('upsert-recording', [sampleRecording(table.tenantId, 1)]);
    await table.close();
    expect(refused).toMatchObject({ outcome: 'rejected', error: { class: 'config' } });
  });
});

interface Tickets {
  readonly send: (more: Partial<IncidentTicket>) => Promise<void>;
  readonly row: () => Readonly<Record<string, string>>;
  readonly people: (change: Record<string, string>) => void;
  readonly read: (config?: object) => Promise<StreamItem[]>;
}

/** Works with the ticket of one incident from both sides. */
async function withTickets(application: 'scoped' | 'table', work: (tickets: Tickets) => Promise<void>) {
  const subject: Subject = await bench(application, 'ticket').open('good');
  const key = correlationId({ tenantId: subject.tenantId, id: sampleId(1) });
  const row = (): Readonly<Record<string, string>> => {
    const found = double.tables.rows('incident').find((one) => one['correlation_id'] === key);
    if (found === undefined) throw new Error('There is no ticket.');
    return { impact: '', ...found };
  };
  const somebody = `somebody.${randomUUID()}`;
  double.addUser(somebody, ['itil']);
  try {
    await work({
      send: async (more) => {
        const [outcome] = await subject.run('ticket', [sampleTicket(subject.tenantId, 1, more)]);
        expect(outcome?.outcome).toBe('done');
      },
      row,
      people: (change) =>
        expect(double.tables.update('incident', row()['sys_id'] ?? '', change, somebody)).toBeUndefined(),
      read: async (config = {}) => {
        const items: StreamItem[] = [];
        const ctx = { ...subject.ctx, config: { ...(subject.ctx.config as object), ...config } };
        for await (const item of servicenow.read(ctx, 'ticket-changes', null))
          if (item.kind === 'event') items.push(item);
        return items;
      },
    });
  } finally {
    await subject.close();
  }
}
