import { readConfig, type ReadConfig } from '../config/read-config.ts';
import type { Config, SettingName } from '../config/settings.ts';
import { readRunningConfig } from '../main/local-config.ts';
import { settingsOf } from './settings-options.ts';

type Options = Readonly<Record<string, unknown>>;

/** The configuration of a command: file, environment, options, in this order. Settings in `optional` may be absent. */
export function readCommandConfig<O extends SettingName = never>(
  options: Options,
  optional: readonly O[] = [],
  defaults: Readonly<Partial<Record<SettingName, unknown>>> = {},
): ReadConfig<O> {
  return readConfig(
    { defaults, ...fileOf(options), environment: process.env, flags: settingsOf(options) },
    optional,
  );
}

/** The same for a command that speaks to a product on this machine: what that product was started with comes first. */
export async function readLocalConfig(options: Options): Promise<Config> {
  const { data } = readCommandConfig(options, ['postgresUrl', 'postgresDispatcherUrl']);
  const environment = { ...(await readRunningConfig(data)), ...process.env };
  return readConfig<never>({ ...fileOf(options), environment, flags: settingsOf(options) });
}

function fileOf({ config }: Options): { file?: string } {
  return typeof config === 'string' ? { file: config } : {};
}
