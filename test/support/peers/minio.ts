/** MinIO, whose object lock keeps what it promises. AGPL: a program for tests, never shipped. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goProgramUnavailable, installGoProgram } from './go-install.ts';
import type { PeerDescriptor } from './peer.ts';
import { startS3Peer } from './start-s3-peer.ts';

const PROGRAM = {
  folder: 'minio-20260212',
  module: 'github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c',
  binary: 'minio',
};

export const minioPeer: PeerDescriptor = {
  name: 'MinIO',
  version: '20260212201848',
  unavailable: () => goProgramUnavailable(PROGRAM),
  start: () =>
    startS3Peer('minio', async ({ folder, port, accessKeyId, secretAccessKey }) => {
      const command = await installGoProgram(PROGRAM);
      await mkdir(join(folder, 'objects'));
      return {
        command,
        args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, join(folder, 'objects')],
        env: {
          MINIO_ROOT_USER: accessKeyId,
          MINIO_ROOT_PASSWORD: secretAccessKey,
          // A key of the test's own, so that SSE-KMS can be asked for.
          MINIO_KMS_SECRET_KEY: `holdfast-test:${Buffer.alloc(32, 7).toString('base64')}`,
          MINIO_BROWSER: 'off',
          MINIO_UPDATE: 'off',
        },
      };
    }),
};
