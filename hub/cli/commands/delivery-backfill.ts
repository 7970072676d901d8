import { Command } from 'commander';
import { listBackfills, type Backfill } from '../../../recorder-core/records/backfills.ts';
import { moveBackfillBy, startBackfill } from '../../deliveries/back-fill.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId, parseInstant } from '../parse-argument.ts';
import { onlyToShow } from '../reading-command.ts';
import { onOneConnection } from './on-one-connection.ts';

const start = onOneConnection(
  'backfill',
  'Tells a connection of older recordings; shows those that were asked for with --list.',
  ({ list }, id = '') => {
    onlyToShow(list === true, 'It goes with --list.');
    return { path: '/connections/:id/backfills', params: { id } };
  },
)
  .option('--from <instant>', 'Recordings that began from here on (RFC 3339).', parseInstant)
  .option('--before <instant>', 'Until before here; up to now where left out.', parseInstant)
  .option('--list', 'Only shows what was asked for.')
  .action((connectionId: string, options: Options) =>
    options['list'] === true
      ? actForPerson(options, 'connection.read', async (tx) => {
          for (const one of await listBackfills(tx, { connectionId })) print(one);
        })
      : actForPerson(options, 'connection.manage', async (tx, asking) => {
          const window = { from: instantOf(options, 'from'), before: instantOf(options, 'before') };
          print(await startBackfill(tx, asking, connectionId, window));
        }),
  );

const moves = (['pause', 'resume', 'cancel'] as const).map((move) =>
  acting(new Command(`backfill-${move}`))
    .description(`${move.slice(0, 1).toUpperCase()}${move.slice(1)}s a back-fill.`)
    .argument('<backfill>', 'Its id.', parseId)
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        print(await moveBackfillBy(tx, asking, id, move));
      }),
    ),
);

/** Older recordings for connections. */
export const backfillCommands: readonly Command[] = [start, ...moves];

function instantOf(options: Options, name: string): string | undefined {
  return (options[name] as Date | undefined)?.toISOString();
}

function print({ id, state, total, queued, waiting, dead }: Backfill): void {
  process.stdout.write(
    `${id}  ${state.padEnd(9)} ${queued} of ${total} queued, ${waiting} waiting, ${dead} dead\n`,
  );
}
