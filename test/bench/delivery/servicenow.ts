import { randomUUID } from 'node:crypto';
import { request, Agent, type IncomingMessage } from 'node:http';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import { ServicenowDouble } from '../../support/peers/servicenow-double.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

const TABLE = 'x_hldf_holdfast_recording';
const AT_ONCE = 200;
/** As many as a node does at once. */
const WIDTH = 4;

/**
 * The double with our application: no instance can be had. There is no client of the vendor's either, so the baseline is
 * what a client would do at best, the application's own endpoint with full requests and nothing around it.
 */
export const servicenowVendor: DeliveryVendor = {
  name: 'servicenow',
  unavailable: () => undefined,
  async start() {
    const double = await ServicenowDouble.start();
    const user = double.addUser('holdfast.hub', ['itil', ...double.app.roles]);
    const agent = new Agent({ keepAlive: true, maxSockets: WIDTH });
    const authorization = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
    return {
      connector: 'servicenow',
      title: 'a double of ServiceNow that runs our own application',
      config: { instance: double.url, user: user.name, sends: ['recording'] },
      credential: { type: 'basic', username: user.name, password: user.password },
      async baseline(records) {
        const tenant = randomUUID();
        const items = records.map((record) => itemOf(tenant, record));
        const pages = Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_none, page) =>
          items.slice(page * AT_ONCE, (page + 1) * AT_ONCE),
        );
        await Promise.all(
          Array.from({ length: WIDTH }, async () => {
            for (let page = pages.shift(); page !== undefined; page = pages.shift())
              await post(
                `${double.url}/api/x_hldf_holdfast/v1/hub/recordings`,
                { items: page },
                authorization,
                agent,
              );
          }),
        );
        for (const row of double.tables.rows(TABLE))
          if (row['call_key']?.startsWith(tenant) === true) double.tables.delete(TABLE, row['sys_id'] ?? '');
      },
      count: (tenantId) =>
        Promise.resolve(
          double.tables.rows(TABLE).filter((row) => row['call_key']?.startsWith(`${tenantId}/`)).length,
        ),
      async stop() {
        agent.destroy();
        await double.stop();
      },
    };
  },
};

function itemOf(tenant: string, record: RecordingDocument) {
  return {
    key: `${tenant}/${record.id}`,
    revision: record.revision,
    held: record.held,
    columns: {
      state: record.state,
      started_at: record.startedAt,
      ended_at: record.endedAt,
      link: record.link ?? '',
    },
  };
}

function post(url: string, body: unknown, authorization: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization, 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', agent, headers }, (answer: IncomingMessage) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`The baseline was answered with ${answer.statusCode}.`));
      });
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });
}
