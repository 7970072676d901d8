/** The acceptance bench of the Salesforce connector: a double of an organisation of its own, behind the fault proxy. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Standing, Subject, Variant } from '../../../connectors/kit/acceptance/bench.ts';
import type { FieldValue } from '../../../connectors/kit/fields.ts';
import { salesforce } from '../../../connectors/salesforce/connector.ts';
import { SalesforceDouble } from '../peers/salesforce-double.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { openSubject } from './open-subject.ts';

const README = join(import.meta.dirname, '..', '..', '..', 'connectors', 'salesforce', 'README.md');
const OBJECT = 'Holdfast_Recording__c';
const MOST_REGION = 10;

/** A subject with its organisation. */
export interface SalesforceSubject extends Subject {
  readonly double: SalesforceDouble;
}

/** The bench, and how to open a subject with a configuration of its own. */
export interface SalesforceBench extends Bench {
  open(
    variant: Variant,
    options?: {
      readonly timeoutMs?: number;
      readonly config?: object;
      readonly requestsPerDay?: number;
      /** Log in with the secret of the app instead of an assertion. */
      readonly bySecret?: boolean;
    },
  ): Promise<SalesforceSubject>;
}

/** Makes the bench, with one key for all its organisations. */
export function salesforceBench(): SalesforceBench {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const app = { clientId: 'holdfast', clientSecret: randomUUID(), publicKey, user: 'holdfast@example.com' };
  const tokens: string[] = [];
  return {
    connector: salesforce,
    get readme() {
      return readFileSync(README, 'utf8');
    },
    async open(variant, options = {}) {
      const double = await SalesforceDouble.start(app);
      if (options.requestsPerDay !== undefined) double.requests.limit = options.requestsPerDay;
      const subject = variant === 'bad-credential' ? 'stranger@example.com' : app.user;
      const { clientId, clientSecret } = app;
      const credential =
        options.bySecret === true
          ? { type: 'oauth2_client_credentials', clientId, clientSecret }
          : { type: 'oauth2_jwt_bearer', clientId, subject, privateKey: pem };
      const opened = await open(double, variant, options, credential);
      return {
        ...opened,
        close: async () => {
          tokens.push(...double.tokens.given);
          await opened.close();
        },
      };
    },
    failingChecks: [
      { variant: 'wrong-host', check: 'reachable', class: 'transient' },
      { variant: 'bad-credential', check: 'login', class: 'auth' },
      { variant: 'no-permission', check: 'object-access', class: 'permission' },
      { variant: 'poisoned', check: 'fields', class: 'config' },
      { variant: 'poisoned', check: 'guard', class: 'config' },
    ],
    poison: (record) => ({ ...record, fields: { Region__c: 'x'.repeat(MOST_REGION + 1) } }),
    wholesome: (record) => ({ ...record, fields: { Region__c: 'eu' } }),
    mapped: { field: 'Region__c', value: 'eu-west', unknownField: 'Nothing__c' },
    lyingSuccess: {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"compositeResponse":[{"referenceId":"part0","httpStatusCode":200,"body":[]}]}',
    },
    canaries: () => [...tokens, app.clientSecret, ...pem.split('\n').filter((line) => line.length > 40)],
  };
}

/** Whether a request changes something in the organisation. */
export function writesToSalesforce(method: string, path: string): boolean {
  return method !== 'GET' && path !== '/services/oauth2/token';
}

async function open(
  double: SalesforceDouble,
  variant: Variant,
  { timeoutMs, config }: { readonly timeoutMs?: number; readonly config?: object },
  credential: object,
): Promise<SalesforceSubject> {
  const { org } = double;
  if (variant === 'no-permission') org.access = 'none';
  if (variant === 'poisoned') spoil(double);
  const proxy = await startFaultProxy(double.url, writesToSalesforce);
  const subject = await openSubject(salesforce, proxy, {
    variant,
    timeoutMs,
    tenantId: randomUUID(),
    config: { instanceUrl: proxy.url, ...config },
    credential,
  });
  const rowOf = (id: string) => org.live(OBJECT).find((row) => row['Holdfast_Id__c'] === id);
  const standingOf = (row: Readonly<Record<string, unknown>>): Standing => ({
    revision: Number(row['Revision__c']),
    held: row['Held__c'] === true,
  });
  return {
    ...subject,
    double,
    remote: async (id) => {
      const row = rowOf(id);
      return row === undefined ? undefined : standingOf(row);
    },
    everything: () =>
      Promise.resolve(
        new Map(org.live(OBJECT).map((row) => [String(row['Holdfast_Id__c']), standingOf(row)])),
      ),
    remoteFields: async (id) => ({ ...rowOf(id) }) as Record<string, FieldValue>,
    count: async () => org.live(OBJECT).length,
    expireTokens: () => double.tokens.expireAll(),
    tokenRequests: () => double.tokens.given.length,
    close: async () => {
      await subject.close();
      await double.stop();
    },
  };
}

/** An object that somebody made by hand: one field is too short, and the guard is missing. */
function spoil({ org }: SalesforceDouble): void {
  const { fields } = org.objects.get(OBJECT)!;
  fields.set('Region__c', { ...fields.get('Region__c')!, length: MOST_REGION });
  fields.delete('Package_Version__c');
}
