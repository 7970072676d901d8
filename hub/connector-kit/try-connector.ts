import { randomUUID } from 'node:crypto';
import { sampleRecording, sampleWithdrawal } from '../../connectors/kit/acceptance/sample-records.ts';
import { failedBy } from '../../connectors/kit/check-results.ts';
import type { Connector } from '../../connectors/kit/connector.ts';
import type { ConnectorLog } from '../../connectors/kit/context.ts';
import type { Catalog } from '../../connectors/kit/fields.ts';
import type { Outcome, Planned } from '../../connectors/kit/outcome.ts';
import { isRemoteFailure } from '../../connectors/kit/remote-error.ts';
import { createConnectorHost } from '../connections/host/connector-host.ts';
import { checkedCredential } from '../connections/checked-credential.ts';
import { runChecks, type CheckReport } from '../connections/host/run-checks.ts';
import { runOperation } from '../connections/host/run-operation.ts';
import { systemClock } from '../connections/host/system-clock.ts';

/** A connection that stands in no database: for the author of a connector, against a peer of theirs. */
export interface TriedConnection {
  readonly config: unknown;
  readonly credential: unknown;
  readonly log: ConnectorLog;
}

/** What was found. Later parts are left out where an earlier one failed, which is the last check then. */
export interface Trial {
  readonly checks: readonly CheckReport[];
  readonly catalog?: Catalog;
  /** What would be sent for two made-up recordings; nothing was. */
  readonly planned?: readonly Planned[];
  /** With `send`: what became of them, then of their deletion. */
  readonly outcomes?: readonly Outcome[];
}

/**
 * Checks, discovers and plans as the product would; with `send` also writes two made-up recordings and deletes them
 * again, under a tenant id of this trial alone. Private addresses are allowed.
 * @throws HoldfastError `invalid_input` for a configuration or credential that the connector does not take.
 */
export async function tryConnector(
  connector: Connector,
  tried: TriedConnection,
  send: boolean,
): Promise<Trial> {
  const signs = connector.manifest.auth.every(({ type }) => type === 'webhook');
  // Signing secrets are made by the product alone; whoever tries without it brings some.
  const credential = signs ? tried.credential : checkedCredential(connector.manifest, tried.credential);
  const host = createConnectorHost({
    egress: { allowPrivateNetwork: true },
    log: tried.log,
    clock: systemClock,
  });
  let found: Trial = { checks: [] };
  try {
    const connection = {
      id: randomUUID(),
      tenantId: randomUUID(),
      config: tried.config,
      credential,
    };
    const ctx = await host.contextFor(connector, connection);
    const { live, checks } = await runChecks(connector, ctx);
    found = { checks };
    if (!live) return found;
    if (connector.manifest.discovers) found = { ...found, catalog: await connector.discover(ctx) };
    const { operations } = connector.manifest;
    if (operations['upsert-recording']?.input !== 'recording') return found;
    const records = [1, 2].map((n) => sampleRecording(connection.tenantId, n));
    const preview = await host.contextFor(connector, connection, { dryRun: true });
    found = { ...found, planned: await connector.plan(preview, 'upsert-recording', records) };
    if (!send) return found;
    const run = (operation: string, sent: readonly unknown[]) =>
      runOperation({ connector, ctx, operation, records: sent });
    const written = await run('upsert-recording', records);
    found = { ...found, outcomes: written };
    if (!('delete-recording' in operations)) return found;
    const withdrawals = [1, 2].map((n) => sampleWithdrawal(connection.tenantId, n));
    return { ...found, outcomes: [...written, ...(await run('delete-recording', withdrawals))] };
  } catch (error) {
    if (!isRemoteFailure(error)) throw error;
    const spec = { id: 'trial', title: 'What follows the checks', severity: 'required' } as const;
    return { ...found, checks: [...found.checks, { ...spec, ...failedBy(error.remoteError) }] };
  } finally {
    await host.close();
  }
}
