/** The named tests of a connection to Salesforce. */
import { clockResult, failedCheck, skewMs } from '../kit/check-results.ts';
import type { CheckDefinition, CheckResult } from '../kit/connector.ts';
import { bodyText } from '../kit/http.ts';
import { isRemoteFailure, remoteError, RemoteFailure } from '../kit/remote-error.ts';
import { salesforceClient, type SalesforceContext } from './client.ts';
import type { SalesforceConfig } from './config.ts';
import { EXTERNAL_ID, LOOKUPS, OWN_FIELDS, PACKAGE_VERSION_FIELD } from './recording-object.ts';
import { TASK_FIELDS } from './task.ts';

type Check = CheckDefinition<SalesforceConfig>;

const DEPLOY =
  'Deploy the package in the folder of the connector, and assign its permission set to the user.';

/** Asked without a session: whoever answers this is Salesforce, and its clock stands in the answer. */
async function versions(ctx: SalesforceContext) {
  const response = await ctx.http.request({
    method: 'GET',
    url: `${ctx.config.instanceUrl.replace(/\/$/, '')}/services/data/`,
  });
  return {
    response,
    known: [...bodyText(response).matchAll(/"version"\s*:\s*"(\d{2,3}\.0)"/g)].map(([, found]) => found),
  };
}

/** A refusal of the credential is still an answer: what it means is for the later checks to say. */
function refusedCredential(error: unknown): { readonly known?: undefined } {
  if (isRemoteFailure(error) && error.remoteError.class === 'auth') return {};
  throw error;
}

const reachable: Check = {
  spec: { id: 'reachable', title: 'Salesforce answers', severity: 'required' },
  async run(ctx) {
    const { known } = await versions(ctx).catch(refusedCredential);
    if (known === undefined) return { status: 'ok', detail: 'Salesforce answers.' };
    if (known.length === 0)
      throw new RemoteFailure(
        remoteError('config', 'What answers there is not Salesforce.', {
          scope: 'connection',
          fix: 'Enter the My Domain address of the organisation.',
        }),
      );
    if (known.includes(ctx.config.apiVersion)) return { status: 'ok', detail: 'Salesforce answers.' };
    return failedCheck(
      'config',
      `This organisation does not speak API version ${ctx.config.apiVersion}.`,
      `Choose one up to ${known.at(-1) ?? ''}.`,
    );
  },
};

const login: Check = {
  spec: { id: 'login', title: 'The credential is accepted', severity: 'required' },
  async run(ctx) {
    // The list of resources is what the least of users may read.
    await salesforceClient(ctx).conn.request('/');
    return { status: 'ok', detail: 'The credential is accepted.' };
  },
};

const objectAccess: Check = {
  spec: { id: 'object-access', title: 'The user may write recordings', severity: 'required' },
  async run(ctx) {
    const { object } = ctx.config;
    const described = await describe(ctx, object);
    if (described === undefined)
      return failedCheck('permission', `The user does not see the object ${object}.`, DEPLOY);
    const missing = (['queryable', 'createable', 'updateable', 'deletable'] as const).filter(
      (may) => !described[may],
    );
    if (missing.length === 0) return { status: 'ok', detail: `The user may write ${object}.` };
    return failedCheck('permission', `On ${object} the user lacks: ${missing.join(', ')}.`, DEPLOY);
  },
};

const externalId: Check = {
  spec: { id: 'external-id', title: 'The external id is unique', severity: 'required' },
  async run(ctx) {
    for (const object of ctx.config.tasks ? [ctx.config.object, 'Task'] : [ctx.config.object]) {
      const field = (await describe(ctx, object))?.fields.find(({ name }) => name === EXTERNAL_ID);
      if (field?.externalId !== true || !field.unique)
        return failedCheck(
          'config',
          `${object}.${EXTERNAL_ID} is not there, or not a unique external id.`,
          DEPLOY,
        );
    }
    return { status: 'ok', detail: 'A recording can stand there only once.' };
  },
};

