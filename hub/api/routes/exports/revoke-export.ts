import { z } from 'zod';
import { revokeExport as revoke } from '../../../exports/revoke-export.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { exportDetail, exportReason } from '../../schemas/export.ts';
import { id } from '../../schemas/primitives.ts';
import { readDetail } from './present-export.ts';

export const revokeExport = defineEndpoint({
  method: 'post',
  path: '/exports/:id/revoke',
  summary: 'Takes an export back: downloads that run are cut within a second, and the bundle is deleted.',
  act: 'export.revoke',
  params: z.object({ id }),
  accesses: ({ id: exportId }) => ({ type: 'export', id: exportId }),
  body: exportReason,
  response: exportDetail,
  async handle({ params: { id: exportId }, body, tx, identity, services, now }) {
    await revoke(tx, askingOf({ identity, services, now }), exportId, body.reason);
    return readDetail(tx, exportId, identity, now);
  },
});
