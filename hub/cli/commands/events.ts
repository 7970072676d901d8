import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { listEvents } from '../../../recorder-core/records/inbound-events.ts';
import { setHrMapping } from '../../webhooks/hr/set-hr-mapping.ts';
import { repeatEvent } from '../../webhooks/repeat-event.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { changeConnections } from '../act-on-connections.ts';
import { parseId } from '../parse-argument.ts';
import { readYaml } from '../read-yaml.ts';
import { onOneConnection } from './on-one-connection.ts';
import { ReadingCommand, onlyToShow } from '../reading-command.ts';

/** Events of other systems: what came, what became of it. */
export const eventsCommand = new Command('events').description(
  'Shows what other systems told us, and what came of it.',
);

eventsCommand.addCommand(
  acting(
    new ReadingCommand('list', ({ open }) => {
      onlyToShow(open !== true, 'Leave out --open, or --json.');
      return { path: '/events' };
    }),
  )
    .description('Lists the newest events; never what they said.')
    .option('--open', 'Only those that were refused or failed.')
    .action((options: Options) =>
      actForPerson(options, 'event.read', async (tx) => {
        const all = await listEvents(tx, {}, 200);
        const found =
          options['open'] === true ? all.filter(({ state }) => ['refused', 'failed'].includes(state)) : all;
        if (found.length === 0) process.stdout.write('No events.\n');
        for (const { id, receivedAt, state, type, connection, reason } of found)
          process.stdout.write(
            `${id}  ${receivedAt.toISOString()}  ${state.padEnd(8)} ${type.padEnd(18)} ${connection}${reason === null ? '' : `: ${reason}`}\n`,
          );
      }),
    ),
);

eventsCommand.addCommand(
  acting(new Command('process'))
    .description('Has an event processed again that was refused or failed.')
    .argument('<event>', 'Id, as `holdfast events list` shows it.', parseId)
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        await repeatEvent(tx, asking, id);
        process.stdout.write('✓ it is processed again\n');
      }),
    ),
);

eventsCommand.addCommand(
  onOneConnection('hr-mapping', 'Sets how the messages of an HR system are read; docs/hr-events.md.')
    .argument('<mapping>', 'YAML file; examples/hr-events has some.')
    .option('--secret <file>', 'File with the secret that the HR system made; - reads standard input.')
    .action(async (connectionId: string, file: string, options: Options) => {
      const mapping = await readYaml(file, 'mapping');
      const from = options['secret'];
      const secret = typeof from === 'string' ? (await readSecret(from)).trim() : undefined;
      await changeConnections(options, async (tx, asking, { keys }) => {
        await setHrMapping(tx, asking, keys, { connectionId, mapping, secret });
        process.stdout.write('✓ its messages are read by this mapping from now on\n');
      });
    }),
);

function readSecret(file: string): Promise<string> {
  return file === '-' ? text(process.stdin) : readFile(file, 'utf8');
}
