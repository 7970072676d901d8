import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { listApplications } from '../../../recorder-core/records/configuration-files.ts';
import { applyConfiguration, requireSamePlan } from '../../config-as-code/apply-configuration.ts';
import { describePlan } from '../../config-as-code/describe-plan.ts';
import { differs, planDigest, type ConfigurationPlan } from '../../config-as-code/plan-configuration.ts';
import { planFile } from '../../config-as-code/plan-file.ts';
import { readConfigurationFile, type ReadFile } from '../../config-as-code/read-file.ts';
import type { SecretReference } from '../../config-as-code/secret-references.ts';
import type { SecretSource } from '../../config-as-code/wanted-credential.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { changeConnections } from '../act-on-connections.ts';
import { printJson } from '../print.ts';
import { ReadingCommand } from '../reading-command.ts';

const MOST_SECRET_BYTES = 65_536;
/** What `plan --detailed-exitcode` answers where something differs; 0 where nothing does, 1 by an error. */
const DIFFERS = 2;

/** Shows what a file would change, and what another hand changed since it was applied. */
export const planCommand = withFile(new Command('plan'))
  .description('Shows what a configuration file would change. Changes nothing.')
  .option('--detailed-exitcode', `Ends with ${DIFFERS} where anything differs.`)
  .option('--json', 'The plan as JSON.')
  .action(async (path: string, options: Options) => {
    const file = await readFrom(path);
    const plan = await makePlan(file, path, options);
    if (options['json'] === true) printJson(plan);
    else process.stdout.write(describePlan(plan));
    if (options['detailedExitcode'] === true && differs(plan)) process.exitCode = DIFFERS;
  });

/** Makes everything as a file says it, all or nothing. */
export const applyCommand = withFile(new Command('apply'))
  .description(
    'Makes connections, mappings, webhooks and levels of incidents as a configuration file says, all of it or nothing.',
  )
  .option('--why <sentence>', 'Kept with each version.')
  .option('--yes', 'Does not ask.')
  .option('--remains <what>', 'Of removed connections: withdraw what is there, or keep it.', 'withdraw')
  .action(async (path: string, options: Options) => {
    const file = await readFrom(path);
    const seen = await makePlan(file, path, options);
    process.stdout.write(describePlan(seen));
    if (!seen.objects.some(({ action }) => action !== 'unchanged' && action !== 'leave')) {
      process.stdout.write('Nothing is to be done.\n');
      return;
    }
    await requireConsent(seen, options);
    await changeConnections(options, async (tx, asking, { keys, reshape }) => {
      const choices = { secrets: secretsOf(path, options), prune: options['prune'] === true };
      const planned = await planFile(tx, { asking, keys, reshape }, file, choices);
      requireSamePlan(planDigest(seen), planned.plan);
      const why = typeof options['why'] === 'string' ? options['why'] : undefined;
      const remains = options['remains'] === 'keep' ? 'keep' : 'withdraw';
      const { shown } = await applyConfiguration({ tx, asking, keys, reshape, why, remains }, planned);
      for (const [what, secret] of shown) process.stdout.write(`${what}  ${secret}\n`);
      if (shown.length > 0) process.stdout.write('The secrets are not shown again.\n');
    });
    process.stdout.write('✓ applied\n');
  });

/** Which files were applied. */
export const appliedCommand = acting(new ReadingCommand('applied', () => ({ path: '/configuration-files' })))
  .description('Lists which configuration files were applied, newest first.')
  .action((options: Options) =>
    actForPerson(options, 'connection.read', async (tx) => {
      const applied = await listApplications(tx);
      if (applied.length === 0) process.stdout.write('No file was applied yet.\n');
      for (const { source, digest, appliedAt, appliedBy, why } of applied)
        process.stdout.write(
          `${appliedAt.toISOString()}  ${source.padEnd(16)} ${digest.slice(0, 16)}  ${appliedBy ?? 'operator'}  ${why ?? ''}\n`,
        );
    }),
  );

function withFile(command: Command): Command {
  return acting(command)
    .argument('<file>', 'YAML.')
    .option('--prune', 'Removes what the file no longer names, of what it was applied to before.')
    .option('--keep-secrets', 'A secret whose reference leads nowhere stays as it is.');
}

async function readFrom(path: string): Promise<ReadFile> {
  return readConfigurationFile(path, await readFile(path, 'utf8'));
}

async function makePlan(file: ReadFile, path: string, options: Options): Promise<ConfigurationPlan> {
  let made: ConfigurationPlan | undefined;
  await changeConnections(options, async (tx, asking, { keys, reshape }) => {
    const choices = { secrets: secretsOf(path, options), prune: options['prune'] === true };
    made = (await planFile(tx, { asking, keys, reshape }, file, choices)).plan;
  });
  if (made === undefined) throw new Error('The plan was not made.');
  return made;
}

/** Files are looked for beside the configuration file. */
function secretsOf(path: string, options: Options): SecretSource {
  return {
    keepMissing: options['keepSecrets'] === true,
    lacking: ({ from, name }) =>
      `There is no ${from === 'env' ? 'variable' : 'file'} "${name}", or it is empty.`,
    resolve: ({ from, name }: SecretReference) =>
      from === 'env' ? Promise.resolve(process.env[name]) : readSecret(resolve(dirname(path), name)),
  };
}

async function readSecret(path: string): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > MOST_SECRET_BYTES) return undefined;
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

async function requireConsent({ objects }: ConfigurationPlan, options: Options): Promise<void> {
  if (options['yes'] === true) return;
  if (!process.stdin.isTTY)
    throw new HoldfastError(
      'invalid_input',
      'Nobody is there to be asked. Look at the plan, then say --yes.',
    );
  const removed = objects.filter(({ action }) => action === 'remove').length;
  const asked = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await asked.question(
    removed > 0 ? `This removes ${removed}. Type "remove" to apply: ` : 'Apply this? (yes/no) ',
  );
  asked.close();
  if (answer.trim() !== (removed > 0 ? 'remove' : 'yes'))
    throw new HoldfastError('conflict', 'Nothing was applied.');
}
