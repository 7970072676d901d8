import { z } from 'zod';
import { tellCircumstance as tell } from '../../../../recorder-core/records/ask-recorder.ts';
import { requireAccess } from '../../../access/require-access.ts';
import { askingOf as accessAskingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recorderCommand, tellLiveCircumstance } from '../../schemas/live.ts';
import { id } from '../../schemas/primitives.ts';
import { askingOf } from './asking-of.ts';
import { presentCommand } from './present-live.ts';

/**
 * Answers at once with a command; the recorder takes it within a second, and stores more or less from then on. A person who says
 * that a circumstance begins takes a call from being recorded, or from not being, as who pauses it does: so they need
 * `live.control` besides, with a fresh proof of presence. A system, which has no presence to prove and tells of the card in the
 * second in which it is read out, needs the right to change consent alone; an end brings back what was.
 */
export const tellCircumstance = defineEndpoint({
  method: 'post',
  path: '/live-calls/:id/circumstances',
  summary:
    'Tells the recorder of a call in progress that a circumstance begins or ends; it decides again what may be stored.',
  act: 'consent.change',
  params: z.object({ id }),
  body: tellLiveCircumstance,
  response: recorderCommand,
  status: 202,
  async handle(context) {
    const { params, body, tx, identity } = context;
    const { circumstance, state } = body;
    if (state === 'begins' && identity.kind === 'user')
      await requireAccess(tx, accessAskingOf(context), 'live.control');
    return presentCommand(await tell(tx, params.id, { circumstance, state }, askingOf(context)));
  },
});
