import { Command } from 'commander';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import type { Act } from '../../../recorder-core/policy/access.ts';
import { makeHoldQuery } from '../../../recorder-core/policy/hold-query.ts';
import { listNotices } from '../../../recorder-core/records/custodian-notices.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { previewQuery } from '../../../recorder-core/records/hold-preview.ts';
import { listReleases } from '../../../recorder-core/records/hold-releases.ts';
import { listHolds } from '../../../recorder-core/records/holds.ts';
import { findMatter, listMatters, type Matter } from '../../../recorder-core/records/matters.ts';
import { placeHold, type HoldTools } from '../../../recorder-core/records/place-hold.ts';
import { askRelease, takeBackRelease } from '../../../recorder-core/records/release-holds.ts';
import type { User } from '../../../recorder-core/records/users.ts';
import { openResources } from '../../main/open-resources.ts';
import { acting, askingFor, type Options } from '../act-for-person.ts';
import { collectIds, parseId } from '../parse-argument.ts';
import { readLocalConfig } from '../read-command-config.ts';
import { ReadingCommand } from '../reading-command.ts';

interface Acting {
  readonly tx: Tx;
  readonly tools: HoldTools;
  readonly tenantId: string;
  readonly person: User;
  readonly now: Date;
}

/** Holds and what they are for; everything is in the ledger as from the console. */
export const matterCommand = new Command('matter').description(
  'Shows matters, ends them, and takes that back.',
);
export const holdCommand = new Command('hold').description('Places holds, by item and by query.');

matterCommand.addCommand(
  acting(new ReadingCommand('list', () => ({ path: '/matters', query: { limit: 100 } }), { pages: true }))
    .description('Lists matters, newest first.')
    .action((options: Options) =>
      act(options, 'hold.read', async ({ tx }) => {
        const found = await listMatters(tx, { limit: 100 });
        process.stdout.write(found.length === 0 ? 'No matters yet.\n' : found.map(inOneLine).join(''));
      }),
    ),
);

matterCommand.addCommand(
  onOne('show', 'Shows its holds, releases and custodians.').action((named: string, options: Options) =>
    act(options, 'hold.read', async ({ tx }) => {
      const matter = await requireMatter(tx, named);
      const { id: matterId } = matter;
      const holds = (await listHolds(tx, { matterId })).map(
        ({ id, kind, placedBy, placedAt, releasedAt, recordingIds, query }) =>
          `  hold ${id}  ${kind}  ${releasedAt === null ? 'in force' : `released ${releasedAt}`}  by ${placedBy}, ${placedAt}; ` +
          `${recordingIds.length} named${query === null ? '' : `; query ${JSON.stringify(query)}`}\n`,
      );
      const releases = (await listReleases(tx, matterId)).map(
        ({ id, state, askedBy, graceEndsAt, reason }) =>
          `  release ${id}  ${state}  asked by ${askedBy}${graceEndsAt === null ? '' : `, grace until ${graceEndsAt}`}: ${reason}\n`,
      );
      const notices = (await listNotices(tx, matterId)).map(
        ({ name, reminders, acknowledgedAt, escalatedAt }) =>
          `  custodian ${name}: ${acknowledgedAt === null ? `not acknowledged, ${reminders} reminders` : `acknowledged ${acknowledgedAt}`}${escalatedAt === null ? '' : ', superior told'}\n`,
      );
      process.stdout.write([inOneLine(matter), ...holds, ...releases, ...notices].join(''));
    }),
  ),
);

matterCommand.addCommand(
  onOne('release', 'Asks for the release of its holds; a second person has to agree, then the grace runs.')
    .requiredOption('--reason <sentence>', 'Why.')
    .option('--hold <id>', 'Only this hold.', parseId)
    .action((named: string, options: Options) =>
      act(options, 'hold.release', async ({ tx, tools, tenantId, person, now }) => {
        const { id: matterId } = await requireMatter(tx, named);
        const { approvalId } = await askRelease(tx, tools, {
          tenantId,
          matterId,
          ...(typeof options['hold'] === 'string' ? { holdId: options['hold'] } : {}),
          reason: String(options['reason']),
          by: { person },
          now,
        });
        process.stdout.write(
          `✓ asked for; somebody else: holdfast approval approve ${approvalId} --user <name>\n`,
        );
      }),
    ),
);

