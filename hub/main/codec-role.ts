import { createServer } from 'node:http';
import { makeCodecApp } from '../codec/codec-app.ts';
import type { Config } from '../config/settings.ts';
import { openPayloadCodec } from '../worker/payload-codec.ts';
import { keepConnections } from './keep-connections.ts';
import { noteConfiguration } from './note-configuration.ts';
import { openResources } from './open-resources.ts';
import { openPayloadKeys } from './payload-keys.ts';
import { closeServer } from './role-server.ts';
import type { RunningRole } from './running-role.ts';

/** Starts the codec server, for people who may see what workflows carry. It needs the database and the installation's secrets. */
export async function startCodecRole(config: Config): Promise<RunningRole> {
  const resources = await openResources('codec', config);
  void noteConfiguration(resources, 'codec', new Date());
  const { db, log } = resources;
  const app = makeCodecApp({
    codec: openPayloadCodec(openPayloadKeys(await resources.secrets())),
    db,
    namespace: config.temporalNamespace,
    origin: config.codecOrigin,
    log,
    now: () => new Date(),
  });
  const server = keepConnections(createServer(app));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.codecPort, config.httpHost, resolve);
  });
  log.info({ port: config.codecPort, origin: config.codecOrigin ?? 'none' }, 'codec server decodes');
  return {
    async stop() {
      await closeServer(server);
      await resources.close();
    },
  };
}
