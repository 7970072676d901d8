/**
 * A real S3 server on a folder, with versions and object lock. It keeps locks, but forgets a legal hold once a
 * retention date beside it has passed: the store that the probe must expose.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goProgramUnavailable, installGoProgram } from './go-install.ts';
import type { PeerDescriptor } from './peer.ts';
import { startS3Peer } from './start-s3-peer.ts';

const VERSION = '1.8.0';
const PROGRAM = {
  folder: `versitygw-${VERSION}`,
  module: `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`,
  binary: 'versitygw',
};

export const versitygwPeer: PeerDescriptor = {
  name: 'versitygw',
  version: VERSION,
  unavailable: () => goProgramUnavailable(PROGRAM),
  start: () =>
    startS3Peer('versitygw', async ({ folder, port, accessKeyId, secretAccessKey }) => {
      const command = await installGoProgram(PROGRAM);
      for (const name of ['objects', 'versions']) await mkdir(join(folder, name));
      const keys = ['--access', accessKeyId, '--secret', secretAccessKey];
      const store = ['posix', '--versioning-dir', join(folder, 'versions'), join(folder, 'objects')];
      return { command, args: [...keys, '--port', `127.0.0.1:${port}`, ...store] };
    }),
};
