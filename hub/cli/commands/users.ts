import { Command } from 'commander';
import { ROLES } from '../../../recorder-core/policy/access.ts';
import { newId } from '../../../recorder-core/records/ids.ts';
import { listUsers } from '../../../recorder-core/records/users.ts';
import { addUser } from '../../identity/add-user.ts';
import { localAdministrator } from '../../identity/local-administrator.ts';
import { addSettings } from '../settings-options.ts';
import { withDatabase } from '../with-database.ts';

/** Shows who may sign in; its subcommand adds a person. */
export const users = addSettings(
  new Command('users')
    .enablePositionalOptions() // what stands behind `add` is for it
    .description('Shows who may sign in and with which role.'),
).action(async (options: Record<string, unknown>) => {
  await withDatabase(options, async (db, { tenantId }) => {
    const found = await db.forTenant(tenantId, listUsers);
    for (const { id, name, role } of found) process.stdout.write(`${id}  ${role.padEnd(18)} ${name}\n`);
    if (found.length === 0)
      process.stdout.write('Nobody yet. `holdfast sign-in` makes the local administrator.\n');
  });
});

users.addCommand(
  addSettings(
    new Command('add')
      .description('Adds a person, who then signs in with a link of `holdfast sign-in --user <name>`.')
      .argument('<name>', 'Name, as others will read it.')
      .requiredOption('--role <role>', `One of ${ROLES.join(', ')}.`),
  ).action(async (name: string, options: Record<string, unknown>) => {
    await withDatabase(options, async (db, { tenantId }) => {
      const now = new Date();
      const user = { id: newId(now.getTime()), name: name.trim(), role: String(options['role']) };
      await db.forTenant(tenantId, async (tx) =>
        addUser(tx, tenantId, user, { person: await localAdministrator(tx, tenantId, now), now }),
      );
      process.stdout.write(`✓ ${user.name} (${user.role}) ${user.id}\n`);
    });
  }),
);