matterCommand.addCommand(
  onOne('take-back', 'Takes a release back while it waits or is in its grace.')
    .argument('<release>', 'Id, as `holdfast matter show` has it.', parseId)
    .requiredOption('--reason <sentence>', 'Why.')
    .action((named: string, releaseId: string, options: Options) =>
      act(options, 'hold.place', async ({ tx, tools, tenantId, person, now }) => {
        const { id: matterId } = await requireMatter(tx, named);
        const reason = String(options['reason']);
        await takeBackRelease(tx, tools, { tenantId, matterId, releaseId, reason, by: { person }, now });
        process.stdout.write('✓ taken back; the holds are in force as before\n');
      }),
    ),
);

holdCommand.addCommand(
  acting(new Command('place'))
    .description('Places a hold on recordings, on what a query reaches, or on both.')
    .argument('[recordings...]', 'Ids of recordings.', collectIds)
    .requiredOption('--matter <name>', 'Name or id; a new name opens a matter.')
    .requiredOption('--reason <sentence>', 'Why.')
    .option(
      '--query <json>',
      'What it reaches besides, as `docs/holds.md` has it: {"names":["Ada Lovelace"]}.',
    )
    .option('--dry-run', 'Only counts what the query would reach.')
    .action((recordingIds: string[] | undefined, options: Options) =>
      act(options, 'hold.place', async ({ tx, tools, tenantId, person, now }) => {
        const query =
          options['query'] === undefined ? null : makeHoldQuery(readQuery(String(options['query'])));
        if (query !== null) {
          const { matches, complete } = await previewQuery(
            tx,
            query,
            () => Date.now() < now.getTime() + 10_000,
          );
          process.stdout.write(`the query reaches ${complete ? '' : 'at least '}${matches} recordings now\n`);
        }
        if (options['dryRun'] === true) return;
        const placed = await placeHold(tx, tools, {
          tenantId,
          matter: String(options['matter']),
          kind: 'legal',
          reason: String(options['reason']),
          recordingIds: recordingIds ?? [],
          query,
          by: { person },
          now,
        });
        process.stdout.write(`✓ hold ${placed.id} is in force\n`);
      }),
    ),
);

function readQuery(text: string): Parameters<typeof makeHoldQuery>[0] {
  try {
    return JSON.parse(text) as Parameters<typeof makeHoldQuery>[0];
  } catch (cause) {
    throw new HoldfastError(
      'invalid_input',
      'The query is no JSON. Write it as {"names":["Ada Lovelace"]}.',
      {
        field: '--query',
        cause,
      },
    );
  }
}

function onOne(verb: string, about: string): Command {
  return acting(new Command(verb)).description(about).argument('<matter>', 'Name or id.');
}

/** Acts for a person under the same rules as the API, in one transaction. */
async function act(options: Options, wanted: Act, work: (acting: Acting) => Promise<void>): Promise<void> {
  const config = await readLocalConfig(options);
  const resources = await openResources('hold', { ...config, logLevel: 'error' });
  const { db, newId } = resources;
  const { tenantId } = config;
  try {
    const journal = await resources.journal();
    await db.forTenant(tenantId, async (tx) => {
      const { person, now } = await askingFor(db, tx, tenantId, options, wanted);
      await work({ tx, tools: { journal, newId }, tenantId, person, now });
    });
  } finally {
    await resources.close();
  }
}

async function requireMatter(tx: Tx, named: string): Promise<Matter> {
  const found = await findMatter(tx, named);
  if (found !== undefined) return found;
  throw new HoldfastError(
    'not_found',
    'There is no matter of this name or id. `holdfast matter list` shows them.',
  );
}

function inOneLine({ id, name, state, activeHolds, openedAt, externalId }: Matter): string {
  const from = externalId === null ? '' : `  case ${externalId}`;
  return `${id}  ${state.padEnd(9)} ${activeHolds} in force  since ${openedAt.slice(0, 10)}  ${name}${from}\n`;
}
