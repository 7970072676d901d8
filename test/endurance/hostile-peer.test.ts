/**
 * A peer that says back whatever it was told: none of it is in logs, traces, Temporal, metrics, the database, the API, the console.
 * Long because each place is read in its own way, and all of them of one product that met the peer once.
 */
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readLocalConfig } from '../../hub/cli/read-command-config.ts';
import { readInstallationSecrets } from '../../hub/main/open-keys.ts';
import { openPayloadKeys } from '../../hub/main/payload-keys.ts';
import { until } from '../../hub/processes/process-control.ts';
import { openTemporalClient } from '../../hub/worker/client.ts';
import { openPayloadCodec } from '../../hub/worker/payload-codec.ts';
import { openRecordingClient } from '../../recorder-core/siprec/client/open-recording-client.ts';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { startFaultProxy, type FaultProxy } from '../support/connectors/fault-proxy.ts';
import { everyText } from '../support/every-text.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { startSpanCollector } from '../support/span-collector.ts';
import { toneFor } from '../support/tones.ts';

/** Names and numbers of the parties: the peer is told them, so they stand in what it says back. */
const PEOPLE = ['Quillfeather', 'Marchbanks', '442079460001'];
const WRONG = 'canary-of-a-secret-that-is-refused';
const STATUSES = [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 200, 302];
/** Requests of either kind that are answered so: each status this often. */
const EACH = 3 * STATUSES.length;

let collector: Awaited<ReturnType<typeof startSpanCollector>>;
let instance: ServicenowDouble;
let user: ReturnType<ServicenowDouble['addUser']>;
let proxy: FaultProxy;
let product: RunningProduct;
let browser: Browser;
let page: Page;
let connectionId: string;
/** Requests that were answered with what they said: those for tokens, which come before all others, and the others. */
const saidBack = { token: 0, work: 0 };
/** Tokens as they passed. */
const tokens = new Set<string>();

beforeAll(async () => {
  if (!browserThere) return;
  collector = await startSpanCollector();
  instance = await ServicenowDouble.start();
  user = instance.addUser('holdfast.hub', ['itil', ...instance.app.roles]);
  proxy = await startFaultProxy(instance.url, (method) => method !== 'GET');
  product = await startRunningProduct({
    args: ['--egress-private-network', 'true', '--trace-url', collector.url],
  });
  browser = await startBrowser();
  page = await browser.newPage();
  await page.goto(product.signInLink);
  await page.getByRole('heading', { name: 'What needs you today' }).waitFor({ timeout: 120_000 });
}, 240_000);
afterAll(async () => {
  if (!browserThere) return;
  await browser.close();
  await product.stop();
  await product.remove();
  await proxy.close();
  await instance.stop();
  await collector.stop();
}, 120_000);

const secrets = (): string[] => {
  for (const token of instance.tokens()) tokens.add(token);
  const basic = Buffer.from(`${user.clientId}:${user.clientSecret}`).toString('base64');
  return [user.clientSecret, WRONG, basic, ...tokens].flatMap((one) => [
    one,
    Buffer.from(one).toString('base64'),
  ]);
};

/** The call of the person who is signed in; the answer as text. */
async function call(method: string, path: string, body?: object): Promise<string> {
  const answer = await page.request.fetch(`${product.url}/api/v1${path}`, {
    method,
    headers: { 'X-Holdfast-Console': '1' },
    ...(body !== undefined && { data: body }),
  });
  return answer.text();
}
/** What the person reads; a path that answers with a problem would prove nothing. */
async function read(path: string): Promise<string> {
  const answer = await page.request.get(`${product.url}/api/v1${path}`, {
    headers: { 'X-Holdfast-Console': '1' },
  });
  expect([path, answer.status()]).toEqual([path, 200]);
  return answer.text();
}
const idOf = (text: string): string => (JSON.parse(text) as { id: string }).id;

