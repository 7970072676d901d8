import { Option, type Command } from 'commander';
import { MATTER_TAGS } from '../../../recorder-core/records/matter-tags.ts';
import { listChecks } from '../../../recorder-core/records/connection-checks.ts';
import { HoldfastError } from '../../../recorder-core/errors.ts';
import { checkConnection } from '../../connections/check-connection.ts';
import { checksStanding, openChecks } from '../../connections/checks-standing.ts';
import { requireConnection } from '../../connections/find-connection.ts';
import { manifestOf } from '../../connections/list-connectors.ts';
import { goLive, pauseConnection, resumeConnection } from '../../connections/move-connection.ts';
import { planRemoval, removeConnection } from '../../connections/remove-connection.ts';
import { setMatterTags } from '../../connections/set-matter-tags.ts';
import { forecastBackfill, startBackfill } from '../../deliveries/back-fill.ts';
import { actForPerson, type Options } from '../act-for-person.ts';
import { askRemotely } from '../act-on-connections.ts';
import { compareCommand } from './connection-compare.ts';
import { discoverCommand, fieldsCommand } from './connection-fields.ts';
import { healthCommand } from './connection-health.ts';
import { dryRunCommand, previewCommand } from './connection-try.ts';
import { onlyToShow } from '../reading-command.ts';
import { onOneConnection } from './on-one-connection.ts';

const FORECAST = {
  possible: 'possible now with --resend',
  'not-live': 'once the connection is live',
  'under-way': 'once its back-fill is over',
} as const;

const moves = (
  [
    ['go-live', 'Makes a draft live; its required checks have to stand.', goLive],
    ['pause', 'Pauses it: it is sent nothing and takes no events.', pauseConnection],
    ['resume', 'Resumes a paused one.', resumeConnection],
  ] as const
).map(([verb, about, move]) =>
  onOneConnection(verb, about).action((id: string, options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      process.stdout.write(`✓ ${(await move(tx, asking, id)).state}\n`);
    }),
  ),
);

const matterTags = onOneConnection(
  'matter-tags',
  'Shows what it is told of matters and how many recordings would be sent again; with --tell, changes it.',
  ({ tell }, id = '') => {
    onlyToShow(tell === undefined, 'Leave out --tell, or --json.');
    return { path: '/connections/:id/matter-tags', params: { id } };
  },
)
  .addOption(new Option('--tell <what>', 'What it is told from now on.').choices(MATTER_TAGS))
  .addOption(new Option('--resend', 'With --tell: sends all recordings again, by a back-fill.'))
  .action((id: string, options: Options) =>
    actForPerson(options, 'hold.place', async (tx, asking) => {
      const tell = MATTER_TAGS.find((tags) => tags === options['tell']);
      if (tell === undefined && options['resend'] === true)
        throw new HoldfastError(
          'invalid_input',
          'Say with --tell what it is told; --resend sends that again.',
        );
      if (tell !== undefined) {
        await setMatterTags(tx, asking, id, tell);
        if (options['resend'] === true) await startBackfill(tx, asking, id, {});
      }
      const row = await requireConnection(tx, id);
      const { recordings, refusal } = await forecastBackfill(tx, row, asking.now);
      process.stdout.write(
        `${row.matterTags}; ${recordings} recordings to send again, ${FORECAST[refusal ?? 'possible']}\n`,
      );
    }),
  );

const check = onOneConnection(
  'check',
  'Runs its checks, and keeps what each found; ends with 1 while a required one does not stand.',
)
  .option('--only <check>', 'One alone.')
  .action((id: string, options: Options) =>
    askRemotely(options, async (deps, asking) => {
      const only = typeof options['only'] === 'string' ? options['only'] : undefined;
      await checkConnection(deps, asking, id, only);
      const standing = await deps.db.forTenant(asking.tenantId, async (tx) => {
        const row = await requireConnection(tx, id);
        return checksStanding(manifestOf(row.connector), row, await listChecks(tx, id), asking.now);
      });
      if (openChecks(standing).length > 0) process.exitCode = 1;
      for (const { id: name, severity, last, current } of standing) {
        const said = last === null ? 'never ran' : `${last.status.padEnd(4)} ${last.detail}`;
        process.stdout.write(
          `${name.padEnd(20)} ${severity.padEnd(8)} ${said}${current ? '' : ' (not current)'}\n`,
        );
        if (last !== null && last.fix !== null) process.stdout.write(`${' '.repeat(30)}${last.fix}\n`);
      }
    }),
  );

const remove = onOneConnection(
  'remove',
  'Removes it; without --remains it only tells what would be left.',
  ({ remains }, id = '') => {
    onlyToShow(remains === undefined, 'Leave out --remains, or --json.');
    return { path: '/connections/:id/removal', params: { id } };
  },
)
  .option('--remains <what>', 'withdraw (the remote system deletes everything) or keep (it keeps it).')
  .option('--why <sentence>', 'Needed to keep.')
  .action(async (id: string, options: Options) => {
    const { remains, why } = options;
    if (remains === undefined) {
      await actForPerson(options, 'connection.read', async (tx) => {
        const { recordings, held } = await planRemoval(tx, id);
        process.stdout.write(
          `The remote system may have ${recordings} recordings; ${held} of them are held.\n`,
        );
      });
      return;
    }
    if (remains !== 'withdraw' && remains !== 'keep')
      throw new HoldfastError('invalid_input', '--remains is withdraw or keep.');
    await actForPerson(options, 'connection.manage', async (tx, asking) => {
      await removeConnection(tx, asking, id, { remains, ...(typeof why === 'string' ? { why } : {}) });
      process.stdout.write('✓ removed\n');
    });
  });

/** What a connection goes through, from its checks to its end. */
export const connectionLifeCommands: readonly Command[] = [
  ...moves,
  check,
  discoverCommand,
  fieldsCommand,
  dryRunCommand,
  previewCommand,
  healthCommand,
  matterTags,
  compareCommand,
  remove,
];
