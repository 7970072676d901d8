import { Command } from 'commander';
import { listVersions } from '../../../recorder-core/records/connection-versions.ts';
import { listConnections } from '../../../recorder-core/records/connections.ts';
import type { Config } from '../../config/settings.ts';
import { addConnection } from '../../connections/add-connection.ts';
import { changeConnection, rollBackConnection } from '../../connections/change-connection.ts';
import { currentContent } from '../../connections/current-content.ts';
import { manifestOf } from '../../connections/list-connectors.ts';
import { requireConnection } from '../../connections/find-connection.ts';
import { putCredential } from '../../connections/put-credential.ts';
import { rotateCredential } from '../../connections/rotate-credential.ts';
import { rotateSecrets, type ShownSecrets } from '../../connections/webhook-secrets.ts';
import { exportSettings } from '../../main/export-settings.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { askRemotely, changeConnections, readJson } from '../act-on-connections.ts';
import { collectWritten, configFields } from '../config-fields.ts';
import { parseCount } from '../parse-argument.ts';
import { catalogueCommand } from './connection-catalogue.ts';
import { connectionLifeCommands } from './connection-life.ts';
import { connectionStreamCommands } from './connection-streams.ts';
import { onOneConnection } from './on-one-connection.ts';
import { printAnswer, ReadingCommand, type AskApi } from '../reading-command.ts';

/** Connections to other systems: what they are, and how they are changed. */
export const connectionCommand = new Command('connection').description(
  'Shows the connections to other systems, makes and changes them.',
);

const oneOf: AskApi = (_options, id = '') => ({ path: '/connections/:id', params: { id } });

connectionCommand.addCommand(catalogueCommand);

connectionCommand.addCommand(
  acting(
    new ReadingCommand('list', ({ removed }) => ({
      path: '/connections',
      query: { removed: removed === true ? true : undefined },
    })),
  )
    .description('Lists the connections.')
    .option('--removed', 'Removed ones too.')
    .action((options: Options) =>
      actForPerson(options, 'connection.read', async (tx) => {
        for (const { id, connector, name, state, version } of await listConnections(
          tx,
          options['removed'] === true,
        ))
          process.stdout.write(
            `${id}  ${connector.padEnd(16)} ${state.padEnd(7)} v${String(version).padEnd(4)} ${name}\n`,
          );
      }),
    ),
);

connectionCommand.addCommand(
  onOneConnection(
    'show',
    'Shows its configuration, mappings and checks as JSON; never its credential.',
    oneOf,
  ).action((id: string, options: Options) => printAnswer(oneOf(options, id), options)),
);

connectionCommand.addCommand(
  configured(acting(new Command('add')))
    .description(
      'Makes a connection as a draft. One of signed webhooks is live at once, and its secrets are shown this once.',
    )
    .argument('<connector>', 'Id, as `holdfast connection catalogue` shows it.')
    .argument('<name>', 'Name of the other system.')
    .option('--credential <file>', 'JSON with its kind as "type"; - reads standard input.')
    .option('--url <address>', 'The same as --set url=<address>.')
    .option('--sends <what...>', 'Of signed webhooks: ticket, notice.')
    .option(
      '--accepts <types...>',
      'Of signed webhooks: events it may send, such as ticket.closed or case.*.',
    )
    .option('--answers <how>', 'Of signed webhooks: receipt (JSON with id and revision) or status (any 2xx).')
    .action(async (connector: string, name: string, options: Options) => {
      const shortcuts = ['url', 'sends', 'accepts', 'answers'].filter(
        (field) => options[field] !== undefined,
      );
      const fields = Object.fromEntries(shortcuts.map((field) => [field, options[field]]));
      const wish = {
        connector,
        name,
        config: {
          ...((await wholeOf(options)) as object | undefined),
          ...setOf(options, connector),
          ...fields,
        },
        ...(await given(options, 'credential')),
        ...(await given(options, 'mappings')),
        ...(await given(options, 'reshapes')),
        ...(typeof options['why'] === 'string' ? { why: options['why'] } : {}),
      };
      await changeConnections(options, async (tx, asking, { keys, reshape }, config) => {
        showSecrets(await addConnection(tx, asking, keys, wish, reshape), asking.tenantId, config);
      });
    }),
);

connectionCommand.addCommand(
  configured(onOneConnection('change', 'Changes it, live or not: a new version.'))
    .option('--name <name>', 'A new name.')
    .option('--based-on <version>', 'Refused where another version is current by now.', parseCount)
    .action(async (id: string, options: Options) => {
      const rows = { ...(await given(options, 'mappings')), ...(await given(options, 'reshapes')) };
      const whole = await wholeOf(options);
      await changeConnections(options, async (tx, asking, { reshape }) => {
        const before = await requireConnection(tx, id);
        const { config: now } = await currentContent(tx, before);
        const fields = setOf(options, before.connector);
        const config =
          whole === undefined && fields === undefined
            ? undefined
            : { ...((whole === undefined ? now : whole) as object), ...fields };
        const wish = {
          ...rows,
          ...(config === undefined ? {} : { config }),
          ...(typeof options['name'] === 'string' ? { name: options['name'] } : {}),
          ...(typeof options['why'] === 'string' ? { why: options['why'] } : {}),
          ...(typeof options['basedOn'] === 'number' ? { basedOn: options['basedOn'] } : {}),
        };
        const after = await changeConnection(tx, asking, id, wish, reshape);
        process.stdout.write(
          after.version === before.version ? 'Nothing differs.\n' : `✓ version ${after.version}\n`,
        );
      });
    }),
);

