import { Command } from 'commander';
import type { Database } from '../../../recorder-core/records/database.ts';
import { listServiceAccounts } from '../../../recorder-core/records/service-accounts.ts';
import { listServiceCredentials } from '../../../recorder-core/records/service-credentials.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import {
  addServiceAccount,
  issueToken,
  revokeCredential,
  type ServiceAsking,
} from '../../identity/service-accounts.ts';
import { askingFor } from '../act-for-person.ts';
import { addSettings } from '../settings-options.ts';
import { withDatabase } from '../with-database.ts';

/** Shows tokens and certificates of machines; its subcommands make and revoke them. */
export const token = addSettings(
  new Command('token')
    .enablePositionalOptions()
    .description('Shows accounts of machines with their tokens and certificates.'),
).action(async (options: Record<string, unknown>) => {
  await withDatabase(options, async (db, { tenantId }) => {
    const [accounts, credentials] = await db.forTenant(
      tenantId,
      async (tx) => [await listServiceAccounts(tx), await listServiceCredentials(tx)] as const,
    );
    for (const { id, name, endedAt } of accounts) {
      process.stdout.write(`${id}  ${name}${endedAt === null ? '' : '  (ended)'}\n`);
      for (const each of credentials.filter(({ accountId }) => accountId === id)) {
        const until = each.revokedAt === null ? `until ${each.expiresAt.toISOString()}` : 'revoked';
        process.stdout.write(
          `  ${each.id}  ${each.kind.padEnd(11)} ${until}  ${each.scope.join(',')}  ${each.name}\n`,
        );
      }
    }
    if (accounts.length === 0)
      process.stdout.write('No machine has an account. `holdfast token issue <account>` adds one.\n');
  });
});

token.addCommand(
  addSettings(
    new Command('issue')
      .description('Makes a token, which is printed once. An account that does not exist yet is added.')
      .argument('<account>', 'Name of the account.')
      .requiredOption(
        '--scope <acts>',
        'What the machine may do, with commas between, such as recording.list,scim.',
      )
      .option('--name <name>', 'What tells this token from others of the account.', 'command line')
      .option('--for <words>', 'What a new account is for.', 'Made on the command line')
      .option('--days <days>', 'How long it counts, at most 365.', '90')
      .option('--user <name>', 'Name or id of the person who does this; by default the local administrator.'),
  ).action(async (account: string, options: Record<string, unknown>) => {
    const days = Number(options['days']);
    if (!Number.isInteger(days) || days < 1 || days > 365)
      throw new HoldfastError('invalid_input', '--days is a whole number from 1 to 365.', { field: 'days' });
    await asAdministrator(options, async (tx, asking) => {
      const known = (await listServiceAccounts(tx)).find(
        ({ id, name, endedAt }) => endedAt === null && (name === account || id === account),
      );
      const accountId =
        known?.id ??
        (await addServiceAccount(tx, asking, { name: account, purpose: String(options['for']) }));
      const scope = String(options['scope'])
        .split(',')
        .map((each) => each.trim());
      const issued = await issueToken(tx, asking, { accountId, scope, days, name: String(options['name']) });
      return `${issued.token}\n`;
    });
  }),
);

token.addCommand(
  addSettings(
    new Command('revoke')
      .description('Ends a token or certificate at once.')
      .argument('<id>', 'Id of the token or certificate; `holdfast token` lists them.')
      .requiredOption('--reason <reason>', 'Why, for the ledger.')
      .option('--user <name>', 'Name or id of the person who does this; by default the local administrator.'),
  ).action(async (id: string, options: Record<string, unknown>) => {
    await asAdministrator(options, async (tx, asking) => {
      await revokeCredential(tx, asking, id, String(options['reason']));
      return `✓ revoked ${id}\n`;
    });
  }),
);

/** Does something in the name of a person who may, and prints what it answers once it is committed. */
async function asAdministrator(
  options: Record<string, unknown>,
  work: (tx: Tx, asking: ServiceAsking) => Promise<string>,
): Promise<void> {
  await withDatabase(options, async (db: Database, { tenantId }) => {
    const said = await db.forTenant(tenantId, async (tx) =>
      work(tx, await askingFor(db, tx, tenantId, options, 'service.manage')),
    );
    process.stdout.write(said);
  });
}
