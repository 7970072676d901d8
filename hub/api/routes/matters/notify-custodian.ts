import { z } from 'zod';
import { notifyCustodian as notify } from '../../../holds/notify-custodian.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { noticeLink, notify as body } from '../../schemas/matter.ts';
import { id } from '../../schemas/primitives.ts';

/** Its answer is a secret and never kept. */
export const notifyCustodian = defineEndpoint({
  method: 'post',
  path: '/matters/:id/notices',
  summary:
    'Tells a custodian to keep what they have; answers the link by which they acknowledge it, shown once.',
  act: 'hold.place',
  params: z.object({ id }),
  accesses: ({ id: matterId }) => ({ type: 'matter', id: matterId }),
  body,
  response: noticeLink,
  status: 201,
  secret: true,
  handle({ params, body: wish, tx, identity, services, now }) {
    const { publicUrl } = services.exports;
    const asking = {
      tenantId: identity.tenantId,
      person: identity.user,
      now,
      newId: services.newId,
      publicUrl,
    };
    return notify(tx, asking, { ...wish, matterId: params.id });
  },
});
