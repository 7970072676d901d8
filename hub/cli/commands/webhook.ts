import { Command, Option } from 'commander';
import { listEndpoints, SIGNINGS, type Signing } from '../../../recorder-core/records/webhook-endpoints.ts';
import { countMessages } from '../../../recorder-core/records/webhook-log.ts';
import { EVENT_CATALOGUE } from '../../webhooks/out/event-catalogue.ts';
import {
  addEndpoint,
  disableEndpoint,
  editEndpoint,
  enableEndpoint,
  findEndpoint,
  removeEndpoint,
  rotateEndpoint,
  testEndpoint,
  type ShownEndpoint,
} from '../../webhooks/out/manage-endpoints.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { actWithKeys } from '../act-with-keys.ts';
import { print } from '../print.ts';
import { onOneEndpoint } from './on-one-endpoint.ts';
import { webhookLogCommands } from './webhook-log.ts';
import { webhookVersionCommands } from './webhook-versions.ts';
import { ReadingCommand } from '../reading-command.ts';

/** Endpoints of webhooks: other systems that are told what happens here. */
export const webhookCommand = new Command('webhook').description(
  'Tells other systems what happens here: endpoints, their keys and their delivery log.',
);

webhookCommand.addCommand(
  acting(new ReadingCommand('types', () => ({ path: '/webhook-event-types' })))
    .description('Lists the types of events that can be chosen.')
    .action(() => {
      for (const { type, about } of EVENT_CATALOGUE) print(`${type.padEnd(24)} ${about}`);
    }),
);

webhookCommand.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/webhooks' })))
    .description('Lists the endpoints, and what they are owed.')
    .action((options: Options) =>
      actForPerson(options, 'connection.read', async (tx, { now }) => {
        const counts = await countMessages(tx, now);
        for (const { id, name, state, stateReason, url, types } of await listEndpoints(tx)) {
          const { waiting = 0, failed = 0 } = counts.get(id) ?? {};
          const standing = stateReason === null ? state : `${state} (${stateReason})`;
          print(`${id}  ${standing.padEnd(19)} ${waiting} waiting, ${failed} failed  ${name}`);
          print(`${' '.repeat(38)}${url}  ${types.join(' ')}`);
        }
      }),
    ),
);

webhookCommand.addCommand(
  onOneEndpoint(
    'show',
    'Shows one with the public keys that verify what it is sent, and how it stands.',
    (_options, id = '') => ({ path: '/webhooks/:id', params: { id } }),
  ).action((id: string, options: Options) =>
    actForPerson(options, 'connection.read', async (tx, { now }) => {
      const endpoint = await findEndpoint(tx, id);
      const { waiting = 0, failed = 0, sentLastDay = 0 } = (await countMessages(tx, now, id)).get(id) ?? {};
      const { state, stateReason, stateSince, failures, failingSince, pausedUntil, lastSuccess } = endpoint;
      show({ endpoint, secret: null, olderUntil: null });
      print(
        `Name            ${endpoint.name}${endpoint.description === '' ? '' : `: ${endpoint.description}`}`,
      );
      print(`Told of         ${endpoint.types.join(' ')}`);
      print(`At              ${endpoint.url}, signed by ${endpoint.signing}`);
      print(
        `State           ${state}${stateReason === null ? '' : ` (${stateReason})`} since ${stateSince.toISOString()}`,
      );
      print(`Messages        ${waiting} waiting, ${failed} failed, ${sentLastDay} sent in the last day`);
      print(`Last success    ${lastSuccess?.toISOString() ?? 'never'}`);
      if (failures > 0)
        print(`Failing         ${failures} in a row since ${failingSince?.toISOString() ?? '-'}`);
      if (pausedUntil !== null) print(`At rest until   ${pausedUntil.toISOString()}`);
    }),
  ),
);

webhookCommand.addCommand(
  acting(new Command('add'))
    .description('Makes an endpoint that is told what happens from now on.')
    .argument('<name>', 'Name of the other system.')
    .argument('<url>', 'Where events are posted to.')
    .requiredOption('--types <types...>', 'Types of events: exact, as hold.*, or *.')
    .addOption(
      new Option('--signing <how>', 'By a private key of ours, or by a secret that both sides have.')
        .choices(SIGNINGS)
        .default('ed25519'),
    )
    .option('--about <text>', 'What it is for.', '')
    .action((name: string, url: string, options: Options) =>
      actWithKeys(options, 'connection.manage', async (tx, asking, root) => {
        const wish = {
          name,
          url,
          types: options['types'] as string[],
          description: String(options['about']),
        };
        show(await addEndpoint(tx, asking, root, { ...wish, signing: options['signing'] as Signing }));
      }),
    ),
);

webhookCommand.addCommand(
  onOneEndpoint('change', 'Changes what is named.')
    .option('--name <name>', 'Name of the other system.')
    .option('--url <url>', 'Where events are posted to.')
    .option('--types <types...>', 'Types of events, instead of those before.')
    .option('--about <text>', 'What it is for.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        const { name, url, types, about } = options as Partial<{
          name: string;
          url: string;
          types: string[];
          about: string;
        }>;
        await editEndpoint(tx, asking, id, {
          ...(name !== undefined && { name }),
          ...(url !== undefined && { url }),
          ...(types !== undefined && { types }),
          ...(about !== undefined && { description: about }),
        });
        print('✓ changed');
      }),
    ),
);

webhookCommand.addCommand(
  onOneEndpoint('rotate', 'Makes a new key; the one before signs besides it for a day more.').action(
    (id: string, options: Options) =>
      actWithKeys(options, 'connection.manage', async (tx, asking, root) => {
        show(await rotateEndpoint(tx, asking, root, id));
      }),
  ),
);

webhookCommand.addCommand(
  onOneEndpoint('disable', 'Stops telling it anything; what it is owed waits.').action(
    (id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await disableEndpoint(tx, asking, id);
        print('✓ disabled');
      }),
  ),
);

webhookCommand.addCommand(
  onOneEndpoint('enable', 'Tells it again, also of what happened meanwhile.')
    .option('--skip-missed', 'Do not tell what happened meanwhile.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await enableEndpoint(tx, asking, id, options['skipMissed'] === true ? 'skip' : 'send');
        print('✓ enabled');
      }),
    ),
);

webhookCommand.addCommand(
  onOneEndpoint('remove', 'Removes it for good.').action((id: string, options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      await removeEndpoint(tx, asking, id);
      print('✓ removed');
    }),
  ),
);

webhookCommand.addCommand(
  onOneEndpoint('test', 'Has a test event sent; `log` shows what comes of it.').action(
    (id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await testEndpoint(tx, asking, id);
        print('✓ asked for');
      }),
  ),
);

for (const command of [...webhookVersionCommands, ...webhookLogCommands]) webhookCommand.addCommand(command);

function show({ endpoint, secret, olderUntil }: ShownEndpoint): void {
  print(`Endpoint        ${endpoint.id}`);
  for (const { key, until } of endpoint.publicKeys)
    print(`Verify with     ${key}${until === null ? '' : ` (until ${until})`}`);
  if (secret !== null) print(`Verify with     ${secret}\nThe secret is not shown again.`);
  if (olderUntil !== null) print(`Older key until ${olderUntil}`);
}
