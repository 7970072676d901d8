import type { Command } from 'commander';
import { Option } from 'commander';
import { SETTINGS, type Setting, type SettingName } from '../config/settings.ts';

/** Gives a command an option for every setting that may be set on the command line. */
export function addSettings(command: Command): Command {
  for (const { flag, about } of Object.values<Setting>(SETTINGS)) {
    if (flag !== undefined) command.addOption(new Option(`--${flag} <value>`, about));
  }
  return command.option('--config <file>', 'YAML file of settings.');
}

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
