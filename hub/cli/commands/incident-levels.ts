import { Command, Option } from 'commander';
import { z } from 'zod';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { readIncidentLevels } from '../../../recorder-core/records/incident-levels.ts';
import { incidentLevels } from '../../api/schemas/incident-levels.ts';
import { setIncidentLevels } from '../../incidents/set-levels.ts';
import { readJson } from '../act-on-connections.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseReason } from '../parse-argument.ts';

/** `holdfast incident levels`: who is called about incidents that nobody takes on. */
export const incidentLevelsCommand = acting(new Command('levels'))
  .description(
    'Shows who is called about incidents, level by level, as JSON; with --set or --defaults, changes it.',
  )
  .addOption(new Option('--set <file>', 'JSON of the same form.').conflicts('defaults'))
  .option('--defaults', 'Brings back the levels of the product.')
  .option('--reason <sentence>', 'Why it is changed; needed for a change.', parseReason)
  .action((options: Options) => {
    const changes = options['set'] !== undefined || options['defaults'] === true;
    return actForPerson(options, changes ? 'incident.manage' : 'incident.read', async (tx, asking) => {
      if (changes) {
        const levels = options['defaults'] === true ? null : await levelsIn(String(options['set']));
        await setIncidentLevels(tx, asking, { levels, reason: reasonOf(options) });
      }
      const { levels } = await readIncidentLevels(tx);
      process.stdout.write(`${JSON.stringify(levels, undefined, 2)}\n`);
    });
  });

async function levelsIn(file: string): Promise<z.output<typeof incidentLevels>> {
  const wanted = incidentLevels.safeParse(await readJson(file, 'levels'));
  if (wanted.success) return wanted.data;
  throw new HoldfastError('invalid_input', `The levels cannot be used. ${z.prettifyError(wanted.error)}`);
}

function reasonOf({ reason }: Options): string {
  if (typeof reason === 'string') return reason;
  throw new HoldfastError('invalid_input', 'Say why with --reason; it goes into the ledger.');
}
