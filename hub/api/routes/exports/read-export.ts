import { z } from 'zod';
import { defineEndpoint } from '../../endpoint.ts';
import { exportDetail } from '../../schemas/export.ts';
import { id } from '../../schemas/primitives.ts';
import { readDetail } from './present-export.ts';

export const readExport = defineEndpoint({
  method: 'get',
  path: '/exports/:id',
  summary: 'One export: what it consists of, who agreed, its bundle, and every range that was fetched.',
  act: 'export.read',
  params: z.object({ id }),
  accesses: ({ id: exportId }) => ({ type: 'export', id: exportId }),
  response: exportDetail,
  handle: ({ params, tx, identity, now }) => readDetail(tx, params.id, identity, now),
});
