import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Act } from '../../../recorder-core/policy/access.ts';
import type { RequestKind } from '../../../recorder-core/policy/clock-rows.ts';
import { clocksOf } from '../../../recorder-core/policy/request-clock.ts';
import type { Rulebook } from '../../../recorder-core/policy/rulebook.ts';
import {
  IDENTITY_EVIDENCE,
  ITEM_DECISIONS,
  type IdentityEvidence,
  type ItemDecision,
} from '../../../recorder-core/policy/subject-request.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { readItems } from '../../../recorder-core/records/request-items.ts';
import { readRequestReceipts } from '../../../recorder-core/records/request-receipts.ts';
import { openRulePacks } from '../../../recorder-core/records/rule-packs.ts';
import {
  listRequests,
  readRequest,
  type SubjectRequest,
} from '../../../recorder-core/records/subject-requests.ts';
import type { Asking } from '../../identity/asking.ts';
import { decideItems, submitRequest } from '../../requests/decide-request.ts';
import { letterPdf } from '../../requests/letter.ts';
import { openRequest } from '../../requests/open-request.ts';
import { extendRequest, verifyRequest } from '../../requests/verify-request.ts';
import { acting, askingFor, type Options } from '../act-for-person.ts';
import { parseDate, parseId } from '../parse-argument.ts';
import { withDatabase } from '../with-database.ts';
import { commandOf, ReadingCommand, type AskApi } from '../reading-command.ts';

type Work = (tx: Tx, asking: Asking, rules: Rulebook) => Promise<void>;

const KINDS = [
  'access',
  'erasure',
  'rectification',
  'restriction',
  'portability',
  'objection',
  'opt-out',
] as const satisfies readonly RequestKind[];

/** Requests of people about what is kept of them; everything is in the ledger as from the console. */
export const requestCommand = new Command('request').description(
  'Opens requests of people, and carries them to their answer.',
);

requestCommand.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/requests' })))
    .description('Lists requests, open ones first, those due first at the front.')
    .action((options: Options) =>
      act(options, 'request.read', async (tx) => {
        const found = await listRequests(tx);
        process.stdout.write(found.length === 0 ? 'No requests yet.\n' : found.map(inOneLine).join(''));
      }),
    ),
);

requestCommand.addCommand(
  acting(new Command('open'))
    .description('Opens a request; its clocks run, and what it is about is kept until it is answered.')
    .argument('<kind>', `One of ${KINDS.join(', ')}.`, parseKind)
    .requiredOption('--person <name>', 'Who asks.')
    .option('--contact <address>', 'Where the answer goes.')
    .option('--number <number...>', 'Telephone numbers of the person.')
    .option('--address <address...>', 'Other addresses of the person.')
    .option('--named <name...>', 'Names by which the person is in recordings.')
    .option('--from <date>', "Since when these were the person's.", parseDate)
    .option('--until <date>', "Until when these were the person's.", parseDate)
    .option('--place <code...>', 'Where the person may be, as DE or US-CA; decides which clocks run.')
    .option('--received <date>', 'When it arrived; now without it.', parseDate)
    .action((kind: RequestKind, options: Options) =>
      act(options, 'request.manage', async (tx, asking, rules) => {
        const opened = await openRequest(tx, asking, rules, {
          kind,
          person: String(options['person']),
          contact: textOf(options['contact']),
          places: listOf(options['place']),
          source: 'command-line',
          receivedAt: dateOf(options['received']) ?? asking.now,
          identifiers: (['number', 'address', 'named'] as const).flatMap((option) =>
            listOf(options[option]).map((value) => ({
              kind: option === 'named' ? ('name' as const) : option,
              value,
              validFrom: dateOf(options['from'])?.toISOString() ?? null,
              validUntil: dateOf(options['until'])?.toISOString() ?? null,
            })),
          ),
        });
        process.stdout.write(inOneLine(opened));
      }),
    ),
);

requestCommand.addCommand(
  onOne(
    'show',
    'Shows its clocks, what was found and decided, and a receipt for each store.',
    (_options, id = '') => ({
      path: '/requests/:id',
      params: { id },
    }),
  ).action((id: string, options: Options) =>
    act(options, 'request.read', async (tx, asking, rules) => {
      process.stdout.write(await inFull(tx, await requireOne(tx, id), rules, asking.now));
    }),
  ),
);

requestCommand.addCommand(
  onOne('verify', 'Notes how it was made sure who asks; the search begins.')
    .addOption(new Option('--by <evidence>', 'How.').choices([...IDENTITY_EVIDENCE]).makeOptionMandatory())
    .action((id: string, options: Options) =>
      act(options, 'request.manage', async (tx, asking, rules) => {
        await verifyRequest(tx, asking, rules, id, options['by'] as IdentityEvidence);
        process.stdout.write('✓ verified; what is kept of the person is being looked for\n');
      }),
    ),
);

