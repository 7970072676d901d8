import { HoldfastError } from '../../recorder-core/errors.ts';
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

/**
 * The same for a command that speaks to a product on this machine: what that product was started with comes first.
 * @throws HoldfastError where a setting is wrong, or where neither the data folder nor the settings tell of a database.
 */
export async function readLocalConfig(options: Options): Promise<Config> {
  const { data, postgresUrl } = readCommandConfig(options, ['postgresUrl', 'postgresDispatcherUrl']);
  const running = await readRunningConfig(data);
  if (postgresUrl === undefined && Object.keys(running).length === 0)
    throw new HoldfastError(
      'not_found',
      `No product has run on the data folder ${data}, and no database is named. Give the folder of yours with --data, or the database with HOLDFAST_POSTGRES_URL.`,
    );
  const environment = { ...running, ...process.env };
  return readConfig<never>({ ...fileOf(options), environment, flags: settingsOf(options) });
}

function fileOf({ config }: Options): { file?: string } {
  return typeof config === 'string' ? { file: config } : {};
}
