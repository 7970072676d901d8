import { Command } from 'commander';
import { openDatabase } from '../../../recorder-core/records/database.ts';
import { openCommandSession } from '../../identity/command-session.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { addSettings } from '../settings-options.ts';

/** Prints a token for Temporal's command line; the time it ends goes to the error output, so that a shell can take the token. */
export const codecToken = addSettings(
  new Command('codec-token')
    .description(
      'Makes a token for an hour with which Temporal\'s command line asks the codec server: --codec-auth "Bearer $(holdfast codec-token)".',
    )
    .option('--user <name>', 'Name or id of the user; `holdfast users` lists them.'),
).action(async (options: Record<string, unknown>) => {
  const config = await readLocalConfig(options);
  const db = openDatabase(config.postgresUrl, { max: 1 });
  try {
    const user = typeof options['user'] === 'string' ? options['user'] : undefined;
    const { token, expiresAt } = await openCommandSession(db, config.tenantId, new Date(), user);
    process.stderr.write(`It is good until ${expiresAt}.\n`);
    process.stdout.write(`${token}\n`);
  } finally {
    await db.close();
  }
});
