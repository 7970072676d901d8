import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { SECRET_PREFIX } from './read-recorder-file.ts';
import type { Setting } from './setting.ts';
import { environmentName, SETTINGS, type Config, type SettingName } from './settings.ts';

/** Variables of ours that are no settings: those of the tests' own tiers, and secrets that the recorder's file names. */
const NO_SETTINGS = ['HOLDFAST_TEST_', SECRET_PREFIX] as const;

/** Where settings come from; a later source wins: defaults of the command, file, environment, command line. */
export interface ConfigSources {
  /** What this command takes where nobody says otherwise, in place of the table's default. */
  readonly defaults?: Readonly<Partial<Record<SettingName, unknown>>>;
  /** YAML file with setting names as keys. */
  readonly file?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Values of the command line, by setting name. */
  readonly flags?: Readonly<Partial<Record<SettingName, unknown>>>;
}

/** Settings that may be absent although their schema demands a value: `holdfast start` computes these. */
export type ReadConfig<Optional extends SettingName> = Omit<Config, Optional> &
  Partial<Pick<Config, Optional>>;

/**
 * Reads all settings once into a frozen object. An unknown name, a missing or
 * a bad value stops the start with the name of the setting and where it came from.
 */
export function readConfig<Optional extends SettingName = never>(
  sources: ConfigSources,
  optional: readonly Optional[] = [],
): ReadConfig<Optional> {
  const given: Record<string, unknown> = {
    ...sources.defaults,
    ...fromFile(sources.file),
    ...fromEnvironment(sources.environment),
    ...sources.flags,
  };
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting][]) {
    const value = given[name];
    if (value === undefined && (optional as readonly SettingName[]).includes(name)) continue;
    config[name] = checked(name, setting, value);
  }
  return Object.freeze(config) as ReadConfig<Optional>;
}

/** The settings as environment variables for a child process. */
export function toEnvironment(config: Partial<Config>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        environmentName(name),
        Array.isArray(value) ? value.join(',') : String(value),
      ]),
  );
}

function checked(name: SettingName, setting: Setting, value: unknown): unknown {
  const result = setting.schema.safeParse(value);
  if (result.success) return result.data;
  const reason =
    value === undefined ? 'it is missing' : (result.error.issues[0]?.message ?? 'it is not valid');
  const flag = setting.flag === undefined ? '' : ` or --${setting.flag}`;
  throw new HoldfastError(
    'config_invalid',
    `The setting ${name} cannot be used: ${reason}. It means: ${setting.about} Set ${environmentName(name)}${flag}.`,
    { field: name },
  );
}

function fromFile(path: string | undefined): Record<string, unknown> {
  if (path === undefined) return {};
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new HoldfastError('config_invalid', `The configuration file ${path} cannot be read as YAML.`, {
      cause,
    });
  }
  if (content === null || content === undefined) return {};
  if (typeof content !== 'object' || Array.isArray(content)) {
    throw new HoldfastError(
      'config_invalid',
      `The configuration file ${path} must hold settings, one a line: "name: value".`,
    );
  }
  for (const name of Object.keys(content)) refuseUnknown(name, name, `the file ${path}`);
  return content as Record<string, unknown>;
}

function fromEnvironment(environment: ConfigSources['environment']): Record<string, unknown> {
  const known = new Map(Object.keys(SETTINGS).map((name) => [environmentName(name), name]));
  const given: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('HOLDFAST_') || value === undefined) continue;
    if (NO_SETTINGS.some((prefix) => variable.startsWith(prefix))) continue;
    const name = known.get(variable);
    refuseUnknown(name ?? '', variable, 'the environment');
    if (name !== undefined) given[name] = value;
  }
  return given;
}

function refuseUnknown(name: string, written: string, where: string): void {
  if (Object.hasOwn(SETTINGS, name)) return;
  throw new HoldfastError(
    'config_invalid',
    `There is no setting ${written}, yet ${where} sets it. Remove it or correct its name; docs/configuration.md lists them all.`,
    { field: written },
  );
}
