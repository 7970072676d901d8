import type pg from 'pg';
import { listTenantIds } from '../../recorder-core/records/tenants.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { createConnectorHost, type ConnectorHost } from '../connections/host/connector-host.ts';
import { systemClock } from '../connections/host/system-clock.ts';
import { createSharedBudgets } from '../connections/shared-budgets.ts';
import { createSharedTokens } from '../connections/shared-tokens.ts';
import { findUnopenedCredentials } from '../connections/unopened-credentials.ts';
import type { Resources } from './open-resources.ts';

/**
 * The host that runs connectors in this process; tokens, budgets and breakers are those of all processes. With a
 * dispatcher's pool it says once of all tenants which credentials do not open.
 */
export function openConnectorHost(
  resources: Pick<Resources, 'config' | 'log' | 'db'> &
    Partial<Pick<Resources, 'metrics'>> & { readonly keys: KeyProvider },
  dispatcher?: pg.Pool,
): ConnectorHost {
  const { config, log, db, keys, metrics } = resources;
  if (dispatcher !== undefined) void reportUnopenedCredentials(resources, dispatcher);
  return createConnectorHost({
    egress: { allowPrivateNetwork: config.egressPrivateNetwork },
    clock: systemClock,
    budgets: createSharedBudgets(db),
    tokens: createSharedTokens({ db, keys, now: () => new Date() }),
    onBudgetWait: (connector, ms) => metrics?.connectionWaitSeconds.observe({ connector }, ms / 1000),
    onTokenAsked: (connector, outcome) => metrics?.connectionTokens.inc({ connector, outcome }),
    log: (level, message, fields = {}) => {
      log[level](fields, message);
    },
  });
}

/** Logs the connections whose credential does not open, as after a restore without its keys; they stop, the process does not. */
async function reportUnopenedCredentials(
  { db, keys, log }: Pick<Resources, 'db' | 'log'> & { readonly keys: KeyProvider },
  dispatcher: pg.Pool,
): Promise<void> {
  try {
    for (const tenantId of await listTenantIds(dispatcher))
      for (const { connectionId, code } of await findUnopenedCredentials({ db, keys }, tenantId))
        log.error(
          { tenantId, connectionId, code },
          'the credential of a connection does not open; enter it again',
        );
  } catch (error) {
    log.warn({ error }, 'the credentials of connections could not be looked at');
  }
}
