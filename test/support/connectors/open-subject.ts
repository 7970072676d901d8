import { randomUUID } from 'node:crypto';
import type { Subject, Variant } from '../../../connectors/kit/acceptance/bench.ts';
import type { Connector } from '../../../connectors/kit/connector.ts';
import type { ConnectorContext } from '../../../connectors/kit/context.ts';
import type { FaultProxy } from './fault-proxy.ts';
import { observedHost } from './observed-host.ts';

/** One connection of a tenant, whose peer stands behind the fault proxy. */
export interface OpenedConnection {
  readonly variant: Variant;
  readonly timeoutMs?: number | undefined;
  readonly tenantId: string;
  readonly config: object;
  readonly credential: object;
}

/** What a subject has whatever its peer is; a bench adds what the peer holds, and ends the peer after `close`. */
export interface OpenedSubject extends Pick<
  Subject,
  | 'tenantId'
  | 'ctx'
  | 'preview'
  | 'run'
  | 'runAt'
  | 'writes'
  | 'inject'
  | 'watch'
  | 'skip'
  | 'strayRequests'
  | 'seen'
  | 'close'
> {
  /** Another piece of work on the same connection, or on one that is set up differently. */
  contextFor(more: {
    readonly config?: object;
    readonly credential?: object;
    readonly signal?: AbortSignal;
  }): Promise<ConnectorContext>;
}

/** Opens a connection over an observed host and the proxy before its peer, which it closes as well. */
export async function openSubject(
  connector: Connector,
  proxy: FaultProxy,
  { variant, timeoutMs, tenantId, config, credential }: OpenedConnection,
): Promise<OpenedSubject> {
  const { host, run, seen, skip } = observedHost(timeoutMs);
  const connection = { id: randomUUID(), tenantId, config, credential };
  const slowId = randomUUID();
  const ctx = await host.contextFor(connector, connection);
  const preview = await host.contextFor(connector, connection, { dryRun: true });
  // Nobody listens there any more: the port was just given back.
  if (variant === 'wrong-host') await proxy.close();
  return {
    tenantId,
    ctx,
    preview,
    contextFor: ({ signal, ...more }) =>
      host.contextFor(
        connector,
        {
          ...connection,
          config: { ...config, ...more.config },
          credential: { ...credential, ...more.credential },
        },
        signal === undefined ? {} : { signal },
      ),
    run: (operation, records) => run(connector, ctx, operation, records),
    async runAt(rate, operation, records) {
      const limited = { ...connector, manifest: { ...connector.manifest, rate } };
      const slow = await host.contextFor(limited, { ...connection, id: slowId });
      return run(limited, slow, operation, records);
    },
    writes: () => proxy.writes(),
    inject: (fault, on, skip) => proxy.inject(fault, on, skip),
    watch: (choose) => proxy.watch(choose),
    skip,
    strayRequests: () => proxy.strayRequests(),
    seen,
    async close() {
      await host.close();
      if (variant !== 'wrong-host') await proxy.close();
    },
  };
}