/** From now on each request is answered by one of the statuses in turn, with everything in it that came with the request. */
function sayEverythingBack(): void {
  let asked = 0;
  proxy.watch(({ path, body }) => {
    const kind = path.startsWith('/oauth_token.do') ? 'token' : 'work';
    // Every other token is given: without one nothing else would be asked of the peer.
    if (kind === 'token' && !body.includes(WRONG) && (asked += 1) % 2 === 0) return undefined;
    const status = STATUSES[saidBack[kind] % STATUSES.length] ?? 500;
    saidBack[kind] += 1;
    const said = [...secrets(), ...PEOPLE, path, body.toString()].join(' ');
    const inHeader = encodeURIComponent([...secrets(), ...PEOPLE].join(' ')).slice(0, 6000);
    const answer = { error: { message: said, detail: said }, result: said, status: said };
    return {
      kind: 'answer',
      status,
      headers: {
        'content-type': status === 502 ? 'text/html' : 'application/json',
        'x-said': inHeader,
        'www-authenticate': `Basic realm="${inHeader}"`,
        location: `http://127.0.0.1:9/${inHeader}`,
      },
      body: JSON.stringify(answer),
    };
  });
}

async function placeCall(): Promise<void> {
  const { client, close } = await openRecordingClient({ transport: 'udp' });
  const audio = toneFor(300, 800);
  const [first = '', second = '', number = ''] = PEOPLE;
  await client.place({
    target: product.sipTarget,
    parties: [
      { aor: `sip:+${number}@a.example`, name: first, audio },
      { aor: 'sip:+442079460002@a.example', name: second, audio },
    ],
  });
  await close();
}

/**
 * Has the peer asked in every way there is, without the pauses that other tests are about: after failures of the connection, of
 * its breaker, after a token that was refused. Answers how many deliveries failed so far.
 */
async function askedInEveryWay(): Promise<number> {
  await product.sql('update delivery_gate set closed_until = null');
  await product.sql('update connection_token set retry_at = null');
  await product.sql(
    `update connection_budget set breaker = 'closed', failures = 0, failing_since = null, opened_at = null,
                                  probe_at = null, closed_until = null`,
  );
  await sendAgain();
  const own = `/connections/${connectionId}`;
  const wrong = { type: 'oauth2_client_credentials', clientId: user.clientId, clientSecret: WRONG };
  await call('POST', `${own}/check`, {});
  await call('POST', `${own}/discover`, {});
  await call('POST', `${own}/dry-run`, { operation: 'upsert-recording' });
  await call('POST', `${own}/comparisons`, {});
  await call('POST', `${own}/credential/rotate`, { credential: wrong });
  const [row] = await product.sql<{ failed: number }>(
    "select count(*)::int as failed from delivery_attempt where outcome <> 'done'",
  );
  return row?.failed ?? 0;
}

/** What was refused for good is sent again, and what waits is due; the run that waits for it inside is told. */
async function sendAgain(): Promise<void> {
  const dead = await product.sql<{ id: string }>("select id from delivery where state = 'dead'");
  if (dead.length > 0) await call('POST', '/dead-letters/replay', { ids: dead.map(({ id }) => id) });
  await product.sql("update delivery set due_at = now() where state = 'queued'");
  await product.sql(
    `insert into outbox (tenant_id, id, topic, payload, trace)
     select tenant_id, uuidv7(), 'deliveries.queued', jsonb_build_object('connectionId', connection_id, 'lane', lane), '{}'
       from delivery where state = 'queued' group by tenant_id, connection_id, lane`,
  );
}

/** Every table, with what stands in its bytes as text too. */
async function everyRow(): Promise<Map<string, string>> {
  const columns = await product.sql<{ table: string; columns: string }>(
    `select c.table_name as "table",
            string_agg(case when c.data_type = 'bytea' then format('encode(%I, ''escape'')', c.column_name)
                            else format('%I::text', c.column_name) end, ', ') as columns
       from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
      group by 1`,
  );
  const rows = new Map<string, string>();
  for (const { table, columns: texts } of columns) {
    const found = await product.sql<{ text: string | null }>(
      `select concat_ws(' ', ${texts}) as text from "${table}"`,
    );
    rows.set(table, found.map(({ text }) => text ?? '').join('\n'));
  }
  return rows;
}

/** Every history, as Temporal has it and as whoever has the keys reads it. */
async function everyHistory(): Promise<string> {
  const config = await readLocalConfig({ data: product.data });
  const keys = openPayloadKeys(await readInstallationSecrets(config));
  const { temporalAddress: address, temporalNamespace: namespace } = config;
  const { client, close } = openTemporalClient({ address, namespace, keys });
  const codec = openPayloadCodec(keys);
  const texts: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    texts.push(workflowId, ...(await everyText(history, (payloads) => codec.decode(payloads))));
  }
  await close();
  return texts.join('\n');
}

