import { listConfiguredObjects } from '../../recorder-core/records/configuration-files.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import type { ReshapePool } from '../connections/mapping/reshape/reshape-pool.ts';
import { connectionObjects } from './connection-objects.ts';
import { givenSecrets } from './given-secrets.ts';
import { exportConfiguration } from './export-configuration.ts';
import { planConfiguration } from './plan-configuration.ts';
import type { ReadFile } from './read-file.ts';
import type { SecretSource } from './wanted-credential.ts';
import { webhookObjects } from './webhook-objects.ts';

/** Whose objects, what opens their credentials, and what checks their reshapes. */
export interface Tenancy {
  readonly tenantId: string;
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
    objects: {
      connections: connectionObjects({ tx, ...tenancy, secrets: choices.secrets }),
      webhooks: webhookObjects(tx),
    },
    managed: await listConfiguredObjects(tx),
    prune: choices.prune,
  });
}

/** All that a file can speak for, as a file of this name. */
export async function exportFile(tx: Tx, tenancy: Tenancy, name: string): Promise<string> {
  const secrets = givenSecrets({});
  return exportConfiguration(name, {
    connections: await connectionObjects({ tx, ...tenancy, secrets }).current(),
    webhooks: await webhookObjects(tx).current(),
  });
}
