import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { prepareDatabase } from '../../main/prepare-database.ts';
import { readCommandConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** Brings a production database to the schema of this release. */
export const migrateCommand = addSettings(
  new Command('migrate').description(
    'Brings the database of HOLDFAST_POSTGRES_OWNER_URL to the schema of this release.',
  ),
).action(async (options: Record<string, unknown>) => {
  const { postgresOwnerUrl } = readCommandConfig(options, ['postgresUrl', 'postgresDispatcherUrl']);
  if (postgresOwnerUrl === undefined) {
    throw new HoldfastError(
      'config_invalid',
      'Set HOLDFAST_POSTGRES_OWNER_URL to the database as the owner of the schema.',
      { field: 'postgresOwnerUrl' },
    );
  }
  const { applied, already } = await prepareDatabase(postgresOwnerUrl, undefined);
  for (const name of applied) process.stdout.write(`applied ${name}\n`);
  process.stdout.write(
    applied.length === 0 ? `The schema is up to date (${already} migrations).\n` : `Done.\n`,
  );
});