/** Shortest lengths that every recording fits into. */
const LENGTHS: Readonly<Record<string, number>> = {
  [EXTERNAL_ID]: 36,
  Key__c: 64,
  Link__c: 255,
  Region__c: 64,
};

const fields: Check = {
  spec: { id: 'fields', title: 'The fields are there', severity: 'required' },
  async run(ctx) {
    const own = [...OWN_FIELDS, ...ctx.config.relate.map((relative) => LOOKUPS[relative])];
    const missing = [
      ...(await unwritable(ctx, ctx.config.object, own)),
      ...(ctx.config.tasks ? await unwritable(ctx, 'Task', TASK_FIELDS) : []),
    ];
    if (missing.length > 0)
      return failedCheck('config', `Missing, too short or not writable: ${missing.join(', ')}.`, DEPLOY);
    return { status: 'ok', detail: 'All fields are there and can be written.' };
  },
};

async function unwritable(ctx: SalesforceContext, object: string, names: readonly string[]) {
  const described = await describe(ctx, object);
  const short = (described?.fields ?? []).filter(({ name, length }) => (length ?? 0) < (LENGTHS[name] ?? 0));
  const absent = names.filter((name) => {
    const field = described?.fields.find((one) => one.name === name);
    return field === undefined || !field.createable || !field.updateable;
  });
  return [...absent, ...short.map(({ name }) => name)].map((name) => `${object}.${name}`);
}

const guard: Check = {
  spec: { id: 'guard', title: 'The guard of the package is there', severity: 'required' },
  async run(ctx) {
    const found = (await describe(ctx, ctx.config.object))?.fields.find(
      ({ name }) => name === PACKAGE_VERSION_FIELD,
    );
    const version = /"(\d+)"/.exec(String(found?.calculatedFormula ?? ''))?.[1];
    if (version === '1') return { status: 'ok', detail: 'Revisions and holds are guarded in Salesforce.' };
    return failedCheck(
      'config',
      'The package is not there, or of another version: nothing would keep holds in Salesforce.',
      DEPLOY,
    );
  },
};

const WARN_BELOW = 0.1;

const apiLimits: Check = {
  spec: { id: 'api-limits', title: 'API requests are left', severity: 'advised' },
  async run(ctx): Promise<CheckResult> {
    const limits: unknown = await salesforceClient(ctx).conn.limits();
    const daily = (limits as { DailyApiRequests?: { Max: number; Remaining: number } }).DailyApiRequests;
    if (daily === undefined) return { status: 'warn', detail: 'Salesforce does not tell what is left.' };
    const left = `${daily.Remaining} of ${daily.Max} requests are left for today.`;
    if (daily.Remaining > daily.Max * WARN_BELOW) return { status: 'ok', detail: left };
    const fix = 'Find out what uses them up, or buy more API requests.';
    if (daily.Remaining === 0) return failedCheck('quota', left, fix);
    return { status: 'warn', detail: left, fix };
  },
};

const clock: Check = {
  spec: { id: 'clock', title: 'The clocks agree', severity: 'advised' },
  async run(ctx): Promise<CheckResult> {
    const before = ctx.now();
    const { response } = await versions(ctx);
    const there = Date.parse(response.headers['date'] ?? '');
    if (Number.isNaN(there)) return { status: 'warn', detail: 'Salesforce does not tell its time.' };
    // The header is in whole seconds.
    return clockResult(skewMs(before - 1000, there, ctx.now()), {
      mostMs: 60_000,
      why: '; signed assertions live three minutes',
      fix: 'Let this side take its time from NTP.',
    });
  },
};

/** Undefined where the user does not see the object, which Salesforce does not tell apart from its absence. */
async function describe(ctx: SalesforceContext, object: string) {
  try {
    return await salesforceClient(ctx).conn.describe(object);
  } catch (error) {
    if (isRemoteFailure(error) && error.remoteError.remote?.status === 404) return undefined;
    throw error;
  }
}

/** In the order in which a person should read them. */
export const salesforceChecks: readonly Check[] = [
  reachable,
  login,
  objectAccess,
  externalId,
  fields,
  guard,
  apiLimits,
  clock,
];
