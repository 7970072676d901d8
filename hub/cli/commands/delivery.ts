import { Command, Option } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { listDeadLetterGroups, type DeadLetterChoice } from '../../../recorder-core/records/dead-letters.ts';
import { readAttempts } from '../../../recorder-core/records/delivery-attempts.ts';
import { readDeliveryHealth } from '../../../recorder-core/records/delivery-queues.ts';
import type { DeliveryState } from '../../../recorder-core/records/deliveries.ts';
import { listDeliveries } from '../../../recorder-core/records/list-deliveries.ts';
import { correct, discard, replay } from '../../deliveries/act-on-dead-letters.ts';
import { requireDelivery } from '../../deliveries/require-delivery.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { collectFields, collectIds, parseCount, parseId } from '../parse-argument.ts';
import { backfillCommands } from './delivery-backfill.ts';

/** What connections are told, and what they did not take. */
export const deliveryCommand = new Command('delivery').description(
  'Shows what connections are told, and acts on what they did not take.',
);

deliveryCommand.addCommand(
  acting(new Command('queues'))
    .description('Tells of every connection what waits, since when, and what failed.')
    .action((options: Options) =>
      actForPerson(options, 'connection.read', async (tx, { now }) => {
        for (const one of await readDeliveryHealth(tx, now)) {
          const { connectionId, queued, oldestQueuedAt, dead, attempts, failed, lastDoneAt, error } = one;
          print(
            `${connectionId}  ${queued} waiting${oldestQueuedAt === null ? '' : ` since ${oldestQueuedAt}`}, ${dead} dead, ` +
              `${failed} of ${attempts} failed in the last hour, last taken ${lastDoneAt ?? 'never'}`,
          );
          if (error !== null)
            print(`  ${error.class}: ${error.title} Closed until ${one.closedUntil ?? 'now'}.`);
        }
      }),
    ),
);

deliveryCommand.addCommand(
  acting(new Command('list'))
    .description('Lists deliveries, the youngest first.')
    .option('--connection <id>', 'Of this connection.', parseId)
    .option('--recording <id>', 'About this recording.', parseId)
    .option('--state <state>', 'queued, leased, done, rejected, dead, superseded or discarded.')
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
              (error === null ? '' : `  ${error.class}: ${error.title}`),
          );
      }),
    ),
);

deliveryCommand.addCommand(
  acting(new Command('show'))
    .description('Shows one delivery with its attempts, as JSON.')
    .argument('<delivery>', 'Its id.', parseId)
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.read', async (tx) => {
        const found = await requireDelivery(tx, id);
        print(JSON.stringify({ ...found, tries: await readAttempts(tx, id) }, null, 2));
      }),
    ),
);

deliveryCommand.addCommand(
  acting(new Command('dead'))
    .description('Groups what failed for good by its cause, the largest groups first.')
    .option('--connection <id>', 'Of this connection.', parseId)
    .action((options: Options) =>
      actForPerson(options, 'connection.read', async (tx) => {
        const groups = await listDeadLetterGroups(
          tx,
          (options['connection'] as string | undefined) ?? null,
          500,
        );
        for (const {
          fingerprint,
          count,
          connection,
          connectionId,
          operation,
          errorClass,
          ...more
        } of groups) {
          print(`${fingerprint}  ${count} of ${connection} (${connectionId}), ${operation}`);
          print(
            `  ${errorClass}${more.errorCode === null ? '' : ` ${more.errorCode}`}` +
              `${more.errorField === null ? '' : ` at ${more.errorField}`}: ${more.errorTitle}`,
          );
          print(`  from ${more.firstAt} to ${more.lastAt}; for example ${more.sampleId}`);
        }
      }),
    ),
);

deliveryCommand.addCommand(
  chosen(acting(new Command('replay')))
    .description('Sends dead letters again: a group, or some by their ids.')
    .addOption(versionOption())
    .action((ids: readonly string[], options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        print(`✓ ${await replay(tx, asking, choiceOf(ids, options), versionOf(options))} queued`);
      }),
    ),
);

deliveryCommand.addCommand(
  chosen(acting(new Command('discard')))
    .description('Gives dead letters up: a group, or some by their ids.')
    .requiredOption('--why <sentence>', 'Kept in the ledger.')
    .action((ids: readonly string[], options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        print(`✓ ${await discard(tx, asking, choiceOf(ids, options), String(options['why']))} discarded`);
      }),
    ),
);

deliveryCommand.addCommand(
  acting(new Command('correct'))
    .description('Sends one dead letter again with mapped fields as you say, this once.')
    .argument('<delivery>', 'Its id.', parseId)
    .requiredOption('--set <field=value>', 'May be repeated; the value is JSON, or else text.', collectFields)
    .requiredOption('--why <sentence>', 'Kept in the ledger.')
    .addOption(versionOption())
    .action((id: string, options: Options) =>
      actForPerson(options, 'connection.manage', async (tx, asking) => {
        const fields = options['set'] as Record<string, string | number | boolean | null>;
        await correct(tx, asking, id, {
          fields,
          reason: String(options['why']),
          version: versionOf(options),
        });
        print('✓ queued');
      }),
    ),
);

for (const command of backfillCommands) deliveryCommand.addCommand(command);

function chosen(command: Command): Command {
  return command
    .argument('[deliveries...]', 'Ids of dead letters.', collectIds, [])
    .option('--connection <id>', 'With --fingerprint: the connection of the group.', parseId)
    .option('--fingerprint <cause>', 'The group, as `holdfast delivery dead` shows it.');
}

function choiceOf(ids: readonly string[], { connection, fingerprint }: Options): DeadLetterChoice {
  if (ids.length > 0 && fingerprint === undefined) return { ids };
  if (ids.length === 0 && typeof connection === 'string' && typeof fingerprint === 'string')
    return { connectionId: connection, fingerprint };
  throw new HoldfastError(
    'invalid_input',
    'Name either deliveries, or a group by --connection and --fingerprint.',
  );
}

function versionOption(): Option {
  return new Option('--by <which>', 'The version of the connection that failed, or the current one.')
    .choices(['then', 'now'])
    .default('now');
}

function versionOf(options: Options): 'then' | 'now' {
  return options['by'] === 'then' ? 'then' : 'now';
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
