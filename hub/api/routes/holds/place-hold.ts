import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { insertHold, lockForHold } from '../../../../recorder-core/records/holds.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { hold, placeHold as body } from '../../schemas/hold.ts';
import { noteHold } from './note-hold.ts';

/** All or nothing: a hold on a recording that is gone would promise what cannot be kept. */
export const placeHold = defineEndpoint({
  method: 'post',
  path: '/holds',
  summary: 'Places a legal hold on recordings; from the answer on, nothing disposes of them.',
  act: 'hold.place',
  body,
  response: hold,
  status: 201,
  async handle({ body: asked, tx, identity, services, now }) {
    const recordingIds = [...new Set(asked.recordingIds)];
    await requireHoldable(tx, recordingIds);
    const id = services.newId(now);
    const at = now.toISOString();
    const { matter, reason } = asked;
    await insertHold(tx, identity.tenantId, {
      id,
      matter,
      reason,
      placedBy: identity.user.id,
      placedAt: at,
      recordingIds,
    });
    await noteHold(tx, {
      act: 'hold.placed',
      holdId: id,
      recordingIds,
      identity,
      services,
      now,
      personal: { matter, reason },
    });
    const { name } = identity.user;
    return {
      id,
      matter,
      reason,
      placedBy: name,
      placedAt: at,
      releasedBy: null,
      releasedAt: null,
      recordingIds,
    };
  },
});

async function requireHoldable(tx: Tx, recordingIds: readonly string[]): Promise<void> {
  const found = await lockForHold(tx, recordingIds);
  if (found.length < recordingIds.length) {
    throw new HoldfastError(
      'not_found',
      'One of the recordings does not exist in your tenant, so no hold was placed.',
      { field: '/body/recordingIds' },
    );
  }
  if (found.some(({ destroyed }) => destroyed)) {
    throw new HoldfastError(
      'gone',
      'One of the recordings was already disposed of, so no hold was placed. Its certificate says when and why.',
    );
  }
}
