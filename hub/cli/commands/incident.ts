import { Command, InvalidArgumentError } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Act } from '../../../recorder-core/policy/access.ts';
import { INCIDENT_TRAITS } from '../../../recorder-core/policy/incident-clocks.ts';
import {
  INCIDENT_KINDS,
  SEVERITIES,
  type IncidentKind,
  type Severity,
} from '../../../recorder-core/policy/incident-state.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { readIncidentClocks } from '../../../recorder-core/records/incident-clocks.ts';
import { listIncidents, readIncident } from '../../../recorder-core/records/incidents.ts';
import { openRulePacks } from '../../../recorder-core/records/rule-packs.ts';
import { answerClock } from '../../incidents/answer-clock.ts';
import type { IncidentAsking } from '../../incidents/acting.ts';
import { classifyIncident } from '../../incidents/classify-incident.ts';
import { closeIncident, missingInWords } from '../../incidents/close-incident.ts';
import {
  acknowledgeIncident,
  containIncident,
  noteOnIncident,
  reopenIncident,
  resolveIncident,
  writePostMortem,
} from '../../incidents/handle-incident.ts';
import { reportIncident } from '../../incidents/report-incident.ts';
import { acting, askingFor, type Options } from '../act-for-person.ts';
import { traitsOf } from '../incident-traits.ts';
import { describeClocks, describeInFull, describeInLine } from '../describe-incident.ts';
import { collectIds, parseId, parseInstant } from '../parse-argument.ts';
import { withDatabase } from '../with-database.ts';
import { incidentLevelsCommand } from './incident-levels.ts';
import { commandOf, ReadingCommand, type AskApi } from '../reading-command.ts';

/** Incidents: the same acts, under the same rules, as in the console. */
export const incidentCommand = new Command('incident').description(
  'Reports incidents, follows their clocks, and closes them.',
);

incidentCommand.addCommand(
  acting(
    new ReadingCommand('list', ({ all }) => ({
      path: '/incidents',
      query: { open: all === true ? undefined : true },
    })),
  )
    .description(
      'Lists incidents that are not closed, with the clock that is due next; with --all, every one.',
    )
    .option('--all', 'Also what is closed.')
    .action((options: Options) =>
      act(options, 'incident.read', async (tx, { now }) => {
        const found = await listIncidents(tx, options['all'] === true ? {} : { open: true }, 200);
        if (found.length === 0) process.stdout.write('No incidents.\n');
        for (const incident of found) process.stdout.write(await describeInLine(tx, incident, now));
      }),
    ),
);

incidentCommand.addCommand(
  onOne('show', 'Shows clocks, what is missing, and the time line.', (_options, id = '') => ({
    path: '/incidents/:id',
    params: { id },
  })).action((id: string, options: Options) =>
    act(options, 'incident.read', async (tx, { now }) => {
      const found = await readIncident(tx, id);
      if (found === undefined)
        throw new HoldfastError(
          'not_found',
          'There is no incident with this id. `holdfast incident list` shows them.',
        );
      process.stdout.write(await describeInFull(tx, found, now));
    }),
  ),
);

incidentCommand.addCommand(
  acting(new Command('report'))
    .description('Opens an incident; the evidence is frozen by itself.')
    .argument('<title>', 'One sentence that names nobody.')
    .requiredOption('--kind <kind>', `One of ${INCIDENT_KINDS.join(', ')}.`, oneOf(INCIDENT_KINDS))
    .requiredOption('--severity <severity>', `One of ${SEVERITIES.join(', ')}.`, oneOf(SEVERITIES))
    .option('--description <text>', 'What is known; may name people.')
    .option('--recording <id>', 'A recording that it is about; may be repeated.', collectIds)
    .option('--detected <instant>', 'When it was detected; now without it.', parseInstant)
    .action((title: string, options: Options) =>
      act(options, 'incident.manage', async (tx, asking) => {
        const description = options['description'];
        const { id } = await reportIncident(tx, asking, {
          title,
          kind: options['kind'] as IncidentKind,
          severity: options['severity'] as Severity,
          ...(typeof description === 'string' ? { description } : {}),
          recordingIds: (options['recording'] as string[] | undefined) ?? [],
          detectedAt: options['detected'] as Date | undefined,
        });
        process.stdout.write(`✓ opened ${id}\n`);
      }),
    ),
);

incidentCommand.addCommand(
  onOne('classify', 'Says which facts of the law hold; what is not said counts as yes.')
    .option('--yes <traits...>', `Of ${INCIDENT_TRAITS.join(', ')}.`)
    .option('--no <traits...>', 'Those that do not hold; `rest` for all that are not named.')
    .option('--aware <instant>', 'When you became aware of it.', parseInstant)
    .requiredOption('--reason <sentence>', 'Why it is found so.')
    .action((id: string, options: Options) =>
      act(options, 'incident.manage', async (tx, asking) => {
        const aware = options['aware'] as Date | undefined;
        await classifyIncident(tx, asking, id, {
          traits: traitsOf(options),
          ...(aware === undefined ? {} : { events: { awareness: aware } }),
          reason: String(options['reason']),
        });
        process.stdout.write(await describeClocks(tx, id, asking.now));
      }),
    ),
);

