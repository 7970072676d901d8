import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { listRuns, readRun, type DisposalRun } from '../../../recorder-core/records/disposal-runs.ts';
import {
  planDisposals,
  type DisposalPlan,
  type SampledDisposal,
} from '../../../recorder-core/records/plan-disposals.ts';
import { openRulePacks } from '../../../recorder-core/records/rule-packs.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseId, parseInstant } from '../parse-argument.ts';
import { addSettings } from '../settings-options.ts';
import { withDatabase } from '../with-database.ts';
import { ReadingCommand } from '../reading-command.ts';

/** What would go, what has gone, and what waits; nothing here disposes of anything. */
export const disposalCommand = new Command('disposal').description(
  'Shows what would be disposed of and why, and the runs that do it.',
);

disposalCommand.addCommand(
  addSettings(new Command('plan'))
    .description(
      'What would be disposed of at a date, by class, rule and day, with a sample proven against the floors.',
    )
    .option('--at <date>', 'RFC 3339, as 2027-01-31T00:00:00Z; now without it.', parseInstant)
    .option('--sample <number>', 'How many recordings are drawn for the proof.', '20')
    .action(async (options: Options) => {
      const asOf = (options['at'] as Date | undefined) ?? new Date();
      await withDatabase(options, async (db, config) => {
        const packs = await openRulePacks(config.ruleKeysFile);
        const plan = await db.forTenant(config.tenantId, async (tx) =>
          planDisposals(tx, {
            asOf,
            rules: await packs.current(tx),
            atMost: { looked: Number.POSITIVE_INFINITY, going: Number.POSITIVE_INFINITY },
            heldToo: true,
            sampleSize: Number(options['sample']),
            random: () => randomInt(2 ** 31) / 2 ** 31,
          }),
        );
        process.stdout.write(describePlan(plan));
        if (plan.sample.some(({ proven }) => !proven)) process.exitCode = 1;
      });
    }),
);

disposalCommand.addCommand(
  acting(new ReadingCommand('runs', () => ({ path: '/disposals/runs' })))
    .description('Lists the newest runs, and which of them wait.')
    .action((options: Options) =>
      actForPerson(options, 'disposal.read', async (tx) => {
        const runs = await listRuns(tx);
        process.stdout.write(runs.length === 0 ? 'No run yet.\n' : runs.map(describeRun).join(''));
      }),
    ),
);

disposalCommand.addCommand(
  acting(
    new ReadingCommand('show', (_options, id = '') => ({
      path: '/disposals/runs/:id',
      params: { id },
    })),
  )
    .description('One run with its numbers and its sample.')
    .argument('<run>', 'Id, as `holdfast disposal runs` shows it.', parseId)
    .action((id: string, options: Options) =>
      actForPerson(options, 'disposal.read', async (tx) => {
        const run = await readRun(tx, id);
        if (run === undefined) throw new HoldfastError('not_found', 'There is no run with this id.');
        process.stdout.write(describeRun(run));
        for (const { retentionClass, due, today, history } of run.classes)
          process.stdout.write(
            `  class  ${retentionClass.padEnd(32)} ${due} due, ${today} before today, at most ${Math.max(0, ...history)} a day\n`,
          );
        for (const { rule, recordings } of run.rules)
          process.stdout.write(`  rule   ${rule.padEnd(32)} ${recordings}\n`);
        process.stdout.write(describeSample(run.sample));
      }),
    ),
);

function describePlan(plan: DisposalPlan): string {
  const least = plan.complete ? '' : 'at least ';
  const lines = [
    `At ${plan.asOf}: ${least}${plan.dispose} would be disposed of, ${plan.review} after a person has looked, ${plan.kept} are due and stay.`,
    ...plan.classes.map(
      ({ retentionClass, recordings }) => `  class  ${retentionClass.padEnd(32)} ${recordings}`,
    ),
    ...plan.rules.map(({ rule, recordings }) => `  rule   ${rule.padEnd(32)} ${recordings}`),
    ...plan.days.map(({ day, recordings }) => `  day    ${day.padEnd(32)} ${recordings}`),
  ];
  return `${lines.join('\n')}\n${describeSample(plan.sample)}`;
}

function describeSample(sample: readonly SampledDisposal[]): string {
  if (sample.length === 0) return '';
  const proven = sample.filter((one) => one.proven).length;
  const lines = sample.map(({ recordingId, retentionClass, floors, reference, proven: ok }) => {
    const ends = floors.map(({ rule, until }) => `${rule} until ${until ?? 'an event to come'}`).join('; ');
    return `  ${ok ? '✓' : '✗'} ${recordingId}  ${retentionClass}  ${reference}  ${ends}`;
  });
  return `Proof: ${proven} of ${sample.length} drawn at random are past every floor, by the independent evaluator too.\n${lines.join('\n')}\n`;
}

function describeRun(run: DisposalRun): string {
  const { id, state, openedAt, due, dueExact, claimed, kept, reason, rule } = run;
  const why = reason === null ? '' : `\n    ${reason}`;
  return `${id}  ${openedAt.slice(0, 16)}Z  ${state.padEnd(8)} ${dueExact ? '' : '≥ '}${due} due, ${claimed} claimed, ${kept} kept  ${rule}${why}\n`;
}
