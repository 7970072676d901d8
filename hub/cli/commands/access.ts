import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { accessExamples, type AccessExample } from '../../../recorder-core/authorization/access-example.ts';
import { ACCESS_SCHEMA } from '../../../recorder-core/authorization/access-schema.ts';
import { shippedTexts } from '../../../recorder-core/authorization/shipped-texts.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { ACTS, type Act } from '../../../recorder-core/policy/access.ts';
import { findUser } from '../../../recorder-core/records/users.ts';
import { listAccessPolicies } from '../../../recorder-core/records/access-policies.ts';
import { askPublishing } from '../../access-policies/ask-publishing.ts';
import type { TextCheck } from '../../access-policies/check-text.ts';
import { explainDecision } from '../../access-policies/explain-decision.ts';
import { NOWHERE, sessionFrom } from '../../access-policies/require-publishable.ts';
import { judgeApart } from '../../access-policies/judge-apart.ts';
import { measureEffect, readPopulation } from '../../access-policies/measure-effect.ts';
import { requirePolicies, savePolicies } from '../../access-policies/save-policies.ts';
import { acting, actForPerson, type Options } from '../act-for-person.ts';
import { parseCount, parseId, parseInstant } from '../parse-argument.ts';
import { describeAnswer, describeCheck, describeEffect, describeVersion } from '../describe-access.ts';
import { ReadingCommand } from '../reading-command.ts';

/** Who may do what, by policies; everything is in the ledger as from the console. */
export const accessCommand = new Command('access').description('Shows and changes who may do what.');

const policy = new Command('policy').description("The tenant's own policies of access, in versions.");
accessCommand.addCommand(policy);

const EXAMPLES = ['--examples <file>', 'JSON file with the examples that must hold.'] as const;

policy.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/access-policies' })))
    .description('Lists the versions, newest first.')
    .action((options: Options) =>
      actForPerson(options, 'access-policy.read', async (tx) => {
        const versions = await listAccessPolicies(tx);
        if (versions.length === 0) process.stdout.write('No policies of our own: the shipped ones decide.\n');
        process.stdout.write(versions.map(describeVersion).join(''));
      }),
    ),
);

policy.addCommand(
  acting(
    new ReadingCommand('show', (_options, version) => ({
      path: '/access-policies/:version',
      params: { version: String(version) },
    })),
  )
    .description('Prints the text of a version, or its examples.')
    .argument('<version>', 'Its number.', parseCount)
    .option('--examples', 'The examples, as JSON.')
    .action((version: number, options: Options) =>
      actForPerson(options, 'access-policy.read', async (tx) => {
        const { text, examples } = await requirePolicies(tx, version);
        process.stdout.write(`${options['examples'] === true ? JSON.stringify(examples, null, 2) : text}\n`);
      }),
    ),
);

policy
  .command('shipped')
  .description('Prints the policies that every tenant has; with --schema, the types of own ones.')
  .option('--schema', 'The types of persons, recordings and circumstances.')
  .action((options: Options) => {
    process.stdout.write(
      `${options['schema'] === true ? ACCESS_SCHEMA.trim() : shippedTexts().join('\n\n')}\n`,
    );
  });

policy
  .command('check')
  .description('Checks a file of policies and asks its examples. Needs no installation.')
  .argument('<file>', "Policies in Cedar's language.")
  .option(...EXAMPLES)
  .action(async (file: string, options: Options) => {
    const check = await checkOf(await readText(file), await readExamples(options));
    process.stdout.write(describeCheck(check));
    if (check.faults.length > 0 || check.examples.some(({ passed }) => !passed)) process.exitCode = 1;
  });

policy.addCommand(
  acting(new Command('diff'))
    .description('Shows who would gain and who would lose, over the people and recordings that are there.')
    .argument('<file>', "Policies in Cedar's language.")
    .option('--for <purpose>', 'For which purpose is asked; none without it.')
    .action((file: string, options: Options) =>
      actForPerson(options, 'access-policy.read', async (tx, { now }) => {
        const text = await readText(file);
        const purpose = typeof options['for'] === 'string' ? options['for'] : null;
        process.stdout.write(
          describeEffect(await measureEffect(await readPopulation(tx), text, now, purpose)),
        );
      }),
    ),
);

