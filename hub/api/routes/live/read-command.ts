import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { readCommand as queryCommand } from '../../../../recorder-core/records/recorder-commands.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recorderCommand } from '../../schemas/live.ts';
import { id } from '../../schemas/primitives.ts';
import { presentCommand } from './present-live.ts';

export const readCommand = defineEndpoint({
  method: 'get',
  path: '/recorder-commands/:id',
  summary: 'What became of something that was asked of a recorder.',
  act: 'live.read',
  params: z.object({ id }),
  response: recorderCommand,
  async handle({ params, tx }) {
    const command = await queryCommand(tx, params.id);
    if (command === undefined)
      throw new HoldfastError('not_found', 'There is no command with this id in your tenant.');
    return presentCommand(command);
  },
});
