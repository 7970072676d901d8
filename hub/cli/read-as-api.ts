import type { AccessDecision } from '../../recorder-core/authorization/access-decision.ts';
import { readPrincipal } from '../../recorder-core/records/accessed-recordings.ts';
import type { Database, Tx } from '../../recorder-core/records/database.ts';
import { openRulePacks } from '../../recorder-core/records/rule-packs.ts';
import { requireAccess } from '../access/require-access.ts';
import type { Caller } from '../access/caller.ts';
import { noteInspection, NotedAccesses } from '../api/audit-access.ts';
import type { Endpoint } from '../api/endpoint.ts';
import { ENDPOINTS } from '../api/endpoints.ts';
import { parseInput } from '../api/parse-input.ts';
import type { Services } from '../api/services.ts';
import type { Config } from '../config/settings.ts';
import type { Asking } from '../identity/asking.ts';
import { ON_THE_MACHINE } from '../identity/circumstances.ts';
import { exportSettings } from '../main/export-settings.ts';
import { askingFor, type Options } from './act-for-person.ts';
import type { Read } from './reading-command.ts';
import { textsOf } from './texts-of.ts';
import { withDatabase } from './with-database.ts';

/**
 * Answers what the API would answer to whoever the command acts for: the same route, asked the same policies, and entered in the
 * ledger where the API enters it.
 * @throws HoldfastError as the route; `invalid_input` naming what its schema refuses.
 */
export async function readAsApi({ path, params, query }: Read, options: Options): Promise<unknown> {
  const endpoint = ENDPOINTS.find((one) => one.method === 'get' && one.path === path);
  if (endpoint === undefined) throw new Error(`The API has no read of ${path}.`);
  const input = parseInput(endpoint, { params, query: textsOf(query ?? {}) });
  let answer: unknown;
  let accessed: Entering | undefined;
  await withDatabase(options, async (db, config) => {
    const services = await readingServices(db, config);
    answer = await db.forTenant(config.tenantId, async (tx) => {
      const asking = await askingFor(db, tx, config.tenantId, options);
      const identity = await callerOf(tx, asking);
      accessed = await ask(tx, { endpoint, asking, identity }, input.params);
      return endpoint.handle({ ...input, tx, identity, services, now: asking.now });
    });
    await accessed?.(services);
    if (typeof answer === 'function') answer = await (answer as () => Promise<unknown>)();
  });
  return answer;
}

/** Enters into the ledger what was accessed. */
type Entering = (services: Services) => Promise<void>;

interface Door {
  readonly endpoint: Endpoint;
  readonly asking: Asking;
  readonly identity: Caller;
}

/**
 * What the door of the API does: asks the policies before a read, and once something was read, before anything of it is answered,
 * enters it into the ledger.
 */
async function ask(
  tx: Tx,
  { endpoint: { act, asksEach, accesses }, asking, identity }: Door,
  params: unknown,
): Promise<Entering | undefined> {
  if (act === undefined || asksEach === true) return undefined;
  const object = accesses?.(params as undefined, identity);
  const decisions = await requireAccess(tx, asking, act, object === undefined ? {} : { objects: [object] });
  if (object === undefined) return undefined;
  const [decision] = decisions as [AccessDecision];
  const permission = { rule: decision.rule, policies: decision.policies.map(({ id }) => id) };
  return (services) => noteInspection(services, identity, { act, object, ...permission }, asking.now);
}

/** What a read works with: no key, no host of connectors. A route that wanted more would fail in the test of every command. */
async function readingServices(db: Database, config: Config): Promise<Services> {
  const services: Partial<Services> = {
    db,
    packs: await openRulePacks(),
    accesses: new NotedAccesses(),
    exports: exportSettings(config),
  };
  return services as Services;
}

async function callerOf(tx: Tx, { tenantId, person, now }: Asking): Promise<Caller> {
  const {
    groups = [],
    department = null,
    job = null,
    region = null,
  } = (await readPrincipal(tx, person.id)) ?? {};
  return {
    ...{ tenantId, user: person, kind: 'user', scope: null, circumstances: ON_THE_MACHINE },
    ...{ groups, department, job, region, country: null },
    ...{ means: 'command', providerId: null, steppedUpAt: null, acr: null, amr: [] },
    ...{ sessionId: `command of ${person.id}`, sessionDigest: Buffer.alloc(0) },
    ...{ authAt: now.toISOString(), expiresAt: now.toISOString() },
  };
}
