import { Command, InvalidArgumentError } from 'commander';
import { firstFault } from '../../../connectors/kit/first-fault.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { AccessRules, WorkingHours } from '../../../recorder-core/policy/access-alert.ts';
import { listAccessAlerts, type StoredAlert } from '../../../recorder-core/records/access-alerts.ts';
import { readAccessRules } from '../../../recorder-core/records/access-watch.ts';
import { accessRules } from '../../api/schemas/access-alert.ts';
import { setAccessRules } from '../../incidents/access-rules.ts';
import { acknowledgeAlert } from '../../incidents/acknowledge-alert.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseCount, parseId, parseReason } from '../parse-argument.ts';
import { print } from '../print.ts';
import { onlyToShow, ReadingCommand } from '../reading-command.ts';

const PAGE = 100;
/** Options of `rules` that change something. */
const CHANGES = ['bulk', 'hours', 'newCountry', 'quietHours', 'reason'];

/** Unusual use of access: bulk, off hours, a new country. */
export const accessAlertsCommand = new Command('access-alerts').description(
  'Shows who used their access in an unusual way, and sets what is unusual.',
);

accessAlertsCommand.addCommand(
  acting(
    new ReadingCommand('list', () => ({ path: '/access-alerts', query: { limit: PAGE } }), { pages: true }),
  )
    .description('Lists alerts, the youngest first.')
    .option('--all', 'All of them, and not the youngest 100 alone.')
    .action((options: Options) =>
      actForPerson(options, 'incident.read', async (tx) => {
        let below: StoredAlert | undefined;
        do {
          const found = await listAccessAlerts(tx, PAGE + 1, { below });
          if (found.length === 0 && below === undefined) print('No alerts.');
          for (const alert of found.slice(0, PAGE)) print(inOneLine(alert));
          below = found.length > PAGE ? found[PAGE - 1] : undefined;
        } while (below !== undefined && options['all'] === true);
        if (below !== undefined) print('There are more: --all lists them.');
      }),
    ),
);

accessAlertsCommand.addCommand(
  acting(new Command('acknowledge'))
    .description('Takes note of an alert; never whom it is about.')
    .argument('<alert>', 'Id, as `holdfast access-alerts list` shows it.', parseId)
    .requiredOption('--reason <sentence>', 'What came of looking into it.', parseReason)
    .action((id: string, options: Options) =>
      actForPerson(options, 'incident.manage', async (tx, asking) => {
        await acknowledgeAlert(tx, asking, id, String(options['reason']));
        print('✓ noted');
      }),
    ),
);

accessAlertsCommand.addCommand(
  acting(
    new ReadingCommand('rules', (options) => {
      const changes = CHANGES.some((change) => options[change] !== undefined);
      onlyToShow(!changes, 'Leave out what changes them, or --json.');
      return { path: '/access-rules' };
    }),
  )
    .description('Shows what is unusual; with options, changes it.')
    .option('--bulk <recordings/minutes>', 'Such as 50/60; off: not watched.', parseBulk)
    .option('--hours <hours>', 'Such as "Europe/Berlin 1-5 07:00-20:00"; off: not watched.', parseHours)
    .option('--new-country <on|off>', 'Whether a new country is unusual.', parseSwitch)
    .option('--quiet-hours <hours>', 'The same of the same person is told once in so many.', parseCount)
    .option(
      '--reason <sentence>',
      'Why; needed where less is watched, to which a second person has to agree.',
      parseReason,
    )
    .action((options: Options) => {
      const { bulk, hours, newCountry, quietHours } = options as Partial<AccessRules>;
      const change = {
        ...(bulk !== undefined && { bulk }),
        ...(hours !== undefined && { hours }),
        ...(newCountry !== undefined && { newCountry }),
        ...(quietHours !== undefined && { quietHours }),
      };
      const changes = Object.keys(change).length > 0;
      return actForPerson(options, changes ? 'incident.manage' : 'incident.read', async (tx, asking) => {
        if (changes) {
          const { rules, version } = await readAccessRules(tx);
          const wanted = checkedRules({ ...rules, ...change });
          const reason = typeof options['reason'] === 'string' ? options['reason'] : undefined;
          const approval = await setAccessRules(tx, asking, { rules: wanted, version, reason });
          if (approval !== null) print(`Waits for a second person, approval ${approval}. Until then:`);
        }
        print(JSON.stringify((await readAccessRules(tx)).rules, undefined, 2));
      });
    }),
);

function checkedRules(rules: AccessRules): AccessRules {
  const checked = accessRules.safeParse(rules);
  if (checked.success) return checked.data;
  const { path, says } = firstFault(checked.error);
  const field = path.join('.');
  throw new HoldfastError('invalid_input', `"${field}" ${says}. Nothing was changed.`, { field });
}

function inOneLine({ id, raisedAt, kind, count, userName, incidentId, acknowledged }: StoredAlert): string {
  const noted = acknowledged === null ? 'open' : `noted by ${acknowledged.by.name}`;
  return `${id}  ${raisedAt.toISOString()}  ${kind.padEnd(12)} ${count}  ${userName}  incident ${incidentId}  ${noted}`;
}

function parseBulk(text: string): AccessRules['bulk'] {
  if (text === 'off') return null;
  const [, recordings, minutes] = /^(\d{1,6})\/(\d{1,5})$/.exec(text) ?? [];
  if (recordings === undefined) throw new InvalidArgumentError('Give recordings and minutes, such as 50/60.');
  return { recordings: Number(recordings), minutes: Number(minutes) };
}

function parseHours(text: string): WorkingHours | null {
  if (text === 'off') return null;
  const found = /^(\S+) ([1-7])-([1-7]) (\d\d:\d\d)-(\d\d:\d\d)$/.exec(text);
  const [, zone, first, last, from, to] = found ?? [];
  if (zone === undefined || from === undefined || to === undefined || Number(first) > Number(last))
    throw new InvalidArgumentError('Give zone, days and times, such as "Europe/Berlin 1-5 07:00-20:00".');
  const days = [1, 2, 3, 4, 5, 6, 7].filter((day) => day >= Number(first) && day <= Number(last));
  return { zone, days, from, to };
}

function parseSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('Give on or off.');
  return text === 'on';
}
