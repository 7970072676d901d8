import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { RecordingDocument } from '../../../connectors/kit/record.ts';
import { callsAbreast } from './calls-abreast.ts';
import type { DeliveryVendor } from './delivery-peer.ts';

/** As many as a request of the application holds. */
const AT_ONCE = 200;
/** So many requests abreast, each of so long, are 25,000 an hour. */
const PACE_MS = 576;
const SOURCE_OF_PACE =
  'about 25,000 REST requests an hour and node (ServiceNow Community, "Understanding ServiceNow REST API Rate Limits: Key Concepts"), by the four that a node does at once';

/**
 * The double with our application, in a process of its own: no instance can be had. There is no client of the vendor's
 * either, so the baseline is what a client would do at best: the application's own endpoint, nothing around it.
 */
export const servicenowVendor: DeliveryVendor = {
  name: 'servicenow',
  unavailable: () => undefined,
  async start() {
    const double = fork(join(import.meta.dirname, 'servicenow-process.ts'), [], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const [{ url, user, password }] = (await once(double, 'message')) as [Record<string, string>];
    const agent = new Agent({ keepAlive: true });
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const tenant = randomUUID();
    return {
      connector: 'servicenow',
      title: 'a double of ServiceNow that runs our own application',
      baselineTitle: "requests to the application's own endpoint, each record's result read",
      config: { instance: url, user, sends: ['recording'] },
      credential: { type: 'basic', username: user ?? '', password: password ?? '' },
      async baseline(records, calls) {
        await callsAbreast(records, { ...calls, batch: AT_ONCE }, async (piece) => {
          const items = piece.map((record) => itemOf(tenant, record));
          const results = await post(
            `${url}/api/x_hldf_holdfast/v1/hub/recordings`,
            { items },
            authorization,
            agent,
          );
          const refused = results.filter(({ error }) => error !== undefined).length;
          if (results.length !== items.length || refused > 0)
            throw new Error(`The baseline failed to write ${refused} of ${items.length} records.`);
        });
      },
      pace: {
        source: SOURCE_OF_PACE,
        async keep(kept) {
          double.send({ paceMs: kept ? PACE_MS : 0 });
          await once(double, 'message');
        },
      },
      count: async (tenantId) => {
        double.send({ tenantId });
        const [answer] = (await once(double, 'message')) as [{ count: number }];
        return answer.count;
      },
      async stop() {
        agent.destroy();
        double.kill();
        await once(double, 'exit');
      },
    };
  },
};

/** The columns that the connector fills. */
function itemOf(tenant: string, record: RecordingDocument) {
  return {
    key: `${tenant}/${record.id}`,
    revision: record.revision,
    held: record.held,
    columns: {
      state: record.state,
      started_at: record.startedAt.slice(0, 19).replace('T', ' '),
      ended_at: record.endedAt.slice(0, 19).replace('T', ' '),
      duration_seconds: String(Math.round(record.durationMs / 1000)),
      retain_until: record.retainUntil?.slice(0, 19).replace('T', ' ') ?? '',
      consent: record.consentOutcome ?? '',
      region: record.region ?? '',
      link: record.link ?? '',
    },
  };
}

interface Result {
  readonly error?: string;
}

async function post(url: string, body: unknown, authorization: string, agent: Agent): Promise<Result[]> {
  const headers = { authorization, 'content-type': 'application/json', accept: 'application/json' };
  const sent = request(url, { method: 'POST', agent, headers }).end(JSON.stringify(body));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const said = (await json(answer)) as { readonly result?: { readonly items?: Result[] } };
  if (answer.statusCode !== 200) throw new Error(`The baseline was answered with ${answer.statusCode}.`);
  return said.result?.items ?? [];
}