incidentCommand.addCommand(
  onOne('notify', 'Notes that a duty was done.')
    .requiredOption('--clock <id>', 'Which one, as `incident show` has it.', parseId)
    .requiredOption('--evidence <text>', 'What proves it: a reference number, where the receipt is.')
    .option('--at <instant>', 'When it was told; now without it.', parseInstant)
    .action((id: string, options: Options) =>
      act(options, 'incident.manage', async (tx, asking) => {
        await answerClock(tx, asking, id, {
          clockId: String(options['clock']),
          evidence: String(options['evidence']),
          at: options['at'] as Date | undefined,
        });
        process.stdout.write(await describeClocks(tx, id, asking.now));
      }),
    ),
);

incidentCommand.addCommand(incidentLevelsCommand);

simply('acknowledge', 'Takes it on: nobody else is called any more.', acknowledgeIncident);
withNote('note', 'Adds a note to the time line.', (tx, asking, id, note) =>
  noteOnIncident(tx, asking, id, { note }),
);
withNote('contain', 'The harm goes no further.', containIncident);
withNote('resolve', 'The cause is gone.', resolveIncident);
withNote('reopen', 'Takes it up again.', reopenIncident);

incidentCommand.addCommand(
  onOne('post-mortem', 'Writes what was learned.')
    .requiredOption('--cause <text>', 'What led to it.')
    .requiredOption('--impact <text>', 'What it did.')
    .requiredOption('--measures <text>', 'What is done so that it does not happen again.')
    .action((id: string, options: Options) =>
      act(options, 'incident.manage', async (tx, asking) => {
        const [cause, impact, measures] = ['cause', 'impact', 'measures'].map((name) =>
          String(options[name]),
        );
        await writePostMortem(tx, asking, id, {
          cause: cause ?? '',
          impact: impact ?? '',
          measures: measures ?? '',
        });
        process.stdout.write('✓ written\n');
      }),
    ),
);

incidentCommand.addCommand(
  onOne(
    'close',
    'Closes it, asks a second person where a clock was not kept, or says what is missing.',
  ).action((id: string, options: Options) =>
    act(options, 'incident.manage', async (tx, asking) => {
      const close = await closeIncident(tx, asking, id);
      if (close.result === 'closed') process.stdout.write('✓ closed\n');
      if (close.result === 'waiting')
        process.stdout.write(
          `Somebody else has to agree: holdfast approval approve ${close.approvalId} --user <name>\n`,
        );
      if (close.result !== 'missing') return;
      const titles = new Map((await readIncidentClocks(tx, [id])).map((clock) => [clock.id, clock.title]));
      const missing = missingInWords(close.missing, (clock) => titles.get(clock) ?? clock);
      process.stdout.write(`It cannot be closed yet:\n${missing.map((line) => `  ${line}\n`).join('')}`);
      process.exitCode = 1;
    }),
  ),
);

function simply(
  verb: string,
  about: string,
  work: (tx: Tx, asking: IncidentAsking, id: string) => Promise<void>,
): void {
  incidentCommand.addCommand(
    onOne(verb, about).action((id: string, options: Options) =>
      act(options, 'incident.manage', async (tx, asking) => {
        await work(tx, asking, id);
        process.stdout.write('✓ done\n');
      }),
    ),
  );
}

function withNote(
  verb: string,
  about: string,
  work: (tx: Tx, asking: IncidentAsking, id: string, note: string) => Promise<unknown>,
): void {
  incidentCommand.addCommand(
    onOne(verb, about)
      .argument('<note>', 'In your own words.')
      .action((id: string, note: string, options: Options) =>
        act(options, 'incident.manage', async (tx, asking) => {
          await work(tx, asking, id, note);
          process.stdout.write('✓ done\n');
        }),
      ),
  );
}

function onOne(verb: string, about: string, ask?: AskApi): Command {
  return acting(commandOf(verb, ask))
    .description(about)
    .argument('<incident>', 'Id, as `holdfast incident list` shows it.', parseId);
}

/** Acts for a person under the same rules as the API, in one transaction. */
async function act(
  options: Options,
  asked: Act,
  work: (tx: Tx, asking: IncidentAsking) => Promise<void>,
): Promise<void> {
  await withDatabase(options, async (db, { tenantId, ruleKeysFile }) => {
    const packs = await openRulePacks(ruleKeysFile);
    await db.forTenant(tenantId, async (tx) => {
      const { person: by, now, newId } = await askingFor(db, tx, tenantId, options, asked);
      await work(tx, { tenantId, by, now, newId, packs });
    });
  });
}

function oneOf(known: readonly string[]): (text: string) => string {
  return (text) => {
    if (known.includes(text)) return text;
    throw new InvalidArgumentError(`Give one of ${known.join(', ')}.`);
  };
}
