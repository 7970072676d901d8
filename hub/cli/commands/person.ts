import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { ROLES, type Role } from '../../../recorder-core/policy/access.ts';
import type { RoleOperation } from '../../../recorder-core/policy/role-change.ts';
import { listPeople } from '../../../recorder-core/records/people.ts';
import { askRoleChange, previewRoleChange, type RoleChangeWish } from '../../people/ask-role-change.ts';
import { setMapping } from '../../people/change-mapping.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId, parseInstant } from '../parse-argument.ts';
import { ReadingCommand } from '../reading-command.ts';

/** People and their places; changed under the same rules as in the console. */
export const personCommand = new Command('person').description(
  'Shows who may sign in, and hires, moves and lets go of people.',
);

personCommand.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/people' })))
    .description('Lists everybody with role, status and place.')
    .action((options: Options) =>
      actForPerson(options, 'person.read', async (tx) => {
        for (const { id, name, role, status, department, job } of await listPeople(tx)) {
          const place = [department, job].filter((each) => each !== null).join(', ');
          process.stdout.write(`${id}  ${status.padEnd(9)} ${role.padEnd(18)} ${name}  ${place}\n`);
        }
      }),
    ),
);

personCommand.addCommand(
  withPlace(new Command('hire'))
    .description('Adds a person, with the role of their place or the one named.')
    .argument('<name>', 'Name, as others will read it.')
    .option('--role <role>', `One of ${ROLES.join(', ')}; without it, the mapping of the place decides.`)
    .action((name: string, options: Options) => change('hire', undefined, options, name)),
);

for (const [operation, about] of [
  ['move', 'Gives a person another place, and so another role.'],
  ['suspend', 'Keeps a person out until they are taken back.'],
  ['resume', 'Takes a suspended person back.'],
  ['leave', 'Lets a person go: everything they have open ends at once.'],
] as const) {
  const command = withPlace(new Command(operation))
    .description(about)
    .argument('<person>', 'Id, as `holdfast person list` shows it.', parseId);
  if (operation === 'move') command.option('--role <role>', `One of ${ROLES.join(', ')}.`);
  personCommand.addCommand(
    command.action((personId: string, options: Options) => change(operation, personId, options)),
  );
}

personCommand.addCommand(
  acting(new Command('role'))
    .description('Sets the role of a place for hires and moves to come.')
    .requiredOption('--role <role>', `One of ${ROLES.join(', ')}.`)
    .option('--department <name>', 'Left out: every department.')
    .option('--job <name>', 'Left out: every job.')
    .action((options: Options) =>
      actForPerson(options, 'person.manage', async (tx, asking) => {
        const wish = {
          department: textOf(options, 'department') ?? null,
          job: textOf(options, 'job') ?? null,
        };
        await setMapping(tx, asking, { ...wish, role: roleOf(options) ?? 'auditor' });
        process.stdout.write('✓ set; people who are there already keep their role until they move\n');
      }),
    ),
);

function withPlace(command: Command): Command {
  return acting(command)
    .option('--department <name>', 'Where they work.')
    .option('--job <name>', 'What they do there.')
    .option('--manager <person>', 'Id of their manager.', parseId)
    .option('--reason <sentence>', 'Why; it is in the ledger.')
    .option(
      '--from <instant>',
      'From when on it counts, as 2026-12-01T00:00:00Z; at once without it.',
      parseInstant,
    )
    .option('--dry-run', 'Only say what it would come to.');
}

async function change(
  operation: RoleOperation,
  personId: string | undefined,
  options: Options,
  name?: string,
): Promise<void> {
  await actForPerson(options, 'person.manage', async (tx, asking) => {
    const wish: RoleChangeWish = {
      operation,
      person: personId === undefined ? undefined : { id: personId },
      wanted: {
        name,
        department: textOf(options, 'department'),
        job: textOf(options, 'job'),
        managerId: textOf(options, 'manager'),
        role: roleOf(options),
      },
      effectiveAt: options['from'] as Date | undefined,
      occurredAt: asking.now,
      reason: textOf(options, 'reason') ?? null,
    };
    if (options['dryRun'] === true) {
      const preview = await previewRoleChange(tx, asking, wish);
      process.stdout.write(`Would be ${preview.outcome} (rule ${preview.rule})\n`);
      if (preview.after !== null)
        process.stdout.write(`Role      ${preview.before?.role ?? 'none'} → ${preview.after.role}\n`);
      for (const [what, count] of Object.entries(preview.ends ?? {}))
        process.stdout.write(`Ends      ${count} ${what}\n`);
      for (const { type, title } of preview.owns)
        process.stdout.write(`Owned     ${type} ${title} → ${preview.successor?.name ?? 'nobody'}\n`);
      return;
    }
    const {
      state,
      after,
      effectiveAt,
      personId: who,
    } = await askRoleChange(tx, { ...asking, by: asking.person }, wish);
    process.stdout.write(
      state === 'waiting'
        ? `✓ waits for ${effectiveAt}  ${who}\n`
        : `✓ ${state}${after === null ? '' : `: ${after.status}, role ${after.role}`}  ${who}\n`,
    );
  });
}

function textOf(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

function roleOf(options: Options): Role | undefined {
  const named = textOf(options, 'role');
  const role = ROLES.find((each) => each === named);
  if (named === undefined || role !== undefined) return role;
  throw new HoldfastError('invalid_input', `There is no role of this name. Roles are ${ROLES.join(', ')}.`, {
    field: '--role',
  });
}
