import { listConfiguredObjects } from '../../recorder-core/records/configuration-files.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { Asking } from '../identity/asking.ts';
import type { ReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import { connectionObjects } from './connection-objects.ts';
import { givenSecrets } from './given-secrets.ts';
import { exportConfiguration } from './export-configuration.ts';
import { levelObjects } from './level-objects.ts';
import { planConfiguration, type AllObjects } from './plan-configuration.ts';
import type { ReadFile } from './read-file.ts';
import type { SecretSource } from './wanted-credential.ts';
import { webhookObjects } from './webhook-objects.ts';

/** Who asks, what opens the credentials of their tenant, and what checks its reshapes. */
export interface Tenancy {
  readonly asking: Asking;
  readonly keys: KeyProvider;
  readonly reshape: ReshapePool;
}

/** Holds a file against all that the tenant has. Changes nothing. Errors as `planConfiguration`. */
export async function planFile(
  tx: Tx,
  tenancy: Tenancy,
  file: ReadFile,
  choices: { readonly secrets: SecretSource; readonly prune: boolean },
): ReturnType<typeof planConfiguration> {
  return planConfiguration(file, {
    objects: objectsOf(tx, tenancy, choices.secrets),
    managed: await listConfiguredObjects(tx),
    prune: choices.prune,
  });
}

/** Every kind of objects that a file can speak for. */
export function objectsOf(tx: Tx, { asking, keys, reshape }: Tenancy, secrets: SecretSource): AllObjects {
  return {
    connections: connectionObjects({ tx, tenantId: asking.tenantId, keys, reshape, secrets }),
    webhooks: webhookObjects(tx),
    levels: levelObjects(tx, asking),
  };
}

/** All that a file can speak for and who asks may see, as a file of this name. */
export async function exportFile(tx: Tx, tenancy: Tenancy, name: string): Promise<string> {
  const { connections, webhooks, levels } = objectsOf(tx, tenancy, givenSecrets({}));
  return exportConfiguration(name, {
    connections: await connections.current(),
    webhooks: await webhooks.current(),
    incidentLevels: (await levels.current())[0],
  });
}
