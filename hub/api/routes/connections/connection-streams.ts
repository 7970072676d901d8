import { z } from 'zod';
import {
  listCheckpoints,
  type ConnectionCheckpoint,
} from '../../../../recorder-core/records/connection-checkpoints.ts';
import { requireConnection } from '../../../connections/find-connection.ts';
import { manifestOf } from '../../../connections/list-connectors.ts';
import { resetStream } from '../../../connections/streams/reset-stream.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { connectionStream, streamName, type ConnectionStream } from '../../schemas/connection-stream.ts';
import { id } from '../../schemas/primitives.ts';

const list = defineEndpoint({
  method: 'get',
  path: '/connections/:id/streams',
  summary: 'Tells how far each stream of a connection was read, and what stands in the way.',
  act: 'connection.read',
  params: z.object({ id }),
  response: z.object({ items: z.array(connectionStream) }),
  async handle({ params, tx }) {
    const { connector } = await requireConnection(tx, params.id);
    const { streams } = manifestOf(connector);
    const rows = await listCheckpoints(tx, params.id);
    return {
      items: Object.entries(streams).map(([stream, { title, everySec }]) =>
        present(
          stream,
          { title, everySec },
          rows.find((row) => row.stream === stream),
        ),
      ),
    };
  },
});

const reset = defineEndpoint({
  method: 'post',
  path: '/connections/:id/streams/:stream/reset',
  summary: 'Has a stream read again from its beginning; no event is kept twice.',
  act: 'connection.manage',
  params: z.object({ id, stream: streamName }),
  response: connectionStream,
  async handle({ params, tx, ...calling }) {
    const key = { connectionId: params.id, stream: params.stream };
    const row = await resetStream(tx, askingOf(calling), key, null);
    const { connector } = await requireConnection(tx, params.id);
    const { title, everySec } = manifestOf(connector).streams[params.stream] ?? {
      title: params.stream,
      everySec: 60,
    };
    return present(params.stream, { title, everySec }, row);
  },
});

/** What a connected system has to tell, and how far it was read. */
export const connectionStreams: readonly Endpoint[] = [list, reset];

function present(
  stream: string,
  { title, everySec }: { readonly title: string; readonly everySec: number },
  row: ConnectionCheckpoint | undefined,
): ConnectionStream {
  return {
    stream,
    title,
    everySec,
    checkpoint: row?.checkpoint ?? null,
    readAt: row?.readAt?.toISOString() ?? null,
    dueAt: row?.dueAt.toISOString() ?? null,
    eventAt: row?.eventAt?.toISOString() ?? null,
    events: row?.events ?? 0,
    failures: row?.failures ?? 0,
    problem: row?.problem ?? null,
    problemClass: row?.problemClass ?? null,
  };
}
