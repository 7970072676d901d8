import { Command, Option } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { listDeadLetterGroups, type DeadLetterChoice } from '../../../recorder-core/records/dead-letters.ts';
import { correctionBody } from '../../api/schemas/delivery.ts';
import {
  correct,
  correctAll,
  discard,
  replay,
  type Correction,
} from '../../deliveries/act-on-dead-letters.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { collectFields, collectIds, parseId, parseReason } from '../parse-argument.ts';
import { print } from '../print.ts';
import { sayError } from '../say-error.ts';
import { ReadingCommand } from '../reading-command.ts';
import { textsOf } from '../texts-of.ts';

/** Groups shown at once, as many as the API lists. */
const MOST_GROUPS = 500;

const dead = acting(
  new ReadingCommand('dead', ({ connection }) => ({
    path: '/dead-letters',
    query: textsOf({ connectionId: connection }),
  })),
)
  .description('Groups what failed for good by its cause, the largest groups first.')
  .option('--connection <id>', 'Of this connection.', parseId)
  .action((options: Options) =>
    actForPerson(options, 'connection.read', async (tx) => {
      const groups = await listDeadLetterGroups(
        tx,
        (options['connection'] as string | undefined) ?? null,
        MOST_GROUPS,
      );
      for (const { fingerprint, count, connection, connectionId, operation, errorClass, ...more } of groups) {
        print(`${fingerprint}  ${count} of ${connection} (${connectionId}), ${operation}`);
        print(
          `  ${errorClass}${more.errorCode === null ? '' : ` ${more.errorCode}`}` +
            `${more.errorField === null ? '' : ` at ${more.errorField}`}: ${sayError({ title: more.errorTitle, fix: more.errorFix })}`,
        );
        print(`  from ${more.firstAt} to ${more.lastAt}; for example ${more.sampleId}`);
      }
    }),
  );

const replayCommand = chosen(acting(new Command('replay')))
  .description('Sends dead letters again: a group, or some by their ids.')
  .addOption(versionOption())
  .action((ids: readonly string[], options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      const choice = choiceOf(ids, options);
      sayDone(await replay(tx, asking, choice, versionOf(options)), choice, 'queued');
    }),
  );

const discardCommand = chosen(acting(new Command('discard')))
  .description('Gives dead letters up: a group, or some by their ids.')
  .requiredOption('--why <sentence>', 'Kept in the ledger.', parseReason)
  .action((ids: readonly string[], options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      const choice = choiceOf(ids, options);
      sayDone(await discard(tx, asking, choice, String(options['why'])), choice, 'discarded');
    }),
  );

const correctCommand = chosen(acting(new Command('correct')))
  .description(
    'Sends dead letters again with mapped fields as you say, this once: one, some, or a group, the oldest 200 at once.',
  )
  .requiredOption('--set <field=value>', 'May be repeated; the value is JSON, or else text.', collectFields)
  .requiredOption('--why <sentence>', 'Kept in the ledger.', parseReason)
  .addOption(versionOption())
  .action((ids: readonly string[], options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      const correction = {
        fields: correctedFields(options['set']),
        reason: String(options['why']),
        version: versionOf(options),
      };
      const choice = choiceOf(ids, options);
      const [only, ...others] = ids;
      if (only === undefined || others.length > 0)
        return sayDone(await correctAll(tx, asking, choice, correction), choice, 'queued');
      // Of one that is named, whoever asks is told why it cannot be corrected.
      await correct(tx, asking, only, correction);
      print('✓ 1 queued');
    }),
  );

/** What waits for a person. */
export const deadLetterCommands: readonly Command[] = [dead, replayCommand, correctCommand, discardCommand];

function chosen(command: Command): Command {
  return command
    .argument('[deliveries...]', 'Ids of dead letters.', collectIds, [])
    .option('--connection <id>', 'With --fingerprint: the connection of the group.', parseId)
    .option('--fingerprint <cause>', 'The group, as `holdfast delivery dead` shows it.');
}

function choiceOf(ids: readonly string[], { connection, fingerprint }: Options): DeadLetterChoice {
  if (ids.length > 0 && connection === undefined && fingerprint === undefined) return { ids };
  if (ids.length === 0 && typeof connection === 'string' && typeof fingerprint === 'string')
    return { connectionId: connection, fingerprint };
  throw new HoldfastError(
    'invalid_input',
    'Name either deliveries, or a group by --connection and --fingerprint.',
  );
}

/**
 * How many were acted upon, and how many of those named were not. @throws HoldfastError `conflict` where there were none: a
 * script that named the wrong ones must not read that as done.
 */
function sayDone(count: number, choice: DeadLetterChoice, done: string): void {
  if (count === 0)
    throw new HoldfastError(
      'conflict',
      `Nothing was ${done}: none of these is a dead letter, or not any more. \`holdfast delivery dead\` shows what is.`,
    );
  const others = 'ids' in choice ? new Set(choice.ids).size - count : 0;
  const left = others > 0 ? `; left alone: ${others} (no dead letter, or a newer one goes in its place)` : '';
  print(`✓ ${count} ${done}${left}`);
}

/** As the API takes them. @throws HoldfastError `invalid_input` that names the field and repeats no value. */
function correctedFields(written: unknown): Correction['fields'] {
  const fields = correctionBody.shape.fields.safeParse(written);
  if (fields.success) return fields.data;
  const field = String(fields.error.issues[0]?.path[0] ?? '');
  throw new HoldfastError(
    'invalid_input',
    `"${field}" must be the name of a mapped field, with a text, a number, true, false or null.`,
    { field: `--set ${field}` },
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
