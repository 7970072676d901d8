import { Command } from 'commander';
import { openDatabase } from '../../../recorder-core/records/database.ts';
import { makeSignInLink } from '../../identity/sign-in-link.ts';
import { consoleUrl } from '../../main/open-resources.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** Prints a one-time link for the local administrator, or for the user named. */
export const signIn = addSettings(
  new Command('sign-in')
    .description('Makes a one-time sign-in link for the local administrator, or for another user.')
    .option('--user <name>', 'Name or id of the user; `holdfast users` lists them.'),
).action(async (options: Record<string, unknown>) => {
  const config = await readLocalConfig(options);
  const db = openDatabase(config.postgresUrl, { max: 1 });
  try {
    const user = typeof options['user'] === 'string' ? options['user'] : undefined;
    const link = await makeSignInLink(db, config.tenantId, consoleUrl(config), new Date(), user);
    process.stdout.write(`${link}\n`);
  } finally {
    await db.close();
  }
});
