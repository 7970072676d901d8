/** The verbs of a connector. Author's side: definitions. Host's side: `Connector`. */
import type { ConnectorContext } from './context.ts';
import type { Catalog } from './fields.ts';
import type { Inventory } from './inventory.ts';
import type { CheckSpec, ConnectorManifest, OperationSpec } from './manifest.ts';
import type { Answer, Planned, RemoteState } from './outcome.ts';
import type { OutboundRecord } from './record.ts';
import type { RebuildSteps } from './rebuild.ts';
import type { RemoteError } from './remote-error.ts';
import type { RecordingFound, RecordingSearch } from './search.ts';
import type { StreamCheckpoint, StreamItem } from './stream.ts';

/** What one named check found. */
export interface CheckResult {
  readonly status: 'ok' | 'warn' | 'fail';
  /** One sentence for the person who sets up the connection. */
  readonly detail: string;
  /** What to do when it is not `ok`. */
  readonly fix?: string;
  readonly error?: RemoteError;
}

/** A check as its author writes it. May throw RemoteFailure: the verb turns it into `fail`. */
export interface CheckDefinition<C> {
  readonly spec: CheckSpec;
  run(ctx: ConnectorContext<C>): Promise<CheckResult>;
}

/**
 * An operation as its author writes it. Every verb returns one entry per record, in the order given, and may
 * throw RemoteFailure when the whole batch shares one fate.
 */
export interface OperationDefinition<C, R extends OutboundRecord = OutboundRecord> {
  readonly spec: OperationSpec;
  /** Writes nothing. Reads the remote side where the decision needs it, and always when `ctx.dryRun`. */
  plan(ctx: ConnectorContext<C>, records: readonly R[]): Promise<Planned<R>[]>;
  /** Sends the planned acts once; never retries a write. */
  execute(ctx: ConnectorContext<C>, planned: readonly Planned<R>[]): Promise<Answer[]>;
  /** Reads the remote side to learn what became of acts whose outcome is unknown. */
  reconcile(ctx: ConnectorContext<C>, planned: readonly Planned<R>[]): Promise<RemoteState[]>;
}

/** How a configuration of an older version becomes one of the next; pure. */
export interface ConfigMigration {
  /** The last version of the connector that wrote the older form. */
  readonly from: string;
  change(config: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** A connector as the host sees it; `defineConnector` makes it. */
export interface Connector {
  readonly manifest: ConnectorManifest;
  /** Checks a configuration from outside; throws HoldfastError `invalid_input` naming the field. */
  parseConfig(input: unknown): unknown;
  /** Runs one named check; never throws for a remote failure. */
  check(ctx: ConnectorContext, checkId: string): Promise<CheckResult>;
  plan(ctx: ConnectorContext, operation: string, records: readonly OutboundRecord[]): Promise<Planned[]>;
  execute(ctx: ConnectorContext, operation: string, planned: readonly Planned[]): Promise<Answer[]>;
  reconcile(ctx: ConnectorContext, operation: string, planned: readonly Planned[]): Promise<RemoteState[]>;
  /** Objects and fields of the remote side; throws RemoteFailure, and HoldfastError `not_found` where the manifest has no `discovers`. */
  discover(ctx: ConnectorContext): Promise<Catalog>;
  /** Everything the remote side holds; throws RemoteFailure, and HoldfastError `not_found` where the manifest has no `inventories`. */
  inventory(ctx: ConnectorContext): Inventory;
  /** The steps of a rebuild, for a context with `copy`; HoldfastError `not_found` where the manifest has no `rebuilds`. */
  rebuild(
    ctx: ConnectorContext,
    step: keyof RebuildSteps<unknown>,
  ): Promise<'filling' | 'in_place' | undefined>;
  /** What is found of a search, newest first; throws RemoteFailure, and HoldfastError `not_found` where the manifest has no `searches`. */
  search(ctx: ConnectorContext, search: RecordingSearch): Promise<readonly RecordingFound[]>;
  /** Reads a stream on from a checkpoint. */
  read(ctx: ConnectorContext, stream: string, from: StreamCheckpoint): AsyncIterable<StreamItem>;
  /** Brings a configuration that an older version wrote to this one; what is not older is given back as it is. */
  migrateConfig(config: Readonly<Record<string, unknown>>, version: string): Record<string, unknown>;
}
