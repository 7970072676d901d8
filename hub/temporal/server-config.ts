import { join } from 'node:path';
import { stringify } from 'yaml';

/** Where the production server keeps its state. */
export type TemporalStore =
  | {
      readonly kind: 'postgres';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      /** Database of the histories; `temporal` by default. The one for visibility adds `_visibility`. */
      readonly database?: string;
    }
  /** One file in the data folder; for tests and small trials. */
  | { readonly kind: 'sqlite' };

/** The gRPC and membership ports of the four services, all on the loopback. */
export interface ServerPorts {
  readonly frontend: number;
  readonly internal: readonly number[];
}

/** How many internal ports a server needs: three more gRPC ports and four of membership. */
export const INTERNAL_PORTS = 7;

/** Fixed for ever once a store exists. More shards allow more writes at once; four suit one machine. */
const HISTORY_SHARDS = 4;

/** Settings that every server of ours starts with; see the server's dynamicconfig/constants.go for each. */
export const DYNAMIC_CONFIG: Readonly<Record<string, boolean | number>> = {
  'limit.maxIDLength': 255, // what the columns of SQL stores hold
  'matching.enableFairness': true, // one tenant's flood must not starve the others
  'system.forceSearchAttributesCacheRefreshOnRead': true, // a fresh attribute is usable at once
};

/** The server's configuration file, as YAML. Pure; holds the store's password, so write it for the owner only. */
export function serverConfig(store: TemporalStore, ports: ServerPorts, folder: string): string {
  const [matching, history, worker, ...membership] = ports.internal;
  const rpc = (grpcPort: number | undefined, member: number) => ({
    rpc: { grpcPort, membershipPort: membership[member], bindOnLocalHost: true },
  });
  return stringify({
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      datastores: { main: datastore(store, folder, ''), visibility: datastore(store, folder, '_visibility') },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: {
      frontend: rpc(ports.frontend, 0),
      matching: rpc(matching, 1),
      history: rpc(history, 2),
      worker: rpc(worker, 3),
    },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports.frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: join(folder, 'dynamic.yaml'), pollInterval: '10s' },
  });
}

/** The server's dynamic configuration file, as YAML. */
export function dynamicConfig(settings: Readonly<Record<string, boolean | number>>): string {
  return stringify(Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, [{ value }]])));
}

function datastore(store: TemporalStore, folder: string, suffix: '' | '_visibility') {
  if (store.kind === 'sqlite') {
    return {
      sql: {
        pluginName: 'sqlite',
        databaseName: join(folder, 'temporal.db'),
        connectAddr: 'localhost',
        connectProtocol: 'tcp',
        connectAttributes: {
          mode: 'rwc',
          cache: 'private',
          setup: true,
          journal_mode: 'wal',
          synchronous: 1,
        },
        maxConns: 1,
        maxIdleConns: 1,
        maxConnLifetime: '1h',
      },
    };
  }
  const maxConns = suffix === '' ? 20 : 10;
  return {
    sql: {
      pluginName: 'postgres12',
      databaseName: `${store.database ?? 'temporal'}${suffix}`,
      connectAddr: `${store.host}:${store.port}`,
      connectProtocol: 'tcp',
      user: store.user,
      password: store.password,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  };
}