connectionCommand.addCommand(
  onOneConnection('versions', 'Lists its versions, newest first.', (_options, id = '') => ({
    path: '/connections/:id/versions',
    params: { id },
  })).action((id: string, options: Options) =>
    actForPerson(options, 'connection.read', async (tx) => {
      await requireConnection(tx, id);
      for (const { version, madeAt, madeBy, why, rolledBackTo } of await listVersions(tx, id))
        process.stdout.write(
          `v${version}  ${madeAt.toISOString()}  ${madeBy?.name ?? 'Holdfast'}` +
            `${rolledBackTo === null ? '' : `  says again what v${rolledBackTo} said`}${why === null ? '' : `  ${why}`}\n`,
        );
    }),
  ),
);

connectionCommand.addCommand(
  onOneConnection('roll-back', 'Makes a new version that says again what an older one said.')
    .requiredOption('--to <version>', 'The older version.', parseCount)
    .option('--why <sentence>', 'Kept with the version.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        const to = {
          version: Number(options['to']),
          ...(typeof options['why'] === 'string' ? { why: options['why'] } : {}),
        };
        const { version } = await rollBackConnection(tx, asking, id, to);
        process.stdout.write(`✓ version ${version}\n`);
      }),
    ),
);

connectionCommand.addCommand(
  onOneConnection('credential', 'Gives it a credential, in the place of the one before.')
    .argument('<file>', 'JSON with its kind as "type"; - reads standard input, so that it is in no file.')
    .option('--rotate', 'Tries it by the checks first: the old one is of use until none fails.')
    .action(async (id: string, file: string, options: Options) => {
      const credential = await readJson(file, 'credential');
      if (options['rotate'] === true) {
        await askRemotely(options, async (deps, asking) => {
          await rotateCredential(deps, asking, id, credential);
          process.stdout.write('✓ its checks passed, and it is in use\n');
        });
        return;
      }
      await changeConnections(options, async (tx, asking, { keys }) => {
        await putCredential(tx, asking, keys, id, credential);
        process.stdout.write('✓ sealed; run its checks\n');
      });
    }),
);

connectionCommand.addCommand(
  onOneConnection(
    'rotate-secret',
    'Of signed webhooks: makes new secrets, shown this once; those before are of use for a day more.',
  ).action((id: string, options: Options) =>
    changeConnections(options, async (tx, asking, { keys }, config) => {
      showSecrets(await rotateSecrets(tx, asking, keys, id), asking.tenantId, config);
    }),
  ),
);

for (const command of [...connectionLifeCommands, ...connectionStreamCommands])
  connectionCommand.addCommand(command);

function configured(command: Command): Command {
  return command
    .option('--from <file>', 'The configuration as JSON; - reads standard input.')
    .option('--set <field=value>', 'One field of the configuration; may be repeated.', collectWritten)
    .option('--mappings <file>', 'Rows by operation as JSON.')
    .option('--reshapes <file>', 'JSONata by operation as JSON, before its rows.')
    .option('--why <sentence>', 'Kept with the version.');
}

async function wholeOf({ from: file }: Options): Promise<unknown> {
  return typeof file === 'string' ? readJson(file, 'configuration') : undefined;
}

function setOf({ set }: Options, connector: string): Readonly<Record<string, unknown>> | undefined {
  return set === undefined
    ? undefined
    : configFields(set as Readonly<Record<string, string>>, manifestOf(connector).config);
}

async function given(
  options: Options,
  what: 'credential' | 'mappings' | 'reshapes',
): Promise<Record<string, unknown>> {
  const file = options[what];
  return typeof file === 'string' ? { [what]: await readJson(file, what) } : {};
}

function showSecrets(made: ShownSecrets, tenantId: string, config: Config): void {
  const { publicUrl } = exportSettings(config);
  const { connection, sendingSecret, receivingSecret, olderUntil } = made;
  const lines: readonly (readonly [string, string | null])[] = [
    ['Connection', connection.id],
    ['State', connection.state],
    ['Events to', receivingSecret === null ? null : `${publicUrl}/events/${tenantId}/${connection.id}`],
    ['Sign events with', receivingSecret],
    ['Verify what we send with', sendingSecret],
    ['Older secrets until', olderUntil],
  ];
  for (const [name, value] of lines)
    if (value !== null) process.stdout.write(`${name.padEnd(25)} ${value}\n`);
  if (sendingSecret !== null || receivingSecret !== null)
    process.stdout.write('The secrets are not shown again.\n');
}
