import { askCut } from '../../../../recorder-core/records/ask-cut.ts';
import { listCuts, type RecordingCut } from '../../../../recorder-core/records/cuts.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import { defineEndpoint } from '../../endpoint.ts';
import * as schemas from '../../schemas/cut.ts';
import { presentExplanation } from './present-recording.ts';
import { recordingParams, requireRecording } from './recording-params.ts';

/** Spans that are cut out of a recording: asking for one, which a second person answers, and all that were asked for. */
export const recordingCuts = [
  defineEndpoint({
    method: 'post',
    path: '/recordings/:id/cuts',
    summary:
      'Asks that a span of time is cut out of a recording for good, such as card data; a second person has to agree.',
    act: 'recording.cut',
    params: recordingParams,
    accesses: ({ id }) => ({ type: 'recording', id }),
    body: schemas.askCutBody,
    response: schemas.recordingCut,
    status: 202,
    async handle({ params: { id: recordingId }, body, tx, identity, services, now }) {
      const { tenantId, user: by } = identity;
      const tools = { tenantId, by, now, newId: services.newId, trace: carryTrace() };
      return presentCut(await askCut(tx, { ...tools, recordingId, ...body }));
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/recordings/:id/cuts',
    summary: 'The spans that were cut out of a recording, or are to be: on which ground, and who agreed.',
    act: 'recording.read',
    params: recordingParams,
    accesses: ({ id }) => ({ type: 'recording', id }),
    response: schemas.recordingCuts,
    async handle({ params, tx }) {
      const { id } = await requireRecording(tx, params.id);
      return { items: (await listCuts(tx, id)).map(presentCut) };
    },
  }),
];

function presentCut(cut: RecordingCut): schemas.RecordingCut {
  const { id, fromMs, toMs, labels, ground, reason, state, askedAt, endedAt, decision } = cut;
  return {
    ...{ id, fromMs, toMs, labels: [...labels], ground, reason, state, askedAt, endedAt },
    askedBy: named(cut.askedBy),
    decidedBy: cut.decidedBy === null ? null : named(cut.decidedBy),
    waitsFor: decision === null ? null : presentExplanation(decision),
  };
}

function named({ id, name }: RecordingCut['askedBy']) {
  return { id, name };
}
