import { Command } from 'commander';
import type { Config } from '../../config/settings.ts';
import { prepareInstallation } from '../../main/prepare-installation.ts';
import { readCommandConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** Makes the first root key, the master secret and the tenant of a new production installation. */
export const prepare = addSettings(
  new Command('prepare').description(
    'Makes root key, master secret and tenant of a new installation; does nothing the second time.',
  ),
).action(async (options: Record<string, unknown>) => {
  const config: Config = readCommandConfig<never>(options);
  const made = await prepareInstallation(config, new Date());
  process.stdout.write(made.length === 0 ? 'Everything was there.\n' : `Made: ${made.join(', ')}.\n`);
});
