import { expect, test } from '@jest/globals';
import proto from '@temporalio/proto';
import { makeVersionCurrent } from './deployment.ts';

const { RoutingConfigUpdateState } = proto.temporal.api.enums.v1;
const VERSION = { deploymentName: 'holdfast', buildId: 'next' };
type Asked = Parameters<typeof makeVersionCurrent>[0];

/** A server that took the version, and says of its spreading one thing after the other, the last one for good. */
function serverThatSays(...states: readonly number[]) {
  const current: string[] = [];
  let asked = 0;
  const workflowService = {
    setWorkerDeploymentCurrentVersion: ({ buildId }: { buildId: string }) => {
      current.push(buildId);
      return Promise.resolve({});
    },
    describeWorkerDeployment: () => {
      const routingConfigUpdateState = states[Math.min(asked, states.length - 1)];
      asked += 1;
      if (routingConfigUpdateState === undefined) return Promise.reject(new Error('the server is away'));
      return Promise.resolve({ workerDeploymentInfo: { routingConfigUpdateState } });
    },
  };
  return { current, asked: () => asked, connection: { workflowService } as unknown as Asked };
}

const { ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS: going, ROUTING_CONFIG_UPDATE_STATE_COMPLETED: done } =
  RoutingConfigUpdateState;

test('a version is current once the server says that all queues know', async () => {
  const server = serverThatSays(going, going, done);
  expect(await makeVersionCurrent(server.connection, 'default', VERSION)).toBe(true);
  expect([server.current, server.asked()]).toEqual([['next'], 3]);
});

test('a server that calls the spreading unfinished for good keeps nobody from working', async () => {
  const server = serverThatSays(going);
  expect(await makeVersionCurrent(server.connection, 'default', VERSION, 1)).toBe(false);
  expect(server.current).toEqual(['next']);
});

test('a server that cannot be asked is an error', async () => {
  const { connection } = serverThatSays();
  await expect(makeVersionCurrent(connection, 'default', VERSION)).rejects.toThrow('the server is away');
});
