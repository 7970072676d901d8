import { z } from 'zod';
import { tellCircumstance as tell } from '../../../../recorder-core/records/ask-recorder.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recorderCommand, tellLiveCircumstance } from '../../schemas/live.ts';
import { id } from '../../schemas/primitives.ts';
import { askingOf } from './asking-of.ts';
import { presentCommand } from './present-live.ts';

/** Answers at once with a command; the recorder takes it within a second, and stores more or less from then on. */
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
    const { params, body, tx } = context;
    const { circumstance, state } = body;
    return presentCommand(await tell(tx, params.id, { circumstance, state }, askingOf(context)));
  },
});
