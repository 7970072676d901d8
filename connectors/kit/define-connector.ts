import type { z } from 'zod';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { manifestFaults } from './check-manifest.ts';
import { failedBy } from './check-results.ts';
import { configSchema } from './config-schema.ts';
import type {
  CheckDefinition,
  CheckResult,
  ConfigMigration,
  Connector,
  OperationDefinition,
} from './connector.ts';
import type { ConnectorContext } from './context.ts';
import type { Catalog } from './fields.ts';
import type { ConnectorManifest, OperationSpec } from './manifest.ts';
import { migrateConfig } from './migrate-config.ts';
import type { Inventory } from './inventory.ts';
import type { RebuildDefinition } from './rebuild.ts';
import { isRemoteFailure } from './remote-error.ts';
import type { RecordingFound, RecordingSearch } from './search.ts';
import type { StreamDefinition, StreamSpec } from './stream.ts';

/** A connector as its author writes it: the manifest's own facts, the configuration, checks and operations. */
export interface ConnectorDefinition<C> extends Omit<
  ConnectorManifest,
  | 'protocol'
  | 'config'
  | 'checks'
  | 'operations'
  | 'needs'
  | 'discovers'
  | 'inventories'
  | 'rebuilds'
  | 'shapedBy'
  | 'searches'
  | 'streams'
  | 'migratesFrom'
> {
  readonly needs?: ConnectorManifest['needs'];
  /** The source of the configuration: its JSON Schema in the manifest is made from it. Must accept its own output. */
  readonly config: z.ZodObject & z.ZodType<C>;
  readonly checks: readonly CheckDefinition<C>[];
  readonly operations: Readonly<Record<string, OperationDefinition<C>>>;
  discover?(ctx: ConnectorContext<C>): Promise<Catalog>;
  inventory?(ctx: ConnectorContext<C>): Inventory;
  readonly rebuild?: RebuildDefinition<C>;
  search?(ctx: ConnectorContext<C>, search: RecordingSearch): Promise<readonly RecordingFound[]>;
  readonly streams?: Readonly<Record<string, StreamDefinition<C>>>;
  /** Oldest first. */
  readonly migrations?: readonly ConfigMigration[];
}

/**
 * Makes a connector and checks its manifest; throws HoldfastError `config_invalid` listing every fault, so
 * that a wrong manifest stops the start and not a delivery.
 */
export function defineConnector<C>(definition: ConnectorDefinition<C>): Connector {
  const manifest = manifestOf(definition);
  const faults = manifestFaults(manifest);
  if (faults.length > 0) {
    throw new HoldfastError(
      'config_invalid',
      `The connector "${definition.id}" cannot be used: ${faults.join(' ')} Correct its definition.`,
    );
  }
  // A host parses the configuration once for a piece of work, and the connector is asked many times in that: what was
  // checked is taken as it is, so nobody may change it.
  const parsed = new WeakSet<object>();
  const parse = (input: unknown): C => {
    if (typeof input === 'object' && input !== null && parsed.has(input)) return input as C;
    const config = deepFreeze(parseConfig(definition, input));
    parsed.add(config as object);
    return config;
  };
  const typed = (ctx: ConnectorContext): ConnectorContext<C> => ({ ...ctx, config: parse(ctx.config) });
  const operation = (id: string): OperationDefinition<C> =>
    entryOf(definition.id, 'operation', definition.operations, id);
  return Object.freeze({
    manifest,
    parseConfig: parse,
    check: (ctx, checkId) => runCheck(definition, typed(ctx), checkId),
    plan: (ctx, id, records) => operation(id).plan(typed(ctx), records),
    execute: (ctx, id, planned) => operation(id).execute(typed(ctx), planned),
    reconcile: (ctx, id, planned) => operation(id).reconcile(typed(ctx), planned),
    discover: async (ctx) => {
      if (definition.discover !== undefined) return definition.discover(typed(ctx));
      throw new HoldfastError('not_found', `The connector "${definition.id}" has no catalogue of fields.`);
    },
    inventory: (ctx) => {
      if (definition.inventory !== undefined) return definition.inventory(typed(ctx));
      throw new HoldfastError('not_found', `The connector "${definition.id}" cannot tell what it holds.`);
    },
    rebuild: async (ctx, step) => {
      if (definition.rebuild !== undefined) return (await definition.rebuild[step](typed(ctx))) ?? undefined;
      throw new HoldfastError('not_found', `The connector "${definition.id}" cannot rebuild what it holds.`);
    },
    search: async (ctx, search) => {
      if (definition.search !== undefined) return definition.search(typed(ctx), search);
      throw new HoldfastError('not_found', `The connector "${definition.id}" cannot be searched.`);
    },
    read: (ctx, id, from) =>
      entryOf(definition.id, 'stream', definition.streams ?? {}, id).read(typed(ctx), from),
    migrateConfig: (config, version) => migrateConfig(definition.migrations ?? [], config, version),
  } satisfies Connector);
}

