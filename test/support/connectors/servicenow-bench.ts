/** The acceptance bench of the ServiceNow connector: the double, with our application installed, behind the fault proxy. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleId } from '../../../connectors/kit/acceptance/sample-records.ts';
import type { Bench, Standing, Subject, Variant } from '../../../connectors/kit/acceptance/bench.ts';
import type { Connector } from '../../../connectors/kit/connector.ts';
import { readTold } from '../../../connectors/servicenow/app/src/server/ticket-state.ts';
import { servicenow } from '../../../connectors/servicenow/connector.ts';
import { callKey, correlationId, correlationPrefix } from '../../../connectors/servicenow/keys.ts';
import type { ServicenowDouble } from '../peers/servicenow-double.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { openSubject } from './open-subject.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', 'connectors', 'servicenow');
const POISON = 'refused by a rule';
const RECORDING = 'x_hldf_holdfast_recording';
const WRONG = 'canary-wrong-secret-of-nobody';

/** What is sent, and by which way in. */
export interface ServicenowBenchOptions {
  readonly application: 'scoped' | 'table';
  readonly sends: 'recording' | 'ticket';
}

/** The cases that cannot apply to tickets, each with its reason. */
export const TICKET_BYPASSES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'delete-is-idempotent',
    'held-at-source',
    'held-at-peer',
    'hold-between-plan-and-delete',
    'released-hold',
    'deleted-stays-deleted',
    'fault-delete-cut-after',
  ].map((id) => [id, 'tickets are never deleted, they end']),
);

/** Makes the bench; `double` is asked at the first case. */
export function servicenowBench(double: () => ServicenowDouble, options: ServicenowBenchOptions): Bench {
  const connector = options.sends === 'recording' ? servicenow : onlyTickets(servicenow);
  const poisoned = options.sends === 'recording' ? 'region' : 'title';
  return {
    connector,
    readme: readFileSync(join(FOLDER, 'README.md'), 'utf8'),
    open: (variant, { timeoutMs } = {}) =>
      Promise.resolve(open(double(), connector, options, variant, timeoutMs)),
    failingChecks: [
      { variant: 'wrong-host', check: 'reachable', class: 'transient' },
      { variant: 'bad-credential', check: 'authenticated', class: 'auth' },
      options.application === 'scoped'
        ? { variant: 'no-permission', check: 'application', class: 'permission' }
        : { variant: 'no-permission', check: 'tickets', class: 'permission' },
    ],
    poison: (record) => ({
      ...record,
      [poisoned]: POISON,
      fields: { [options.sends === 'recording' ? 'region' : 'short_description']: POISON },
    }),
    wholesome: (record) => record,
    lyingSuccess: {
      kind: 'answer',
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: '{"result":{}}',
    },
    mapped: {
      field: options.sends === 'recording' ? 'title' : 'category',
      value: 'Software',
      unknownField: 'u_nowhere',
    },
    canaries: () => [WRONG, ...[...double().users.values()].map(({ clientSecret }) => clientSecret)],
  };
}

/** The same connector as one of tickets, so that the cases about upserts are about them. */
function onlyTickets(connector: Connector): Connector {
  const { ticket } = connector.manifest.operations;
  if (ticket === undefined) throw new Error('The connector has no operation for tickets.');
  return { ...connector, manifest: { ...connector.manifest, operations: { ticket } } };
}

/** Whether a request changes something in the instance. */
export function writesToServicenow(method: string, path: string): boolean {
  return method !== 'GET' && path !== '/oauth_token.do' && !path.endsWith('/find');
}

async function open(
  double: ServicenowDouble,
  connector: Connector,
  { application, sends }: ServicenowBenchOptions,
  variant: Variant,
  timeoutMs?: number,
): Promise<Subject> {
  const tenantId = randomUUID();
  const user = userFor(double, variant);
  const unrule = variant === 'poisoned' ? refusePoison(double) : () => undefined;
  const proxy = await startFaultProxy(double.url, writesToServicenow);
  const subject = await openSubject(connector, proxy, {
    variant,
    timeoutMs,
    tenantId,
    config: { instance: proxy.url, user: user.name, application, sends: [sends] },
    credential: {
      type: 'oauth2_client_credentials',
      clientId: user.clientId,
      clientSecret: variant === 'bad-credential' ? WRONG : user.clientSecret,
    },
  });
  return {
    ...subject,
    remote: (id) => Promise.resolve(remoteOf(double, sends, { tenantId, id })),
    count: () => Promise.resolve(ofTenant(double, sends, tenantId).length),
    ...(sends === 'recording' && {
      everything: () => {
        const rows = ofTenant(double, sends, tenantId);
        return Promise.resolve(
          new Map(rows.map((row) => [row['call_key']!.slice(tenantId.length + 1), standingOf(row)])),
        );
      },
    }),
    remoteFields: (id) => Promise.resolve(rowOf(double, sends, { tenantId, id }) ?? {}),
    expireTokens: () => double.endTokens(),
    tokenRequests: () => double.issued,
    happen: (_stream, n) => Promise.resolve(closeTicket(double, { tenantId, id: sampleId(n) })),
    async close() {
      await subject.close();
      unrule();
    },
  };
}

/** The integration user, or one who may do nothing. */
function userFor(double: ServicenowDouble, variant: Variant) {
  const [name, roles] =
    variant === 'no-permission' ? ['idle', []] : ['holdfast.hub', ['itil', ...double.app.roles]];
  return double.users.get(name) ?? double.addUser(name, roles);
}

/** What an administrator may do to any table: a rule that refuses what it does not like. */
function refusePoison(double: ServicenowDouble): () => void {
  const rule = (_table: string, values: Readonly<Record<string, string>>): boolean =>
    values['region'] !== POISON && values['short_description'] !== POISON;
  double.tables.rules.push(rule);
  return () => void double.tables.rules.splice(double.tables.rules.indexOf(rule), 1);
}

interface Named {
  readonly tenantId: string;
  readonly id: string;
}

function rowOf(double: ServicenowDouble, sends: 'recording' | 'ticket', record: Named) {
  const { tables } = double;
  return sends === 'ticket'
    ? tables.rows('incident').find((row) => row['correlation_id'] === correlationId(record))
    : tables.rows(RECORDING).find((row) => row['call_key'] === callKey(record));
}

function remoteOf(
  double: ServicenowDouble,
  sends: 'recording' | 'ticket',
  record: Named,
): Standing | undefined {
  const row = rowOf(double, sends, record);
  if (row === undefined) return undefined;
  if (sends === 'ticket')
    return { revision: readTold(row['correlation_display'] ?? null).revision, held: false };
  return standingOf(row);
}

function standingOf(row: Readonly<Record<string, string>>): Standing {
  return { revision: Number(row['revision']), held: row['held'] === '1' };
}

/** Somebody closes the ticket of an incident. */
function closeTicket(double: ServicenowDouble, record: Named): void {
  const made = double.tables.insert('incident', { correlation_id: correlationId(record) }, 'holdfast.hub');
  if (!('sysId' in made)) throw new Error('The double refused a ticket.');
  const closing = { state: '7', close_code: 'Solution provided', close_notes: 'done' };
  double.tables.update('incident', made.sysId, closing, 'somebody');
}

function ofTenant(double: ServicenowDouble, sends: 'recording' | 'ticket', tenantId: string) {
  const [table, column, prefix] =
    sends === 'ticket'
      ? ['incident', 'correlation_id', correlationPrefix(tenantId)]
      : [RECORDING, 'call_key', `${tenantId}/`];
  return double.tables.rows(table).filter((row) => row[column]?.startsWith(prefix));
}
