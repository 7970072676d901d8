import { InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { firstFault } from '../../../connectors/kit/first-fault.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { plainLevels } from '../../../recorder-core/policy/incident-levels.ts';
import {
  listConfiguration,
  readConfigurationContent,
} from '../../../recorder-core/records/configuration-history.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { readIncidentLevels } from '../../../recorder-core/records/incident-levels.ts';
import { incidentLevels, levelsOfVersion } from '../../api/schemas/incident-levels.ts';
import { setIncidentLevels, type WantedLevels } from '../../incidents/set-levels.ts';
import { readJson } from '../act-on-connections.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseReason } from '../parse-argument.ts';
import { onlyToShow, ReadingCommand } from '../reading-command.ts';

const CHANGES = ['set', 'restore', 'defaults'];

/** `holdfast incident levels`: who is called about incidents that nobody takes on. */
export const incidentLevelsCommand = acting(
  new ReadingCommand(
    'levels',
    (options) => {
      if (options['versions'] === true)
        return { path: '/configuration', query: { kind: 'incident-levels', objectId: 'levels', limit: 100 } };
      const changes = CHANGES.some((change) => options[change] !== undefined);
      onlyToShow(!changes, 'Leave out what changes them, or --json.');
      return { path: '/incident-levels' };
    },
    { pages: true },
  ),
)
  .description(
    'Shows who is called about incidents, level by level, as JSON; with --set, --restore or --defaults, changes it.',
  )
  .addOption(
    new Option('--set <file>', 'JSON of the same form, with the version it was made from.').conflicts([
      'restore',
      'defaults',
    ]),
  )
  .addOption(
    new Option('--restore <version>', 'Makes levels of before those of today.')
      .argParser(parseVersion)
      .conflicts('defaults'),
  )
  .option('--defaults', 'Brings back the levels of the product.')
  .addOption(new Option('--versions', 'Lists what the levels were before, newest first.').conflicts(CHANGES))
  .option('--reason <sentence>', 'Why it is changed; needed for a change.', parseReason)
  .action((options: Options) => {
    const changes = CHANGES.some((change) => options[change] !== undefined);
    return actForPerson(options, changes ? 'incident.manage' : 'incident.read', async (tx, asking) => {
      if (changes)
        await setIncidentLevels(tx, asking, { ...(await wantedIn(tx, options)), reason: reasonOf(options) });
      if (options['versions'] === true) await printVersions(tx);
      else await printLevels(tx);
    });
  });

async function wantedIn(tx: Tx, options: Options): Promise<Omit<WantedLevels, 'reason'>> {
  if (options['set'] !== undefined) {
    const { version, ...levels } = parsed(levelsOfVersion, await readJson(String(options['set']), 'levels'));
    return { levels, version };
  }
  // Whoever names what is to be has not looked at what is: the ledger has both.
  const { version } = await readIncidentLevels(tx);
  if (options['defaults'] === true) return { levels: null, version };
  const former = await readConfigurationContent(tx, 'incident-levels', 'levels', String(options['restore']));
  if (former === undefined || former === null)
    throw new HoldfastError(
      'not_found',
      `There is no version ${String(options['restore'])} with levels of your own. --versions lists those that there are.`,
    );
  return { levels: parsed(incidentLevels, former), version };
}

function parsed<S extends z.ZodType>(schema: S, levels: unknown): z.output<S> {
  const wanted = schema.safeParse(levels);
  if (wanted.success) return wanted.data;
  const { path, says } = firstFault(wanted.error);
  const field = path.join('.');
  throw new HoldfastError(
    'invalid_input',
    `The levels cannot be used: "${field}" ${says}. Nothing was changed.`,
    {
      field,
    },
  );
}

async function printLevels(tx: Tx): Promise<void> {
  const { levels, version } = await readIncidentLevels(tx);
  process.stdout.write(`${JSON.stringify({ version, ...plainLevels(levels) }, undefined, 2)}\n`);
}

async function printVersions(tx: Tx): Promise<void> {
  const versions = await listConfiguration(tx, { kinds: ['incident-levels'], limit: 100 });
  for (const { version, at, by, state, note } of versions)
    process.stdout.write(
      `${version.padStart(4)}  ${at}  ${by ?? '-'}  ${state === 'removed' ? 'levels of the product' : state}  ${note ?? ''}\n`,
    );
}

function reasonOf({ reason }: Options): string {
  if (typeof reason === 'string') return reason;
  throw new HoldfastError('invalid_input', 'Say why with --reason; it goes into the ledger.');
}

function parseVersion(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a version, such as 3.');
  return Number(text);
}
