/** A stand-in for Amazon's interface that checks little: it lets a COMPLIANCE lock be shortened and takes any secret. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onPath, peerCache } from './peer-cache.ts';
import type { PeerDescriptor } from './peer.ts';
import { startS3Peer } from './start-s3-peer.ts';

const run = promisify(execFile);
const VERSION = '5.2.5';

/** A virtual environment holds its own path, so it is made in place and not moved there. */
const folder = (): string => join(peerCache(), `moto-${VERSION}`);

export const motoPeer: PeerDescriptor = {
  name: 'moto',
  version: VERSION,
  unavailable: () => (existsSync(folder()) || onPath('python3') ? undefined : 'python3 not installed'),
  start: () =>
    startS3Peer('moto', async ({ port }) => {
      const program = join(folder(), 'bin', 'moto_server');
      if (!existsSync(program)) {
        await run('python3', ['-m', 'venv', folder()]);
        await run(join(folder(), 'bin', 'pip'), ['install', '-q', `moto[server,s3]==${VERSION}`]);
      }
      return { command: program, args: ['-H', '127.0.0.1', '-p', String(port)] };
    }),
};