requestCommand.addCommand(
  onOne('decide', 'Decides about one recording, or ends the review with --submit.')
    .option('--recording <id>', 'Which recording.', parseId)
    .addOption(new Option('--decision <word>', 'What is done with it.').choices([...ITEM_DECISIONS]))
    .option('--ground <words>', 'Why something is refused: an article or a rule.')
    .option('--submit', 'Ends the review.')
    .action((id: string, options: Options) =>
      act(options, 'request.manage', async (tx, asking) => {
        const recordingId = textOf(options['recording']);
        if (recordingId !== null) {
          const decision = options['decision'] as ItemDecision | undefined;
          if (decision === undefined)
            throw new HoldfastError('invalid_input', 'Say with --decision what is done with the recording.');
          await decideItems(tx, asking, id, [{ recordingId, decision, ground: textOf(options['ground']) }]);
          process.stdout.write('✓ decided\n');
        }
        if (options['submit'] !== true) return;
        await submitRequest(tx, asking, id);
        process.stdout.write('✓ submitted; what erases or refuses anything waits for a second person\n');
      }),
    ),
);

requestCommand.addCommand(
  onOne('extend', 'Prolongs its clocks once, before the first date; tell the person, with the reason.')
    .requiredOption('--reason <sentence>', 'Why.')
    .action((id: string, options: Options) =>
      act(options, 'request.manage', async (tx, asking, rules) => {
        await extendRequest(tx, asking, rules, id, String(options['reason']));
        process.stdout.write('✓ prolonged\n');
      }),
    ),
);

requestCommand.addCommand(
  onOne('answer', 'Writes the answer to a file: pages for the person, or JSON.')
    .requiredOption('--out <file>', 'Where to; ending in .pdf or .json.')
    .action((id: string, options: Options) =>
      act(options, 'request.read', async (tx, asking) => {
        const request = await requireOne(tx, id);
        const receipts = await readRequestReceipts(tx, id);
        const file = String(options['out']);
        const pdf = await letterPdf(request, receipts, asking.now);
        const text = `${JSON.stringify(request.answer ?? request.refusal, null, 2)}\n`;
        await writeFile(file, file.endsWith('.json') ? text : pdf, { mode: 0o600 });
        process.stdout.write(`✓ ${file}\n`);
      }),
    ),
);

function onOne(verb: string, about: string, ask?: AskApi): Command {
  return acting(commandOf(verb, ask))
    .description(about)
    .argument('<request>', 'Id, as `holdfast request list` shows it.', parseId);
}

/** Acts for a person under the same rules as the API, in one transaction. */
async function act(options: Options, asked: Act, work: Work): Promise<void> {
  await withDatabase(options, async (db, { tenantId, ruleKeysFile }) => {
    const packs = await openRulePacks(ruleKeysFile);
    await db.forTenant(tenantId, async (tx) => {
      const asking = await askingFor(db, tx, tenantId, options, asked);
      await work(tx, asking, await packs.current(tx));
    });
  });
}

async function requireOne(tx: Tx, id: string): Promise<SubjectRequest> {
  const found = await readRequest(tx, id);
  if (found !== undefined) return found;
  throw new HoldfastError(
    'not_found',
    'There is no request with this id. `holdfast request list` shows them.',
  );
}

function inOneLine({ id, kind, state, dueAt }: SubjectRequest): string {
  const due = dueAt === null ? 'no clock' : `due ${dueAt.slice(0, 16)}Z`;
  return `${id}  ${kind.padEnd(13)} ${state.padEnd(11)} ${due}\n`;
}

async function inFull(tx: Tx, request: SubjectRequest, rules: Rulebook, now: Date): Promise<string> {
  const clocks = clocksOf(request, rules, now.toISOString());
  const items = await readItems(tx, request.id);
  const receipts = await readRequestReceipts(tx, request.id);
  return [
    inOneLine(request),
    ...clocks.map(
      ({ id, step, dueAt, status }) => `  ${step} by ${dueAt.slice(0, 16)}Z  ${id} (${status})\n`,
    ),
    ...items.map(
      ({ recordingId, decision, state, ground }) =>
        `  ${recordingId}  ${decision}, ${state}${ground === null ? '' : `, ${ground}`}\n`,
    ),
    ...receipts.map(
      ({ recordingId, store, outcome, ground, until }) =>
        `  ${recordingId}  ${store}: ${outcome}${ground === null ? '' : ` (${ground})`}${until === null ? '' : ` until ${until}`}\n`,
    ),
  ].join('');
}

function parseKind(text: string): RequestKind {
  const kind = KINDS.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new HoldfastError('invalid_input', `A request is one of ${KINDS.join(', ')}.`);
}

function dateOf(value: unknown): Date | undefined {
  return value instanceof Date ? value : undefined;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
