import { z } from 'zod';
import { makeLink as make } from '../../../exports/make-link.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { exportLink } from '../../schemas/export.ts';
import { id } from '../../schemas/primitives.ts';

/** Its answer is a secret and never kept: asked again, also under the same key, it makes a new link and ends the old one. */
export const makeLink = defineEndpoint({
  method: 'post',
  path: '/exports/:id/link',
  summary: 'Makes the link and the passcode by which the recipient fetches the export; both are shown once.',
  act: 'recording.export',
  asksEach: true,
  params: z.object({ id }),
  accesses: ({ id: exportId }) => ({ type: 'export', id: exportId }),
  body: z.strictObject({}),
  response: exportLink,
  secret: true,
  handle: ({ params, tx, identity, services, now }) =>
    make(tx, askingOf({ identity, services, now }), services.exports, params.id),
});
