import { z } from 'zod';
import {
  listApplications,
  listConfiguredObjects,
} from '../../../../recorder-core/records/configuration-files.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { appliedFile, configuredObject } from '../../schemas/configuration-file.ts';

/**
 * Which configuration files were applied, and what they speak for. A file itself is applied on the command line alone: its
 * references name variables and files of the machine that has them.
 */
export const configurationFiles: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/configuration-files',
    summary: 'Lists which configuration files were applied, newest first, and what they speak for.',
    act: 'connection.read',
    response: z.object({ items: z.array(appliedFile), objects: z.array(configuredObject) }),
    async handle({ tx }) {
      const objects = await listConfiguredObjects(tx);
      return {
        items: (await listApplications(tx)).map((one) => ({
          ...one,
          appliedAt: one.appliedAt.toISOString(),
        })),
        objects: objects.map(({ kind, objectId, source }) => ({ kind, id: objectId, source })),
      };
    },
  }),
];
