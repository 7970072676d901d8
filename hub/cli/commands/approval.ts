import { Command } from 'commander';
import { listApprovals, readApproval, type Approval } from '../../../recorder-core/records/approvals.ts';
import { decideApproval } from '../../approvals/decide-approval.ts';
import { listWaiting } from '../../approvals/list-waiting.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId } from '../parse-argument.ts';
import { commandOf, ReadingCommand, type AskApi } from '../reading-command.ts';

/** What waits for a second person; decided under the same rules as in the console. */
export const approvalCommand = new Command('approval').description(
  'Shows what waits for a second person, and decides about it.',
);

approvalCommand.addCommand(
  acting(
    new ReadingCommand('list', ({ all }) => ({
      path: all === true ? '/approvals' : '/approvals/waiting',
    })),
  )
    .description('Lists what waits for the person; with --all, every approval, newest first.')
    .option('--all', 'Also what is decided, and what waits for others.')
    .action((options: Options) =>
      actForPerson(options, undefined, async (tx, asking) => {
        const found = options['all'] === true ? await listApprovals(tx) : await listWaiting(tx, asking);
        process.stdout.write(found.length === 0 ? 'Nothing waits.\n' : found.map(inOneLine).join(''));
      }),
    ),
);

approvalCommand.addCommand(
  onOne(
    'show',
    'Shows what happens if it is approved, who asked, and how it ended.',
    (_options, id = '') => ({
      path: '/approvals/:id',
      params: { id },
    }),
  ).action((id: string, options: Options) =>
    actForPerson(options, undefined, async (tx) => {
      const found = await readApproval(tx, id);
      if (found === undefined)
        throw new HoldfastError(
          'not_found',
          'There is no approval with this id. `holdfast approval list` shows them.',
        );
      process.stdout.write(inFull(found));
    }),
  ),
);

approvalCommand.addCommand(
  onOne('approve', 'Agrees to what somebody else asked for.')
    .option('--remark <sentence>', 'For whoever reads it later.')
    .action((id: string, options: Options) =>
      actForPerson(options, undefined, async (tx, asking) => {
        const remark = typeof options['remark'] === 'string' ? options['remark'] : null;
        await decideApproval(tx, asking, id, { verb: 'approve', remark });
        process.stdout.write('✓ approved; what waited for it goes on\n');
      }),
    ),
);

approvalCommand.addCommand(
  onOne('refuse', 'Refuses what somebody else asked for.')
    .requiredOption('--reason <sentence>', 'Why.')
    .action((id: string, options: Options) =>
      actForPerson(options, undefined, async (tx, asking) => {
        await decideApproval(tx, asking, id, { verb: 'refuse', reason: String(options['reason']) });
        process.stdout.write('✓ refused; nothing is done\n');
      }),
    ),
);

function onOne(verb: string, about: string, ask?: AskApi): Command {
  return acting(commandOf(verb, ask))
    .description(about)
    .argument('<approval>', 'Id, as `holdfast approval list` shows it.', parseId);
}

function inOneLine({ id, kind, state, summary, dueAt }: Approval): string {
  return `${id}  ${state.padEnd(9)} ${kind.padEnd(16)} until ${dueAt.slice(0, 16)}Z  ${summary}\n`;
}

function inFull(found: Approval): string {
  const { kind, state, summary, facts, requestedBy, requestedAt, dueAt } = found;
  const lines: [string, string | null][] = [
    ['Kind', kind],
    ['State', state],
    ['What', summary],
    ...Object.entries(facts).map(([name, value]): [string, string] => [`  ${name}`, String(value)]),
    ['Asked by', `${requestedBy?.name ?? 'Holdfast'}, ${requestedAt}`],
    ['Until', dueAt],
    ['Decided by', found.decidedBy?.name ?? null],
    ['For', found.onBehalfOf?.name ?? null],
    ['Ended', found.endedAt],
    ['Reason', found.reason],
  ];
  return lines.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(14)} ${value}\n`])).join('');
}
