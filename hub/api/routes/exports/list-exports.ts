import { z } from 'zod';
import { listExports as queryExports } from '../../../../recorder-core/records/exports.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { exportSummary } from '../../schemas/export.ts';
import { id } from '../../schemas/primitives.ts';
import { presentExport } from './present-export.ts';

export const listExports = defineEndpoint({
  method: 'get',
  path: '/exports',
  summary: 'Lists exports, newest first, at most 500; with `recordingId`, those with that recording in them.',
  act: 'export.read',
  query: z.strictObject({ recordingId: id.optional() }),
  response: z.object({ items: z.array(exportSummary) }),
  async handle({ query, tx, identity }) {
    const found = await queryExports(tx, query.recordingId);
    return { items: found.map((each) => presentExport(each, identity.user.id)) };
  },
});
