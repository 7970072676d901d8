import { Command, Option } from 'commander';
import { listConnections } from '../../../recorder-core/records/connections.ts';
import { readDeliveryHealth } from '../../../recorder-core/records/delivery-queues.ts';
import { listDeliveryRuns } from '../../../recorder-core/records/delivery-runs.ts';
import type { DeliveryState } from '../../../recorder-core/records/deliveries.ts';
import { listDeliveries } from '../../../recorder-core/records/list-deliveries.ts';
import { delivery } from '../../api/schemas/delivery.ts';
import { compareVersions, type MadeField } from '../../connections/compare-versions.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { mapForPerson } from '../act-on-connections.ts';
import { parseCount, parseId } from '../parse-argument.ts';
import { print } from '../print.ts';
import { sayError } from '../say-error.ts';
import { backfillCommands } from './delivery-backfill.ts';
import { deadLetterCommands } from './delivery-dead-letters.ts';
import { printAnswer, ReadingCommand, type AskApi } from '../reading-command.ts';
import { textsOf } from '../texts-of.ts';

/** Runs shown at once, as many as the API lists. */
const MOST_RUNS = 200;

const oneOf: AskApi = (_options, id = '') => ({ path: '/deliveries/:id', params: { id } });

/** What connections are told, and what they did not take. */
export const deliveryCommand = new Command('delivery').description(
  'Shows what connections are told, and acts on what they did not take.',
);

deliveryCommand.addCommand(
  acting(new ReadingCommand('queues', () => ({ path: '/delivery-queues' })))
    .description('Tells of every connection what waits, since when, and what failed.')
    .action((options: Options) =>
      actForPerson(options, 'connection.read', async (tx, { now }) => {
        const names = new Map((await listConnections(tx, true)).map(({ id, name }) => [id, name]));
        for (const one of await readDeliveryHealth(tx, now)) {
          const { connectionId, queued, oldestQueuedAt, dead, attempts, failed, lastDoneAt, error } = one;
          print(
            `${connectionId}  ${queued} waiting${oldestQueuedAt === null ? '' : ` since ${oldestQueuedAt}`}, ${dead} dead, ` +
              `${failed} of ${attempts} failed in the last hour, last taken ${lastDoneAt ?? 'never'}  ${names.get(connectionId) ?? ''}`.trimEnd(),
          );
          if (error !== null)
            print(`  ${error.class}: ${sayError(error)} Closed until ${one.closedUntil ?? 'now'}.`);
        }
      }),
    ),
);

deliveryCommand.addCommand(
  acting(
    new ReadingCommand(
      'list',
      ({ connection, recording, state, fingerprint, limit }) => ({
        path: '/deliveries',
        query: textsOf({ connectionId: connection, subjectId: recording, state, fingerprint, limit }),
      }),
      { pages: true },
    ),
  )
    .description('Lists deliveries, the youngest first.')
    .option('--connection <id>', 'Of this connection.', parseId)
    .option('--recording <id>', 'About this recording.', parseId)
    .addOption(new Option('--state <state>', 'In this state.').choices(delivery.shape.state.options))
    .option('--fingerprint <cause>', 'Of this cause.')
    .option('--limit <count>', 'At most so many.', parseCount, 50)
    .action((options: Options) =>
      actForPerson(options, 'connection.read', async (tx) => {
        const found = await listDeliveries(tx, {
          connectionId: options['connection'] as string | undefined,
          subjectId: options['recording'] as string | undefined,
          state: options['state'] as DeliveryState | undefined,
          fingerprint: options['fingerprint'] as string | undefined,
          limit: Number(options['limit']),
        });
        for (const { id, state, lane, attempts, connection, operation, subject, error } of found)
          print(
            `${id}  ${state.padEnd(10)} ${lane.padEnd(8)} ${attempts} tries  ${connection}  ${operation} ${subject.id}` +
              (error === null ? '' : `  ${error.class}: ${sayError(error)}`),
          );
      }),
    ),
);

deliveryCommand.addCommand(
  acting(new ReadingCommand('show', oneOf))
    .description('Shows one delivery with its attempts, as JSON.')
    .argument('<delivery>', 'Its id.', parseId)
    .action((id: string, options: Options) => printAnswer(oneOf(options, id), options)),
);

deliveryCommand.addCommand(
  acting(
    new ReadingCommand('runs', ({ connection, recording, failed, limit }) => ({
      path: '/delivery-runs',
      query: textsOf({
        connectionId: connection,
        subjectId: recording,
        failed: failed === true ? true : undefined,
        limit,
      }),
    })),
  )
    .description(
      'Lists calls to connections, the newest first: what was sent together, and what became of it.',
    )
    .option('--connection <id>', 'To this connection.', parseId)
    .option('--recording <id>', 'That carried this recording.', parseId)
    .option('--failed', 'Only those in which something was not done.')
    .option('--limit <count>', 'At most so many.', parseCount, 50)
    .action((options: Options) =>
      actForPerson(options, 'connection.read', async (tx) => {
        const found = await listDeliveryRuns(tx, {
          connectionId: options['connection'] as string | undefined,
          subjectId: options['recording'] as string | undefined,
          failed: options['failed'] === true,
          limit: Math.min(MOST_RUNS, Number(options['limit'])),
        });
        for (const { startedAt, durationMs, connection, operation, lane, connectionVersion, ...run } of found)
          print(
            `${startedAt}  ${String(durationMs).padStart(6)} ms  ${lane.padEnd(8)} ${connection}  ${operation} v${connectionVersion ?? '-'}  ` +
              `${run.records} sent: ${run.done} done, ${run.rejected} refused, ${run.unknown} unknown` +
              (run.traceId === null ? '' : `  trace ${run.traceId}`),
          );
      }),
    ),
);

deliveryCommand.addCommand(
  acting(new Command('compare'))
    .description(
      'Shows what a delivery would carry by the version it was first tried with, and by the current one.',
    )
    .argument('<delivery>', 'Its id.', parseId)
    .action((id: string, options: Options) =>
      mapForPerson(options, async (deps, asking) => {
        const { then, now, fields } = await compareVersions(deps, asking, id);
        print(`by version ${then ?? '- (it was never tried)'} and by version ${now}`);
        if (fields.length === 0) print('What it is about is not sent any more.');
        for (const { name, hidden, differs, then: before, now: after } of fields) {
          const [made, makes] = [before, after].map((side) => madeOf(side, hidden));
          print(`${differs ? '~' : ' '} ${name} = ${differs ? `${made} → ${makes}` : makes}`);
        }
      }),
    ),
);

for (const command of [...deadLetterCommands, ...backfillCommands]) deliveryCommand.addCommand(command);

function madeOf(side: MadeField, hidden: boolean): string {
  if (side === null) return '(not filled)';
  if (side.error !== null) return `! ${side.error}`;
  return hidden ? '(hidden)' : JSON.stringify(side.value);
}
