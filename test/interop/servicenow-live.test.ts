/**
 * The connector against a real instance, which has to be given by the environment, for none can be fetched:
 * HOLDFAST_LIVE_SERVICENOW_URL, _USER (user name of the integration user), _CLIENT_ID and _CLIENT_SECRET; with
 * HOLDFAST_LIVE_SERVICENOW_APPLICATION=table where our application is not installed. A developer instance will do. It makes
 * a ticket and a recording of a tenant of its own, and leaves the ticket closed and the recording deleted.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  sampleRecording,
  sampleTicket,
  sampleWithdrawal,
} from '../../connectors/kit/acceptance/sample-records.ts';
import type { ConnectorContext } from '../../connectors/kit/context.ts';
import { servicenow } from '../../connectors/servicenow/connector.ts';
import { runChecks } from '../../hub/connections/host/run-checks.ts';
import { observedHost } from '../support/connectors/observed-host.ts';

const given = (name: string): string | undefined => process.env[`HOLDFAST_LIVE_SERVICENOW_${name}`];
const [instance, user, clientId, clientSecret] = ['URL', 'USER', 'CLIENT_ID', 'CLIENT_SECRET'].map(given);
const application = given('APPLICATION') ?? 'scoped';

if (instance === undefined || user === undefined || clientId === undefined || clientSecret === undefined) {
  test.skip('a real instance of ServiceNow (skipped: live peer, HOLDFAST_LIVE_SERVICENOW_URL, _USER, _CLIENT_ID and _CLIENT_SECRET are not set)', () =>
    undefined);
} else {
  describe('a real instance of ServiceNow', () => {
    const { host, run } = observedHost(30_000);
    const tenantId = randomUUID();
    let ctx: ConnectorContext;
    beforeAll(async () => {
      ctx = await host.contextFor(servicenow, {
        id: randomUUID(),
        tenantId,
        config: { instance, user, application, sends: ['ticket', 'recording'] },
        credential: { type: 'oauth2_client_credentials', clientId, clientSecret },
      });
    });
    afterAll(() => host.close());
    const results = async (operation: string, record: object) =>
      (await run(servicenow, ctx, operation, [record])).map((one) =>
        one.outcome === 'done' ? one.receipt.result : `${one.outcome}: ${one.error.title}`,
      );

    test('passes every check, and tells the columns of its tables', async () => {
      const { checks } = await runChecks(servicenow, ctx);
      expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
      const { objects } = await servicenow.discover(ctx);
      expect(objects[0]?.fields.map(({ name }) => name)).toContain('short_description');
    }, 120_000);

    test('has one ticket of an incident, which follows it to its end', async () => {
      const ticket = (revision: number, state: 'open' | 'contained' | 'closed') =>
        results('ticket', sampleTicket(tenantId, 1, { revision, state }));
      expect(await ticket(1, 'open')).toEqual(['created']);
      expect(await ticket(1, 'open')).toEqual(['unchanged']);
      expect(await ticket(3, 'contained')).toEqual(['updated']);
      expect(await ticket(2, 'open')).toEqual(['superseded']);
      expect(await ticket(4, 'closed')).toEqual(['updated']);
      // What we did ourselves is no news.
      const told = [];
      for await (const item of servicenow.read(ctx, 'ticket-changes', null))
        if (item.kind === 'event') told.push(item);
      expect(told).toEqual([]);
    }, 120_000);

    (application === 'scoped' ? test : test.skip)(
      'keeps a recording, not against a hold, and not again once it was forgotten',
      async () => {
        const recording = (revision: number, held: boolean) =>
          results('upsert-recording', sampleRecording(tenantId, 1, { revision, held }));
        expect(await recording(1, false)).toEqual(['created']);
        expect(await recording(200, true)).toEqual(['updated']);
        expect(await results('delete-recording', sampleWithdrawal(tenantId, 1))).toEqual([
          expect.stringMatching(/^rejected: .*held/),
        ]);
        expect(await recording(201, false)).toEqual(['updated']);
        const removal = sampleWithdrawal(tenantId, 1, { revision: 202 });
        expect(await results('delete-recording', removal)).toEqual(['deleted']);
        expect(await recording(202, false)).toEqual(['superseded']);
      },
      120_000,
    );
  });
}
