import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../hub/processes/free-port.ts';
import type { RunningPeer } from './peer.ts';
import { startGroup, type ProcessGroup } from './process-group.ts';

/** How one S3 server is told where to keep what and whom to believe. */
export interface S3Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
}

export interface S3Start {
  readonly folder: string;
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Starts an S3 server with keys of this run, in a folder of its own, and waits until it accepts a signed request. */
export async function startS3Peer(
  name: string,
  commandFor: (start: S3Start) => Promise<S3Command>,
): Promise<RunningPeer> {
  const folder = await mkdtemp(join(tmpdir(), `holdfast-${name}-`));
  // Only our own process knows these, so an answer to them is an answer of ours.
  const accessKeyId = `test${randomBytes(8).toString('hex')}`;
  const secretAccessKey = randomBytes(20).toString('hex');
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  let group: ProcessGroup | undefined;
  try {
    const port = await freePort();
    const { command, args, env = {} } = await commandFor({ folder, port, accessKeyId, secretAccessKey });
    group = startGroup(command, args, { PATH: process.env['PATH'], HOME: folder, ...env });
    const url = `http://127.0.0.1:${port}`;
    await ready(name, group, url, { accessKeyId, secretAccessKey });
    const started = group;
    return {
      url,
      admin: { username: accessKeyId, password: secretAccessKey },
      async stop() {
        await started.stop();
        await remove();
      },
    };
  } catch (error) {
    await group?.stop(0);
    await remove();
    throw error;
  }
}

async function ready(
  name: string,
  group: ProcessGroup,
  endpoint: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
): Promise<void> {
  const client = new S3Client({
    endpoint,
    credentials,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
  });
  try {
    for (let waited = 0; waited < 60_000; waited += 50) {
      if (group.exited) throw new Error(`${name} ended while it started: ${group.tail()}`);
      const listed = await client.send(new ListBucketsCommand({})).then(
        ({ Buckets = [] }) => Buckets.length === 0,
        () => false,
      );
      if (listed) return;
      await delay(50);
    }
    throw new Error(`${name} did not become ready in a minute: ${group.tail()}`);
  } finally {
    client.destroy();
  }
}
