import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { dynamicConfig, INTERNAL_PORTS, serverConfig, type TemporalStore } from './server-config.ts';

const internal = Array.from({ length: INTERNAL_PORTS }, (_, index) => 20_001 + index);
const postgres: TemporalStore = {
  kind: 'postgres',
  host: '127.0.0.1',
  port: 5432,
  user: 'u',
  password: 'p: "#\n',
};

function config(store: TemporalStore) {
  return parse(serverConfig(store, { frontend: 7233, internal }, '/data/temporal')) as {
    services: Record<string, { rpc: { grpcPort: number; membershipPort: number; bindOnLocalHost: boolean } }>;
    persistence: { datastores: Record<string, { sql: Record<string, unknown> }> };
    clusterMetadata: { clusterInformation: { active: { rpcAddress: string } } };
  };
}

test('every service listens on the loopback only, each on ports of its own', () => {
  const { services, clusterMetadata } = config({ kind: 'sqlite' });
  const rpcs = Object.values(services).map(({ rpc }) => rpc);
  expect(rpcs.every(({ bindOnLocalHost }) => bindOnLocalHost)).toBe(true);
  const ports = rpcs.flatMap(({ grpcPort, membershipPort }) => [grpcPort, membershipPort]);
  expect(ports.slice().sort()).toEqual([...internal, 7233].sort());
  expect(services['frontend']?.rpc.grpcPort).toBe(7233);
  expect(clusterMetadata.clusterInformation.active.rpcAddress).toBe('127.0.0.1:7233');
});

test('PostgreSQL gets two databases, and a password with any characters arrives as it is', () => {
  const { main, visibility } = config(postgres).persistence.datastores;
  expect(main?.sql).toMatchObject({
    databaseName: 'temporal',
    password: 'p: "#\n',
    connectAddr: '127.0.0.1:5432',
  });
  expect(visibility?.sql['databaseName']).toBe('temporal_visibility');
});

test('SQLite is one file in the data folder', () => {
  const { main, visibility } = config({ kind: 'sqlite' }).persistence.datastores;
  expect(main?.sql['databaseName']).toBe('/data/temporal/temporal.db');
  expect(visibility?.sql['databaseName']).toBe('/data/temporal/temporal.db');
});

test('dynamic settings take the form that the server reads', () => {
  expect(parse(dynamicConfig({ 'limit.maxIDLength': 255 }))).toEqual({
    'limit.maxIDLength': [{ value: 255 }],
  });
});
