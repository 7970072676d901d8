import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { endHold, lockForHold, readHold } from '../../../../recorder-core/records/holds.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { hold, releaseHold as body } from '../../schemas/hold.ts';
import { id } from '../../schemas/primitives.ts';
import { noteHold } from './note-hold.ts';

export const releaseHold = defineEndpoint({
  method: 'post',
  path: '/holds/:id/release',
  summary:
    'Releases a hold. Other holds on the same recordings stay, and the grace of the policy still protects them.',
  act: 'hold.release',
  params: z.object({ id }),
  body,
  response: hold,
  async handle({ params, body: asked, tx, identity, services, now }) {
    const held = await readHold(tx, params.id);
    if (held === undefined)
      throw new HoldfastError('not_found', 'There is no hold with this id in your tenant.');
    await lockForHold(tx, held.recordingIds);
    const at = now.toISOString();
    if (!(await endHold(tx, held.id, identity.user.id, at, asked.reason))) {
      throw new HoldfastError('conflict', 'This hold was released before; nothing changed.');
    }
    await noteHold(tx, {
      act: 'hold.released',
      holdId: held.id,
      recordingIds: held.recordingIds,
      identity,
      services,
      now,
      personal: { reason: asked.reason },
    });
    return { ...held, recordingIds: [...held.recordingIds], releasedBy: identity.user.name, releasedAt: at };
  },
});
