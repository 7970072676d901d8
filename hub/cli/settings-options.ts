import type { Command } from 'commander';
import { Option } from 'commander';
import type { Setting } from '../config/setting.ts';
import { SETTINGS, type SettingName } from '../config/settings.ts';

/**
 * Gives a command an option for every setting that may be set on the command line. The help lists them where somebody
 * sets up a process; elsewhere they would hide what the command is about.
 */
export function addSettings(command: Command, help: 'listed' | 'mentioned' = 'mentioned'): Command {
  for (const { flag, about } of Object.values<Setting>(SETTINGS)) {
    if (flag !== undefined)
      command.addOption(new Option(`--${flag} <value>`, about).hideHelp(help === 'mentioned'));
  }
  if (help === 'mentioned') command.addHelpText('after', SETTINGS_TOO);
  return command.option('--config <file>', 'YAML file of settings.');
}

const SETTINGS_TOO =
  '\nEvery setting of docs/configuration.md can be given as an option, --data <folder> for one.';

/** The settings among a command's options. */
export function settingsOf(
  options: Readonly<Record<string, unknown>>,
): Partial<Record<SettingName, unknown>> {
  const given: Partial<Record<SettingName, unknown>> = {};
  for (const [name, { flag }] of Object.entries(SETTINGS) as [SettingName, Setting][]) {
    if (flag === undefined) continue;
    const value = options[flag.replaceAll(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase())];
    if (value !== undefined) given[name] = value;
  }
  return given;
}