policy.addCommand(
  acting(new Command('save'))
    .description('Keeps a file of policies with its examples as the next version, a draft.')
    .argument('<file>', "Policies in Cedar's language.")
    .option(...EXAMPLES)
    .requiredOption('--note <sentence>', 'Why.')
    .action((file: string, options: Options) =>
      actForPerson(options, 'access-policy.manage', async (tx, asking) => {
        const [text, examples] = [await readText(file), await readExamples(options)];
        const version = await savePolicies(tx, asking, { text, examples, note: String(options['note']) });
        process.stdout.write(describeCheck(await checkOf(text, examples)));
        process.stdout.write(
          `✓ kept as version ${version}, a draft\nHave it published: holdfast access policy publish ${version} --reason <sentence>\n`,
        );
      }),
    ),
);

policy.addCommand(
  acting(new Command('publish'))
    .description('Asks a second person to publish a version; an older one comes back as a new version.')
    .argument('<version>', 'Its number.', parseCount)
    .requiredOption('--reason <sentence>', 'Why.')
    .action((version: number, options: Options) =>
      actForPerson(options, 'access-policy.manage', async (tx, asking) => {
        const made = await askPublishing(tx, asking, { version, reason: String(options['reason']) });
        process.stdout.write(
          `Version ${made.version} waits until ${made.dueAt}.\nSomebody else has to agree: holdfast approval approve ${made.approvalId} --user <name>\n`,
        );
      }),
    ),
);

accessCommand.addCommand(
  acting(new Command('why'))
    .description('Tells why somebody may, or may not, do something; changes nothing.')
    .argument('<act>', 'Such as recording.play.', parseAct)
    .option('--person <name>', 'Name or id of somebody else than --user.')
    .option(
      '--recording <id>',
      'The recording; without it, the question is about lists and settings.',
      parseId,
    )
    .option('--for <purpose>', 'For which purpose; none without it.')
    .option('--at <time>', 'At another time than now, such as 2031-01-01T00:00:00Z.', parseInstant)
    .action((act: Act, options: Options) =>
      actForPerson(
        options,
        options['person'] === undefined ? undefined : 'access-policy.read',
        async (tx, { tenantId, person, now }) => {
          const named = textOf(options['person']);
          const found = named === null ? person : await findUser(tx, named);
          if (found === undefined)
            throw new HoldfastError('not_found', 'There is nobody of this name or id.');
          const at = (options['at'] as Date | undefined) ?? now;
          const answer = await explainDecision(tx, {
            tenantId,
            askerId: person.id,
            personId: found.id,
            act,
            recordingId: textOf(options['recording']),
            context: { ...sessionFrom(NOWHERE, at), purpose: textOf(options['for']) },
          });
          process.stdout.write(describeAnswer(answer));
        },
      ),
    ),
);

function parseAct(text: string): Act {
  const act = ACTS.find((each) => each === text);
  if (act === undefined) throw new InvalidArgumentError(`There is no such act. Acts are ${ACTS.join(', ')}.`);
  return act;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

async function checkOf(text: string, examples: readonly AccessExample[]): Promise<TextCheck> {
  return (await judgeApart({ text, examples, nowMs: Date.now() })).check;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The file of policies could not be read.', {
      field: file,
      cause,
    });
  }
}

/** Reads examples from a file; none where none is named. @throws HoldfastError `invalid_input` naming what is wrong with them. */
async function readExamples(options: Options): Promise<AccessExample[]> {
  const file = options['examples'];
  if (typeof file !== 'string') return [];
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new HoldfastError('invalid_input', 'The examples could not be read as JSON.', {
      field: file,
      cause,
    });
  }
  const parsed = accessExamples.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw faulty(
    `The examples are not: ${issue === undefined ? 'unknown' : `${issue.path.join('/')}: ${issue.message}`}`,
    file,
  );
}

function faulty(message: string, field: string): HoldfastError {
  return new HoldfastError('invalid_input', `${message.trim()} Nothing was done.`, { field });
}