function entryOf<T>(
  connector: string,
  kind: 'operation' | 'stream',
  entries: Readonly<Record<string, T>>,
  id: string,
): T {
  const found = Object.hasOwn(entries, id) ? entries[id] : undefined;
  if (found !== undefined) return found;
  throw new HoldfastError('not_found', `The connector "${connector}" has no ${kind} "${id}".`);
}

function manifestOf<C>(definition: ConnectorDefinition<C>): ConnectorManifest {
  const operations: Record<string, OperationSpec> = {};
  for (const [id, { spec }] of Object.entries(definition.operations)) operations[id] = spec;
  const streams: Record<string, StreamSpec> = {};
  for (const [id, { spec }] of Object.entries(definition.streams ?? {})) streams[id] = spec;
  return deepFreeze({
    id: definition.id,
    version: definition.version,
    protocol: 1,
    title: definition.title,
    description: definition.description,
    support: definition.support,
    config: configSchema(definition.config),
    auth: definition.auth,
    hosts: definition.hosts,
    rate: definition.rate,
    checks: definition.checks.map(({ spec }) => spec),
    operations,
    needs: definition.needs ?? [],
    discovers: definition.discover !== undefined,
    inventories: definition.inventory !== undefined,
    rebuilds: definition.rebuild !== undefined,
    shapedBy: [...(definition.rebuild?.shapedBy ?? [])],
    searches: definition.search !== undefined,
    streams,
    migratesFrom: (definition.migrations ?? []).map(({ from }) => from),
  });
}

function parseConfig<C>(definition: ConnectorDefinition<C>, input: unknown): C {
  const parsed = definition.config.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap(faultsOf);
  const said = faults
    .slice(0, MOST_FAULTS)
    .map(({ path, says }) => (path.length === 0 ? says : `"${path.join('.')}" ${says}`));
  throw new HoldfastError(
    'invalid_input',
    `The configuration of "${definition.id}" was refused: ${said.join('; ')}. ` +
      'Nothing was changed; correct this and try again.',
    { field: ['config', ...(faults[0]?.path ?? [])].join('.') },
  );
}

/** As many as a person corrects at once. */
const MOST_FAULTS = 8;

interface ConfigFault {
  readonly path: readonly PropertyKey[];
  readonly says: string;
}

/** A setting that there is not is named itself, and not the whole that it stands in. */
function faultsOf(issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], says: 'is no setting of it' }));
  return [{ path: issue.path, says: issue.message }];
}

async function runCheck<C>(
  definition: ConnectorDefinition<C>,
  ctx: ConnectorContext<C>,
  checkId: string,
): Promise<CheckResult> {
  const check = definition.checks.find(({ spec }) => spec.id === checkId);
  if (check === undefined) {
    throw new HoldfastError('not_found', `The connector "${definition.id}" has no check "${checkId}".`);
  }
  try {
    return await check.run(ctx);
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    return failedBy(error.remoteError);
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
