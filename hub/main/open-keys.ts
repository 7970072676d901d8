import { join } from 'node:path';
import { openDatabase, type Database } from '../../recorder-core/records/database.ts';
import { openSecretTable } from '../../recorder-core/records/installation-secret.ts';
import {
  openInstallationSecrets,
  type InstallationSecrets,
} from '../../recorder-core/vault/installation-secrets.ts';
import type { KeyProvider } from '../../recorder-core/vault/key-provider.ts';
import { LocalKeyRing, openLocalKeyRing } from '../../recorder-core/vault/local-key-ring.ts';
import type { OpenProvider } from '../../recorder-core/vault/providers/open-provider.ts';
import { keySettingsOf, type KeyConfig, type KeySettings } from '../config/key-settings.ts';
import type { Config } from '../config/settings.ts';

/** The settings that say where the root of trust is. */
export type RootSettings = KeyConfig & Pick<Config, 'data'>;

/** How keys are opened. */
export interface OpenKeysOptions {
  /** Make a root key and a master secret where there are none: only for a fresh installation. */
  readonly create?: boolean;
}

/**
 * Opens the configured root of trust. The client of a service is loaded only where that service is chosen.
 * @throws config_invalid naming the setting at fault, key_unavailable when the root is not there or cannot be used.
 */
export async function openKeyProvider(
  config: RootSettings,
  { create = false }: OpenKeysOptions = {},
): Promise<OpenProvider> {
  const settings = keySettingsOf(config);
  switch (settings.keyProvider) {
    case 'local':
      return {
        provider: await openLocalKeyRing(keyRingPath(config), { create }),
        close: () => undefined,
      };
    case 'pkcs11':
      return openHsm(settings, create);
    case 'transit':
      return openTransitEngine(settings, create);
    case 'aws-kms':
      return openKms(settings, create);
    case 'azure-key-vault':
      return openVault(settings, create);
  }
}

type Of<Provider> = Extract<KeySettings, { keyProvider: Provider }>;

async function openHsm(settings: Of<'pkcs11'>, create: boolean): Promise<OpenProvider> {
  const { openPkcs11 } = await import('../../recorder-core/vault/providers/pkcs11/pkcs11-provider.ts');
  const { pkcs11Library: library, pkcs11Token: token, pkcs11PinFile: pinFile, keyName } = settings;
  return openPkcs11({ library, token, pinFile, keyName }, { create });
}

async function openTransitEngine(settings: Of<'transit'>, create: boolean): Promise<OpenProvider> {
  const { openTransit } = await import('../../recorder-core/vault/providers/transit/transit-provider.ts');
  return openTransit(
    {
      url: settings.transitUrl,
      mount: settings.transitMount ?? 'transit',
      keyName: settings.keyName,
      tokenFile: settings.transitTokenFile,
      namespace: settings.transitNamespace,
      caFile: settings.transitCaFile,
    },
    { create },
  );
}

async function openKms(settings: Of<'aws-kms'>, create: boolean): Promise<OpenProvider> {
  const { openAwsKms } = await import('../../recorder-core/vault/providers/aws-kms/aws-kms-provider.ts');
  const { awsKmsRegion: region, awsKmsEndpoint: endpoint, awsKmsDeletionDays: deletionDays = 30 } = settings;
  return openAwsKms({ region, endpoint, keyName: settings.keyName, deletionDays }, { create });
}

async function openVault(settings: Of<'azure-key-vault'>, create: boolean): Promise<OpenProvider> {
  const { openAzureKeyVault } =
    await import('../../recorder-core/vault/providers/azure-key-vault/azure-key-vault-provider.ts');
  const { azureVaultUrl: url, azureKeyKind: kind = 'RSA-HSM', keyName } = settings;
  return openAzureKeyVault({ url, kind, keyName }, { create });
}

/** Opens the installation's secrets, which the database keeps and the provider unwraps. Errors as openInstallationSecrets. */
export async function openSecrets(
  db: Database,
  tenantId: string,
  provider: KeyProvider,
  { create = false }: OpenKeysOptions = {},
): Promise<InstallationSecrets> {
  const inherited = provider instanceof LocalKeyRing ? await provider.inheritedMaster() : undefined;
  return openInstallationSecrets(openSecretTable(db, tenantId), provider, { create, inherited });
}

/** The installation's secrets for whoever needs nothing else. Errors as openKeyProvider and openSecrets. */
export async function readInstallationSecrets(
  config: RootSettings & Pick<Config, 'postgresUrl' | 'tenantId'>,
): Promise<InstallationSecrets> {
  const { provider, close } = await openKeyProvider(config);
  const db = openDatabase(config.postgresUrl, { max: 1 });
  try {
    return await openSecrets(db, config.tenantId, provider);
  } finally {
    await db.close();
    close();
  }
}

/** The file of the local key ring. */
export function keyRingPath(config: Pick<Config, 'keyRing' | 'data'>): string {
  return config.keyRing ?? join(config.data, 'key-ring.json');
}