/** Names what was found, and never the secret itself: a failed test must not leak it either. */
function expectNone(where: string, text: string, canaries: readonly string[]): void {
  expect(text.length).toBeGreaterThan(0);
  const found = canaries.flatMap((canary, index) => (text.includes(canary) ? [`${where}: ${index}`] : []));
  expect(found).toEqual([]);
}

describe('a peer that says everything back', () => {
  browserTest(
    'was told people and secrets while it was honest, and then answers with them in every kind of answer',
    async () => {
      connectionId = idOf(
        await call('POST', '/connections', {
          connector: 'servicenow',
          name: 'Desk',
          config: { instance: proxy.url, user: user.name, sends: ['recording'] },
          credential: {
            type: 'oauth2_client_credentials',
            clientId: user.clientId,
            clientSecret: user.clientSecret,
          },
        }),
      );
      await call('POST', `/connections/${connectionId}/check`, {});
      expect(JSON.parse(await call('POST', `/connections/${connectionId}/go-live`, {}))).toMatchObject({
        state: 'live',
      });
      await placeCall();
      await until(
        () => Promise.resolve(instance.tables.rows('x_hldf_holdfast_recording').length > 0),
        240_000,
        'the recording to arrive',
      );
      expect(instance.tokens()).not.toEqual([]);

      sayEverythingBack();
      await placeCall();
      let failed = 0;
      await until(
        async () => {
          failed = await askedInEveryWay();
          return failed >= 5 && saidBack.token >= EACH && saidBack.work >= EACH;
        },
        600_000,
        () =>
          `deliveries to fail and every kind of answer to be given three times; ${failed} failed, answers: ${JSON.stringify(saidBack)}`,
      );
    },
    900_000,
  );

  browserTest(
    'has none of it in logs, traces, metrics and Temporal',
    async () => {
      const canaries = [...secrets(), ...PEOPLE];
      expectNone('log', product.output(), canaries);
      expectNone('traces', collector.spans.map(({ text }) => text).join('\n'), canaries);
      const { workerMetricsPort } = await readLocalConfig({ data: product.data });
      for (const url of [product.url, `http://127.0.0.1:${workerMetricsPort}`])
        expectNone(url, await (await fetch(`${url}/metrics`)).text(), canaries);
      const histories = await everyHistory();
      expect(histories).toContain('deliverDue');
      expectNone('histories', histories, canaries);
    },
    120_000,
  );

  browserTest(
    'has no secret in any row, and people only where people are kept',
    async () => {
      const rows = await everyRow();
      expect(rows.get('party')).toContain(PEOPLE[0]);
      for (const [table, text] of rows) expectNone(table, `${table} ${text}`, secrets());
      for (const table of [
        'delivery',
        'delivery_attempt',
        'receipt',
        'incident',
        'connection_check',
        'ledger_pending',
      ])
        expectNone(table, `${table} ${rows.get(table)}`, PEOPLE);
    },
    120_000,
  );

  browserTest(
    'has no secret in the API and on the pages of the console',
    async () => {
      const [delivery] = await product.sql<{ id: string }>(
        'select id from delivery order by queued_at desc limit 1',
      );
      const own = `/connections/${connectionId}`;
      for (const path of ['/connections', own, `${own}/health`, `${own}/versions`, `${own}/fields`])
        expectNone(path, await read(path), [...secrets(), ...PEOPLE]);
      const lists = ['/deliveries', '/delivery-runs', '/delivery-queues', '/dead-letters', '/incidents'];
      for (const path of [...lists, `/deliveries/${delivery?.id}`, `${own}/comparisons`, '/ledger/leaves'])
        expectNone(path, await read(path), secrets());
      for (const [path, testId] of [
        [own, 'connection-state'],
        ['/connections', 'connection-link'],
        ['/delivery-runs?failed=true', 'run-link'],
      ] as const) {
        await page.goto(`${product.url}${path}`);
        await page.getByTestId(testId).first().waitFor();
        expectNone(path, await page.content(), secrets());
      }
    },
    120_000,
  );
});
