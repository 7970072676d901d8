import { HoldfastError } from '../../recorder-core/errors.ts';
import { environmentName, type Config, type SettingName } from './settings.ts';

/** The settings of each provider of root keys: what it needs, and what it may have. */
const SETTINGS_OF = {
  local: { needed: [], possible: ['keyRing'] },
  pkcs11: { needed: ['pkcs11Library', 'pkcs11Token', 'pkcs11PinFile'], possible: [] },
  transit: {
    needed: ['transitUrl', 'transitTokenFile'],
    possible: ['transitMount', 'transitNamespace', 'transitCaFile'],
  },
  'aws-kms': { needed: ['awsKmsRegion'], possible: ['awsKmsEndpoint', 'awsKmsDeletionDays'] },
  'azure-key-vault': { needed: ['azureVaultUrl'], possible: ['azureKeyKind'] },
} as const satisfies Record<
  Config['keyProvider'],
  { needed: readonly SettingName[]; possible: readonly SettingName[] }
>;

type Named<Needed extends readonly SettingName[], Possible extends readonly SettingName[]> = {
  readonly [Name in Needed[number]]: NonNullable<Config[Name]>;
} & { readonly [Name in Possible[number]]: Config[Name] };

type OwnName = {
  [Provider in keyof typeof SETTINGS_OF]: (typeof SETTINGS_OF)[Provider]['needed' | 'possible'][number];
}[keyof typeof SETTINGS_OF];

/** All settings about root keys. */
export type KeyConfig = Pick<Config, 'keyProvider' | 'keyName' | OwnName>;

/** The chosen provider with its settings, and nothing missing. */
export type KeySettings = {
  [Provider in keyof typeof SETTINGS_OF]: {
    readonly keyProvider: Provider;
    readonly keyName: string;
  } & Named<(typeof SETTINGS_OF)[Provider]['needed'], (typeof SETTINGS_OF)[Provider]['possible']>;
}[keyof typeof SETTINGS_OF];

/**
 * The settings of the chosen provider of root keys. Those of another one beside them are refused as well: whoever set them
 * believes the keys to be in another place than they would be.
 * @throws config_invalid naming the setting that is missing, or that belongs to another provider.
 */
export function keySettingsOf(config: KeyConfig): KeySettings {
  const chosen = config.keyProvider;
  for (const [provider, { needed, possible }] of Object.entries(SETTINGS_OF)) {
    if (provider === chosen) continue;
    const foreign = [...needed, ...possible].find((name) => config[name] !== undefined);
    if (foreign !== undefined) throw belongsElsewhere(foreign, provider, chosen);
  }
  const missing = SETTINGS_OF[chosen].needed.find((name) => config[name] === undefined);
  if (missing !== undefined) throw isMissing(missing, chosen);
  return config as unknown as KeySettings;
}

function isMissing(name: SettingName, provider: string): HoldfastError {
  return new HoldfastError(
    'config_invalid',
    `The key provider ${provider} needs the setting ${name}, which is missing. Set ${environmentName(name)}; docs/keys.md says what it means.`,
    { field: name },
  );
}

function belongsElsewhere(name: SettingName, provider: string, chosen: string): HoldfastError {
  return new HoldfastError(
    'config_invalid',
    `The setting ${name} belongs to the key provider ${provider}, but ${chosen} is chosen, so the root keys would not be where it says. Set ${environmentName('keyProvider')}=${provider}, or remove ${name}.`,
    { field: name },
  );
}
