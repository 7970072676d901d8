import type { StreamRef } from '../../../activities/contract.ts';
import type { StreamReader } from '../../../activities/streams/stream-reader.ts';
import type { StreamItem } from '../../../connectors/kit/stream.ts';
import { connectorById, connectors } from '../../../connectors/registry.ts';
import {
  ensureCheckpoints,
  listDueStreams,
  readCheckpoint,
  type ConnectionCheckpoint,
} from '../../../recorder-core/records/connection-checkpoints.ts';
import { listLiveConnections, readConnection } from '../../../recorder-core/records/connections.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { openConnection, type ConnectionDependencies } from '../open-connection.ts';
import { keepPages, Overtaken } from './keep-pages.ts';
import { noteFailure, noteRead } from './note-reading.ts';

/** What the reading of streams works with. */
export interface StreamDependencies extends ConnectionDependencies {
  /** Keeps one event in the transaction of its page. @returns false where it was kept before. */
  readonly keepEvent: (
    tx: Tx,
    ref: StreamRef,
    event: Extract<StreamItem, { kind: 'event' }>,
  ) => Promise<boolean>;
  readonly now: () => Date;
}

/** Reads the streams of connections, as the activities ask for it. */
export function makeStreamReader(deps: StreamDependencies): StreamReader {
  return {
    findDue: (tenantId, now) => findDue(deps, tenantId, now),
    async read(ref, work) {
      const at = await deps.db.forTenant(ref.tenantId, (tx) => startOf(tx, ref));
      if (at === undefined) return { outcome: 'off', events: 0 };
      return readFrom(deps, ref, at, work);
    },
  };
}

/** Connectors that have streams. */
const STREAMING = connectors.flatMap(({ manifest }) =>
  Object.keys(manifest.streams).length === 0 ? [] : [manifest.id],
);

async function findDue(deps: StreamDependencies, tenantId: string, now: Date): Promise<StreamRef[]> {
  return deps.db.forTenant(tenantId, async (tx) => {
    const live = await listLiveConnections(tx, STREAMING);
    if (live.length === 0) return [];
    const streams = live.flatMap(({ id: connectionId, connector }) =>
      Object.keys(connectorById(connector).manifest.streams).map((stream) => ({ connectionId, stream })),
    );
    await ensureCheckpoints(tx, tenantId, streams, now);
    const due = await listDueStreams(
      tx,
      live.map(({ id }) => id),
      now,
    );
    return due.map((key) => ({ tenantId, ...key }));
  });
}

/** Where reading goes on; undefined for a connection that is not live, or a stream that its connector does not have. */
async function startOf(tx: Tx, ref: StreamRef): Promise<ConnectionCheckpoint | undefined> {
  const row = await readConnection(tx, ref.connectionId);
  if (row?.state !== 'live') return undefined;
  if (!Object.hasOwn(connectorById(row.connector).manifest.streams, ref.stream)) return undefined;
  return readCheckpoint(tx, ref);
}

async function readFrom(
  deps: StreamDependencies,
  ref: StreamRef,
  at: ConnectionCheckpoint,
  { signal, alive }: Parameters<StreamReader['read']>[1],
): ReturnType<StreamReader['read']> {
  const progress = { events: 0 };
  try {
    const { connector, ctx, close } = await openConnection(deps, { ...ref, signal });
    try {
      const items = connector.read(ctx, ref.stream, at.checkpoint);
      await keepPages(deps, ref, { items, revision: at.revision, alive, progress });
      const everySec = connector.manifest.streams[ref.stream]?.everySec ?? 60;
      await noteRead(deps, ref, everySec);
      return { outcome: 'read', ...progress };
    } finally {
      close();
    }
  } catch (error) {
    if (error instanceof Overtaken) return { outcome: 'overtaken', ...progress };
    if (signal.aborted) throw error;
    await noteFailure(deps, ref, at, error);
    return { outcome: 'failed', ...progress };
  }
}
