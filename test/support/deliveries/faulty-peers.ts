/** Connected systems for real worker processes, each behind a proxy that counts writings and can make any call fail. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { IDENTITIES } from '../../../recorder-core/sip/test-support/certificates.ts';
import { administrator, writesToElasticsearch } from '../connectors/elasticsearch-bench.ts';
import { startFaultProxy, type FaultProxy } from '../connectors/fault-proxy.ts';
import { writesToSalesforce } from '../connectors/salesforce-bench.ts';
import { writesToServicenow } from '../connectors/servicenow-bench.ts';
import { usersOf, writesToSnowflake } from '../connectors/snowflake-bench.ts';
import { elasticsearchPeer } from '../peers/elasticsearch.ts';
import type { PeerDescriptor } from '../peers/peer.ts';
import { SalesforceDouble } from '../peers/salesforce-double.ts';
import { ServicenowDouble } from '../peers/servicenow-double.ts';
import { SNOWFLAKE_ACCOUNT, snowflakePeer } from '../peers/snowflake.ts';
import type { ConnectedPeer } from './hub-under-test.ts';

/** A running one, of which each test has its own. */
export interface FaultyPeer {
  readonly proxy: FaultProxy;
  readonly connected: ConnectedPeer;
  /** What stands there of a tenant: things, and the recordings that they are about. More of these than of those: one stands twice. */
  standing(tenantId: string): Promise<{ readonly things: number; readonly recordings: number }>;
  stop(): Promise<void>;
}

/** One kind of them. */
export interface FaultyPeerKind extends Omit<PeerDescriptor, 'start'> {
  /** Calls that a batch takes, about. */
  readonly callsABatch: number;
  start(): Promise<FaultyPeer>;
}

const double = (name: string) => ({ name, version: 'double', unavailable: () => undefined });

const salesforce: FaultyPeerKind = {
  ...double('Salesforce'),
  callsABatch: 15,
  async start() {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const app = { clientId: 'storm', clientSecret: randomUUID(), publicKey, user: 'storm@example.com' };
    const org = await SalesforceDouble.start(app);
    org.requests.limit = Number.MAX_SAFE_INTEGER; // this is not about the requests of a day
    const proxy = await startFaultProxy(org.url, writesToSalesforce);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    return {
      proxy,
      connected: {
        connector: 'salesforce',
        config: { instanceUrl: proxy.url },
        credential: {
          type: 'oauth2_jwt_bearer',
          clientId: app.clientId,
          subject: app.user,
          privateKey: pem,
        },
      },
      // A task beside each recording, which no key of the organisation's keeps from standing twice but its own.
      standing: () => Promise.resolve(thingsOf(org.org.live('Task').map((task) => task['Holdfast_Id__c']))),
      stop: () => stopBoth(proxy, org),
    };
  },
};

const servicenow: FaultyPeerKind = {
  ...double('ServiceNow'),
  callsABatch: 2,
  async start() {
    const instance = await ServicenowDouble.start();
    const { name, password } = instance.addUser('holdfast.hub', ['itil', ...instance.app.roles]);
    const proxy = await startFaultProxy(instance.url, writesToServicenow);
    const rows = () => instance.tables.rows('x_hldf_holdfast_recording');
    return {
      proxy,
      connected: {
        connector: 'servicenow',
        config: { instance: proxy.url, user: name, sends: ['recording'] },
        credential: { type: 'basic', username: name, password },
      },
      standing: () => Promise.resolve(thingsOf(rows().map((row) => row['call_key']))),
      stop: () => stopBoth(proxy, instance),
    };
  },
};

const elasticsearch: FaultyPeerKind = {
  ...elasticsearchPeer,
  callsABatch: 3,
  async start() {
    const peer = await elasticsearchPeer.start();
    const proxy = await startFaultProxy(peer.url, writesToElasticsearch);
    const admin = administrator(peer);
    return {
      proxy,
      connected: {
        connector: 'elasticsearch',
        config: { node: proxy.url, indexPrefix: 'storm' },
        credential: { type: 'basic', ...peer.admin },
      },
      async standing(tenantId) {
        const index = `/storm-recordings-${tenantId}`;
        await admin.call('POST', `${index}/_refresh`);
        const count = Number((await admin.call('POST', `${index}/_count`)).json['count'] ?? 0);
        return { things: count, recordings: count }; // a document's id is its recording's
      },
      stop: () => stopBoth(proxy, peer),
    };
  },
};

const snowflake: FaultyPeerKind = {
  ...snowflakePeer,
  callsABatch: 9,
  async start() {
    const peer = await snowflakePeer.start();
    const { good } = await usersOf(peer);
    const place = { database: 'HOLDFAST', schema: 'STORM' };
    await peer.sql([`CREATE SCHEMA ${place.database}.${place.schema}`]);
    const proxy = await startFaultProxy(peer.url, writesToSnowflake, IDENTITIES.server);
    const { url } = proxy;
    const account = { url, stageUrl: url, account: SNOWFLAKE_ACCOUNT, role: 'LOADER', warehouse: 'LOADING' };
    return {
      proxy,
      connected: {
        connector: 'snowflake',
        config: { ...account, ...place },
        credential: { type: 'keypair_jwt', subject: 'LOADER', privateKey: good.privateKey },
      },
      async standing() {
        const counts = 'SELECT COUNT(*), COUNT(DISTINCT RECORDING_ID) FROM RECORDINGS WHERE NOT IS_DELETED';
        const [[things, recordings] = []] = await peer.sql([counts], place);
        return { things: Number(things), recordings: Number(recordings) };
      },
      stop: () => stopBoth(proxy, peer),
    };
  },
};

/** All kinds. */
export const FAULTY_PEERS: readonly FaultyPeerKind[] = [salesforce, servicenow, elasticsearch, snowflake];

function thingsOf(about: readonly unknown[]) {
  return { things: about.length, recordings: new Set(about).size };
}

async function stopBoth(proxy: FaultProxy, peer: { stop(): Promise<void> }): Promise<void> {
  await proxy.close();
  await peer.stop();
}
