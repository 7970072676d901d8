import { z } from 'zod';
import type { Act } from '../../../../recorder-core/policy/access.ts';
import { askAboutCall, type CallVerb } from '../../../../recorder-core/records/ask-recorder.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { askRecorder, recorderCommand } from '../../schemas/live.ts';
import { id } from '../../schemas/primitives.ts';
import { askingOf } from './asking-of.ts';
import { presentCommand } from './present-live.ts';

const SUMMARIES: Readonly<Record<CallVerb, string>> = {
  pause: 'Asks the recorder to stop storing a call and its sender to send nothing, until it is resumed.',
  resume: 'Asks the recorder to store a paused call again.',
  end: 'Asks the recorder to end the recording of a call; the call itself goes on. What was stored is sealed.',
  snapshot: "Asks the call's recording client for its complete metadata.",
};

/** Recording less wants a fresh proof of presence, recording on or asking for what is there does not. */
const ACTS: Readonly<Record<CallVerb, Act>> = {
  pause: 'live.control',
  resume: 'live.resume',
  end: 'live.control',
  snapshot: 'live.resume',
};

/** What can be asked about a call in progress. Each answers at once with a command; its recorder takes it within a second. */
export const controlCalls: readonly Endpoint[] = (Object.keys(SUMMARIES) as CallVerb[]).map((verb) =>
  defineEndpoint({
    method: 'post',
    path: `/live-calls/:id/${verb}`,
    summary: SUMMARIES[verb],
    act: ACTS[verb],
    params: z.object({ id }),
    body: askRecorder,
    response: recorderCommand,
    status: 202,
    async handle(context) {
      const { params, tx } = context;
      return presentCommand(await askAboutCall(tx, params.id, verb, askingOf(context)));
    },
  }),
);
