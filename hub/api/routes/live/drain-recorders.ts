import { z } from 'zod';
import { askNode, type NodeVerb } from '../../../../recorder-core/records/ask-recorder.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { askRecorder, recorderCommand } from '../../schemas/live.ts';
import { askingOf } from './asking-of.ts';
import { presentCommand } from './present-live.ts';

const SUMMARIES: Readonly<Record<NodeVerb, string>> = {
  drain: 'Asks a recorder to refuse new calls with 503; those in progress go on to their end.',
  undrain: 'Asks a draining recorder to take new calls again.',
};

/** What can be asked of a whole recorder. */
export const drainRecorders: readonly Endpoint[] = (Object.keys(SUMMARIES) as NodeVerb[]).map((verb) =>
  defineEndpoint({
    method: 'post',
    path: `/recorders/:node/${verb}`,
    summary: SUMMARIES[verb],
    act: verb === 'drain' ? 'recorder.drain' : 'recorder.undrain',
    params: z.object({ node: z.string().regex(/^[a-z0-9-]{1,40}$/) }),
    body: askRecorder,
    response: recorderCommand,
    status: 202,
    async handle(context) {
      const { params, tx } = context;
      return presentCommand(await askNode(tx, params.node, verb, askingOf(context)));
    },
  }),
);
