import type { Command } from 'commander';
import { listCheckpoints } from '../../../recorder-core/records/connection-checkpoints.ts';
import { requireConnection } from '../../connections/find-connection.ts';
import { manifestOf } from '../../connections/list-connectors.ts';
import { resetStream } from '../../connections/streams/reset-stream.ts';
import { actForPerson, type Options } from '../act-for-person.ts';
import { onOneConnection } from './on-one-connection.ts';

const streams = onOneConnection(
  'streams',
  'Tells how far each of its streams was read, and what stands in the way.',
  (_options, id = '') => ({ path: '/connections/:id/streams', params: { id } }),
).action((id: string, options: Options) =>
  actForPerson(options, 'connection.read', async (tx) => {
    const { connector } = await requireConnection(tx, id);
    const rows = await listCheckpoints(tx, id);
    for (const [name, { everySec }] of Object.entries(manifestOf(connector).streams)) {
      const row = rows.find(({ stream }) => stream === name);
      process.stdout.write(
        `${name}, every ${everySec} s\n` +
          `  read to its end ${row?.readAt?.toISOString() ?? 'never'}, next ${row?.dueAt.toISOString() ?? 'when the connection is live'}\n` +
          `  events          ${row?.events ?? 0}, the newest of ${row?.eventAt?.toISOString() ?? 'never'}\n` +
          (row?.problem === undefined || row.problem === null
            ? ''
            : `  ${row.failures} tries failed: ${row.problem}\n`),
      );
    }
  }),
);

const reset = onOneConnection(
  'reset-stream',
  'Has a stream read again from its beginning; no event is kept twice.',
)
  .argument('<stream>', 'Name, as `holdfast connection streams` shows it.')
  .action((id: string, stream: string, options: Options) =>
    actForPerson(options, 'connection.manage', async (tx, asking) => {
      await resetStream(tx, asking, { connectionId: id, stream }, null);
      process.stdout.write('✓ read again from the beginning\n');
    }),
  );

/** What a connected system has to tell. */
export const connectionStreamCommands: readonly Command[] = [streams, reset];
