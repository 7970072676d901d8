import { Command, InvalidArgumentError, Option } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { GRANTABLE_ACTS, grantPhase, type GrantableAct } from '../../../recorder-core/policy/grant-state.ts';
import { listGrants, readGrant, type AccessGrant } from '../../../recorder-core/records/access-grants.ts';
import { readGroups } from '../../../recorder-core/records/users.ts';
import { requestGrant } from '../../grants/request-grant.ts';
import { isOwnGrant, revokeGrant } from '../../grants/revoke-grant.ts';
import { requireAccess } from '../../access/require-access.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { collectIds, parseId, parseInstant } from '../parse-argument.ts';
import { commandOf, ReadingCommand, type AskApi } from '../reading-command.ts';

/** Rights that end on time: asked for, shown and ended under the same rules as in the console. */
export const grantCommand = new Command('grant').description(
  'Asks for rights that end on time, shows who has which, and ends them.',
);

grantCommand.addCommand(
  acting(
    new ReadingCommand('list', ({ all }) =>
      all === true ? { path: '/grants', query: { open: true } } : { path: '/grants/mine' },
    ),
  )
    .description(
      'Lists the grants of the person; with --all, those of everybody, and those that end first before others.',
    )
    .option('--all', 'Those of everybody that wait or are in force.')
    .action((options: Options) =>
      actForPerson(options, undefined, async (tx, asking) => {
        const { person, now } = asking;
        const all = options['all'] === true;
        if (all) await requireAccess(tx, asking, 'grant.read');
        const own = { userId: person.id, groups: await readGroups(tx, person.id) };
        const found = await listGrants(tx, {
          ...(all ? { open: true } : { of: own }),
          now: now.toISOString(),
        });
        process.stdout.write(
          found.length === 0 ? 'There are none.\n' : found.map((each) => inOneLine(each, now)).join(''),
        );
      }),
    ),
);

grantCommand.addCommand(
  acting(new Command('request'))
    .description('Asks for a grant; a second person decides.')
    .addOption(
      new Option('--act <act...>', 'What it allows; several may be named.')
        .choices([...GRANTABLE_ACTS])
        .makeOptionMandatory(),
    )
    .requiredOption('--recording <id...>', 'Which recordings.', collectIds)
    .requiredOption('--what-for <word>', 'The purpose in a word, such as complaint.', parsePurpose)
    .requiredOption('--until <instant>', 'When it ends, RFC 3339.', parseInstant)
    .requiredOption('--reason <sentence>', 'Why.')
    .option('--for <person>', 'Name or id of whom it is for; left out, whoever asks.')
    .action((options: Options) =>
      actForPerson(options, 'grant.request', async (tx, asking, { grantMaxDays }) => {
        const to = typeof options['for'] === 'string' ? { person: options['for'] } : undefined;
        if (to !== undefined) await requireAccess(tx, asking, 'grant.manage');
        const id = await requestGrant(
          tx,
          asking,
          { maxDays: grantMaxDays },
          {
            ...(to === undefined ? {} : { to }),
            acts: options['act'] as GrantableAct[],
            purpose: String(options['whatFor']),
            scope: { kind: 'recordings', ids: options['recording'] as string[] },
            until: options['until'] as Date,
            reason: String(options['reason']),
          },
        );
        process.stdout.write(
          `✓ asked: ${id}. A second person decides; \`holdfast grant show ${id}\` tells.\n`,
        );
      }),
    ),
);

grantCommand.addCommand(
  onOne('show', 'Shows what a grant allows, to whom and until when.', (_options, id = '') => ({
    path: '/grants/:id',
    params: { id },
  })).action((id: string, options: Options) =>
    actForPerson(options, undefined, async (tx, asking) => {
      const { person, now } = asking;
      const found = await readGrant(tx, id);
      if (found === undefined)
        throw new HoldfastError(
          'not_found',
          'There is no grant with this id. `holdfast grant list` shows yours.',
        );
      if (!isOwnGrant(found, person.id)) await requireAccess(tx, asking, 'grant.read');
      process.stdout.write(inFull(found, now));
    }),
  ),
);

grantCommand.addCommand(
  onOne('revoke', 'Ends a grant, or the request for it, at once.')
    .requiredOption('--reason <sentence>', 'Why.')
    .action((id: string, options: Options) =>
      actForPerson(options, undefined, async (tx, asking) => {
        const found = await readGrant(tx, id);
        if (found !== undefined && !isOwnGrant(found, asking.person.id))
          await requireAccess(tx, asking, 'grant.manage');
        await revokeGrant(tx, asking, id, String(options['reason']));
        process.stdout.write('✓ over; what it allowed has ended\n');
      }),
    ),
);

function onOne(verb: string, about: string, ask?: AskApi): Command {
  return acting(commandOf(verb, ask)).description(about).argument('<grant>', 'Its id.', parseId);
}

function parsePurpose(word: string): string {
  if (/^[a-z0-9][a-z0-9/-]{0,59}$/.test(word)) return word;
  throw new InvalidArgumentError('Give a word of small letters, digits, - and /, such as complaint.');
}

function nameOf({ to }: AccessGrant): string {
  return 'user' in to ? to.user.name : `group ${to.group}`;
}

function inOneLine(found: AccessGrant, now: Date): string {
  const { id, acts, purpose, untilMs } = found;
  const until = new Date(untilMs).toISOString().slice(0, 16);
  const state = phaseOf(found, now).padEnd(9);
  return `${id}  ${state} until ${until}Z  ${nameOf(found)}: ${acts.join(', ')} for ${purpose}\n`;
}

function phaseOf(found: AccessGrant, now: Date): string {
  const phase = grantPhase(found, now.getTime());
  return phase === 'over' && found.state !== 'granted' ? found.state : phase;
}

function inFull(found: AccessGrant, now: Date): string {
  const {
    acts,
    purpose,
    scope,
    fromMs,
    untilMs,
    reason,
    ticket,
    requestedBy,
    decidedBy,
    endedAt,
    endReason,
  } = found;
  const lines: [string, string | null][] = [
    ['To', nameOf(found)],
    ['State', phaseOf(found, now)],
    ['Allows', acts.join(', ')],
    [
      'Of',
      scope.kind === 'recordings'
        ? scope.ids.join(', ')
        : 'id' in scope
          ? `${scope.kind} ${scope.id}`
          : scope.kind,
    ],
    ['Purpose', purpose],
    ['From', new Date(fromMs).toISOString()],
    ['Until', new Date(untilMs).toISOString()],
    ['Asked by', `${requestedBy.name}: ${reason}`],
    ['Ticket', ticket],
    ['Decided by', decidedBy?.name ?? null],
    ['Used', `${found.uses} times${found.usedAt === null ? '' : `, last ${found.usedAt}`}`],
    ['Over since', endedAt],
    ['Because', endReason],
  ];
  return lines.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(12)} ${value}\n`])).join('');
}
