import { Command, Option } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { CUT_GROUNDS, type CutGround } from '../../../recorder-core/policy/cut.ts';
import { askCut } from '../../../recorder-core/records/ask-cut.ts';
import { listCuts, type RecordingCut } from '../../../recorder-core/records/cuts.ts';
import { requireAccess } from '../../access/require-access.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId, parseReason } from '../parse-argument.ts';
import { ReadingCommand } from '../reading-command.ts';

/** Spans of time that are cut out of recordings, under the same rules as in the console. */
export const cutCommand = new Command('cut').description(
  'Asks that a span of time is cut out of a recording for good, and shows what was.',
);

cutCommand.addCommand(
  acting(new Command('ask'))
    .description('Asks for it; nothing is touched before a second person agrees (`holdfast approval`).')
    .argument('<recording>', 'Id of the recording.', parseId)
    .requiredOption('--from <seconds>', 'Where the span begins, from the start of the recording.')
    .requiredOption('--to <seconds>', 'Where it ends.')
    .option('--line <labels...>', 'Labels of the lines; every line without it.')
    .addOption(new Option('--ground <ground>', 'Why it goes.').choices([...CUT_GROUNDS]).default('card-data'))
    .requiredOption('--reason <sentence>', 'For whoever agrees, and for auditors.', parseReason)
    .action((recordingId: string, options: Options) =>
      actForPerson(options, undefined, async (tx, asking) => {
        await requireAccess(tx, asking, 'recording.cut', {
          objects: [{ type: 'recording', id: recordingId }],
        });
        const { tenantId, person, now, newId } = asking;
        const cut = await askCut(tx, {
          tenantId,
          recordingId,
          fromMs: placeOf(options, 'from'),
          toMs: placeOf(options, 'to'),
          labels: options['line'] as string[] | undefined,
          ground: options['ground'] as CutGround,
          reason: String(options['reason']),
          by: person,
          now,
          newId,
        });
        process.stdout.write(
          `✓ asked as ${cut.id}; somebody else agrees with \`holdfast approval approve ${cut.id}\`\n`,
        );
      }),
    ),
);

cutCommand.addCommand(
  acting(
    new ReadingCommand('list', (_options, id = '') => ({
      path: '/recordings/:id/cuts',
      params: { id },
    })),
  )
    .description('Shows what was cut out of a recording or is to be, on which ground, and who agreed.')
    .argument('<recording>', 'Id of the recording.', parseId)
    .action((recordingId: string, options: Options) =>
      actForPerson(options, undefined, async (tx, asking) => {
        await requireAccess(tx, asking, 'recording.read', {
          objects: [{ type: 'recording', id: recordingId }],
        });
        const cuts = await listCuts(tx, recordingId);
        process.stdout.write(cuts.map(inLines).join('') || 'Nothing was cut out of it.\n');
      }),
    ),
);

function placeOf(options: Options, name: string): number {
  const ms = Math.round(Number(options[name]) * 1000);
  if (Number.isSafeInteger(ms) && ms >= 0) return ms;
  throw new HoldfastError('invalid_input', `Give --${name} in seconds from the start of the recording.`, {
    field: name,
  });
}

function inLines({
  id,
  fromMs,
  toMs,
  labels,
  ground,
  state,
  askedBy,
  decidedBy,
  decision,
}: RecordingCut): string {
  const span = `${(fromMs / 1000).toFixed(3)} to ${(toMs / 1000).toFixed(3)} s`;
  const agreed = decidedBy === null ? '' : `, agreed to by ${decidedBy.name}`;
  const kept = decision === null ? '' : `\n  ${decision.reasons.join('\n  ')}`;
  return `${id}  ${span}  lines ${labels.join(', ')}  ${ground}  ${state}\n  asked for by ${askedBy.name}${agreed}${kept}\n`;
}
