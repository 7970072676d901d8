import { Command } from 'commander';
import { z } from 'zod';
import { listProviders, type ProviderKind } from '../../../recorder-core/records/identity-providers.ts';
import { readRoleRules } from '../../../recorder-core/records/role-rules.ts';
import { changeRoleRules, previewRoleRules } from '../../identity/change-role-rules.ts';
import { roleRuleList } from '../../identity/role-rules.ts';
import {
  addProvider,
  changeProvider,
  moveProvider,
  putProviderSecret,
  removeProvider,
  requireProvider,
} from '../../identity/providers/manage-providers.ts';
import { addressesOf } from '../../identity/providers/provider-addresses.ts';
import { exportSettings } from '../../main/export-settings.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { readJson } from '../act-on-connections.ts';
import { actWithKeys } from '../act-with-keys.ts';
import { parseId } from '../parse-argument.ts';
import { printJson } from '../print.ts';
import { ReadingCommand, onlyToShow } from '../reading-command.ts';

const ID = 'Id, as `holdfast identity-provider list` shows it.';

/** Identity providers, under the same rules as in the console; a test sign-in needs a browser. */
export const identityProviderCommand = new Command('identity-provider').description(
  'Shows, adds and changes the identity providers that people sign in with.',
);

identityProviderCommand.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/identity-providers' })))
    .description('Lists the identity providers.')
    .action((options: Options) =>
      actForPerson(options, 'identity-provider.read', async (tx) => {
        for (const { id, kind, state, version, name, domains } of await listProviders(tx))
          process.stdout.write(
            `${id}  ${kind}  ${state.padEnd(6)} v${String(version).padEnd(4)} ${name}  ${domains.join(', ')}\n`,
          );
      }),
    ),
);

identityProviderCommand.addCommand(
  acting(
    new ReadingCommand('show', (_options, id = '') => ({
      path: '/identity-providers/:id',
      params: { id },
    })),
  )
    .description('Shows a provider, and what its own side has to know of us.')
    .argument('<provider>', ID, parseId)
    .action((id: string, options: Options) =>
      actForPerson(options, 'identity-provider.read', async (tx, { tenantId }, config) => {
        const { name, kind, state, version, domains, config: settings } = await requireProvider(tx, id);
        const addresses = addressesOf(exportSettings(config).publicUrl, { tenantId, id });
        const shown = { name, kind, state, version, domains, addresses, config: settings };
        printJson(shown);
      }),
    ),
);

for (const kind of ['oidc', 'saml'] as const satisfies readonly ProviderKind[])
  identityProviderCommand.addCommand(
    withContent(new Command(`add-${kind}`))
      .description(`Adds a provider of ${kind === 'oidc' ? 'OpenID Connect' : 'SAML 2.0'} as a draft.`)
      .argument('<name>', 'Name, as people read it at sign-in.')
      .action((name: string, options: Options) =>
        actForPerson(options, 'identity-provider.manage', async (tx, asking) => {
          const content = {
            name,
            config: await readJson(String(options['settings']), 'configuration'),
            domains: domainsIn(options),
          };
          process.stdout.write(`✓ added as a draft  ${await addProvider(tx, asking, kind, content)}\n`);
        }),
      ),
  );

identityProviderCommand.addCommand(
  withContent(new Command('change'))
    .description('Changes a provider as it stands now; what was tested has to be tested again.')
    .argument('<provider>', ID, parseId)
    .option('--name <name>', 'Another name.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'identity-provider.manage', async (tx, asking) => {
        const row = await requireProvider(tx, id);
        await changeProvider(tx, asking, id, {
          version: row.version,
          name: typeof options['name'] === 'string' ? options['name'] : row.name,
          config: await readJson(String(options['settings']), 'configuration'),
          domains: options['domain'] === undefined ? row.domains : domainsIn(options),
        });
        process.stdout.write(`✓ changed, version ${row.version + 1}\n`);
      }),
    ),
);

identityProviderCommand.addCommand(
  acting(new Command('secret'))
    .description('Gives a provider its secret, from a file; it is sealed and never shown.')
    .argument('<provider>', ID, parseId)
    .requiredOption('--file <file>', 'JSON: {"clientSecret"} or {"privateKey", "certificate"}.')
    .action(async (id: string, options: Options) => {
      const secret: unknown = await readJson(String(options['file']), 'secret');
      await actWithKeys(options, 'identity-provider.manage', (tx, asking, keys) =>
        putProviderSecret(tx, asking, keys, id, secret),
      );
      process.stdout.write('✓ given; the file can be removed\n');
    }),
);

for (const [name, to, about] of [
  ['open', 'live', 'Opens a tested provider to people.'],
  ['close', 'off', 'Closes a provider; the sessions that it began end.'],
] as const)
  identityProviderCommand.addCommand(
    acting(new Command(name))
      .description(about)
      .argument('<provider>', ID, parseId)
      .action((id: string, options: Options) =>
        actForPerson(options, 'identity-provider.manage', async (tx, asking) => {
          await moveProvider(tx, asking, id, to);
          process.stdout.write(`✓ ${to}\n`);
        }),
      ),
  );

identityProviderCommand.addCommand(
  acting(new Command('remove'))
    .description('Removes a provider that is not live; its people stay.')
    .argument('<provider>', ID, parseId)
    .action((id: string, options: Options) =>
      actForPerson(options, 'identity-provider.manage', async (tx, asking) => {
        await removeProvider(tx, asking, id);
        process.stdout.write('✓ removed\n');
      }),
    ),
);

identityProviderCommand.addCommand(
  acting(
    new ReadingCommand('rules', ({ file }) => {
      onlyToShow(file === undefined, 'Leave out --file, or --json.');
      return { path: '/role-rules' };
    }),
  )
    .description('Shows the rules from groups to roles, or puts others in their place.')
    .option('--file <file>', 'JSON: a list of {"id", "when", "role"}; the first that fits decides.')
    .option('--dry-run', 'Only say whose role would change.')
    .action((options: Options) =>
      actForPerson(options, 'identity-provider.manage', async (tx, asking) => {
        const { version, rules } = await readRoleRules(tx);
        if (typeof options['file'] !== 'string') return printJson(rules);
        const wanted = roleRuleList.safeParse(await readJson(options['file'], 'list of rules'));
        if (!wanted.success) {
          process.stdout.write(`${z.prettifyError(wanted.error)}\n`);
          process.exitCode = 1;
          return;
        }
        for (const { name, before, role } of await previewRoleRules(tx, wanted.data))
          process.stdout.write(`${name}: ${before} → ${role ?? 'may not sign in'}\n`);
        if (options['dryRun'] === true) return;
        await changeRoleRules(tx, asking, { version, rules: wanted.data });
        process.stdout.write(`✓ changed, version ${version + 1}\n`);
      }),
    ),
);

function withContent(command: Command): Command {
  return acting(command)
    .requiredOption('--settings <file>', 'JSON, as docs/sign-in.md has it.')
    .option('--domain <domain...>', 'E-mail domains whose people are led here.');
}

function domainsIn({ domain }: Options): string[] {
  return Array.isArray(domain) ? domain.map(String) : [];
}
