import { Command, InvalidArgumentError, Option } from 'commander';
import { listEndpoints, SIGNINGS, type Signing } from '../../../recorder-core/records/webhook-endpoints.ts';
import { countMessages, listMessages } from '../../../recorder-core/records/webhook-log.ts';
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
import { recoverMessages, resendMessage } from '../../webhooks/out/repeat-events.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { actWithKeys } from '../act-with-keys.ts';
import { parseId } from '../parse-argument.ts';

/** Endpoints of webhooks: other systems that are told what happens here. */
export const webhookCommand = new Command('webhook').description(
  'Tells other systems what happens here: endpoints, their keys and their delivery log.',
);

webhookCommand.addCommand(
  new Command('types').description('Lists the types of events that can be chosen.').action(() => {
    for (const { type, about } of EVENT_CATALOGUE) print(`${type.padEnd(24)} ${about}`);
  }),
);

webhookCommand.addCommand(
  acting(new Command('list'))
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
  onOne('change', 'Changes what is named.')
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
  onOne('rotate', 'Makes a new key; the one before signs besides it for a day more.').action(
    (id: string, options: Options) =>
      actWithKeys(options, 'connection.manage', async (tx, asking, root) => {
        show(await rotateEndpoint(tx, asking, root, id));
      }),
  ),
);

webhookCommand.addCommand(
  onOne('disable', 'Stops telling it anything; what it is owed waits.').action(
    (id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await disableEndpoint(tx, asking, id);
        print('✓ disabled');
      }),
  ),
);

webhookCommand.addCommand(
  onOne('enable', 'Tells it again, also of what happened meanwhile.')
    .option('--skip-missed', 'Do not tell what happened meanwhile.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await enableEndpoint(tx, asking, id, options['skipMissed'] === true ? 'skip' : 'send');
        print('✓ enabled');
      }),
    ),
);

webhookCommand.addCommand(
  onOne('remove', 'Removes it for good.').action((id: string, options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      await removeEndpoint(tx, asking, id);
      print('✓ removed');
    }),
  ),
);

webhookCommand.addCommand(
  onOne('test', 'Has a test event sent; `log` shows what comes of it.').action(
    (id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await testEndpoint(tx, asking, id);
        print('✓ asked for');
      }),
  ),
);

webhookCommand.addCommand(
  onOne('log', 'Shows the youngest messages, and what became of them.')
    .addOption(new Option('--state <state>', 'Only those.').choices(['waiting', 'sent', 'failed']))
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.read', async (tx) => {
        await findEndpoint(tx, id);
        const state = options['state'] as 'waiting' | 'sent' | 'failed' | undefined;
        const found = await listMessages(tx, {
          endpointId: id,
          ...(state !== undefined && { state }),
          limit: 100,
        });
        for (const { leafIndex, type, eventAt, state: stands, attempts, dueAt } of found)
          print(
            `${String(leafIndex).padStart(10)}  ${eventAt.toISOString()}  ${type.padEnd(24)} ${stands}, ${attempts} attempts${dueAt === null ? '' : `, next ${dueAt.toISOString()}`}`,
          );
      }),
    ),
);

webhookCommand.addCommand(
  onOne('resend', 'Sends one event again under its id, whatever became of it.')
    .argument('<index>', 'Number of the event, as `log` shows it.', parseIndex)
    .action((id: string, index: number, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await resendMessage(tx, asking, id, index);
        print('✓ queued');
      }),
    ),
);

webhookCommand.addCommand(
  onOne('recover', 'Sends again, since a time, everything that was not taken.')
    .requiredOption('--since <time>', 'RFC 3339, such as 2026-11-26T08:00:00Z.', parseTime)
    .option('--missing', 'Also what it was never told of.')
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        const { again, missing, more } = await recoverMessages(tx, asking, id, {
          since: options['since'] as Date,
          missing: options['missing'] === true,
        });
        print(`✓ ${again} queued again, ${missing} that it was never told of`);
        if (more) print('There may be more than is queued at once. Run this again to go on.');
      }),
    ),
);

function onOne(verb: string, about: string): Command {
  return acting(new Command(verb))
    .description(about)
    .argument('<endpoint>', 'Id, as `holdfast webhook list` shows it.', parseId);
}

function show({ endpoint, secret, olderUntil }: ShownEndpoint): void {
  print(`Endpoint        ${endpoint.id}`);
  for (const { key, until } of endpoint.publicKeys)
    print(`Verify with     ${key}${until === null ? '' : ` (until ${until})`}`);
  if (secret !== null) print(`Verify with     ${secret}\nThe secret is not shown again.`);
  if (olderUntil !== null) print(`Older key until ${olderUntil}`);
}

function parseIndex(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Give the number of the event.');
  return Number(text);
}

function parseTime(text: string): Date {
  const at = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Give a time such as 2026-11-26T08:00:00Z.');
  return at;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
