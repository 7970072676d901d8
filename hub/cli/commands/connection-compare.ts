import {
  listComparisons,
  type ConnectionComparison,
} from '../../../recorder-core/records/connection-comparisons.ts';
import { askComparison } from '../../connections/ask-comparison.ts';
import { actForPerson, type Options } from '../act-for-person.ts';
import { onlyToShow } from '../reading-command.ts';
import { onOneConnection } from './on-one-connection.ts';

/** Holds what a remote system has against what it is to have. */
export const compareCommand = onOneConnection(
  'compare',
  'Holds what the remote system has against what it is to have; the running product does it.',
  ({ show }, id = '') => {
    onlyToShow(show === true, 'It goes with --show.');
    return { path: '/connections/:id/comparisons', params: { id } };
  },
)
  .option('--repair', 'What differs is put right by deliveries.')
  .option('--rebuild', 'A new copy is filled beside what is in use, and put in its place.')
  .option('--show', 'Asks nothing; shows what the last ones found.')
  .action(async (id: string, options: Options) => {
    if (options['show'] === true) {
      await actForPerson(options, 'connection.read', async (tx) => {
        for (const one of await listComparisons(tx, id, 10)) process.stdout.write(`${lineOf(one)}\n`);
      });
      return;
    }
    await actForPerson(options, 'connection.manage', async (tx, asking) => {
      const asked = await askComparison(tx, asking, id, {
        repairs: options['repair'] === true,
        rebuilds: options['rebuild'] === true,
      });
      process.stdout.write(`${lineOf(asked)}\nSee what it found with --show.\n`);
    });
  });

function lineOf({ askedAt, state, repairs, rebuilds, counts, error }: ConnectionComparison): string {
  const found = Object.entries(counts ?? {})
    .filter(([, count]) => count > 0)
    .map(([finding, count]) => `${finding} ${count}`)
    .join(', ');
  return `${askedAt}  ${state.padEnd(8)} ${repairs ? 'repairs ' : ''}${rebuilds ? 'rebuilds ' : ''}${error ?? found}`;
}
