import { markRecording as mark } from '../../../../recorder-core/records/mark-recording.ts';
import { carryTrace } from '../../../observability/tracing.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { markRecordingBody, recordingMarks } from '../../schemas/recording.ts';
import { recordingParams, requireRecording } from './recording-params.ts';

export const markRecording = defineEndpoint({
  method: 'post',
  path: '/recordings/:id/marks',
  summary:
    'Sets the department and the classification of a recording, by which policies decide who may have it.',
  act: 'recording.classify',
  params: recordingParams,
  accesses: ({ id }) => ({ type: 'recording', id }),
  body: markRecordingBody,
  response: recordingMarks,
  async handle({ params: { id }, body: { reason, ...marks }, tx, identity, services, now }) {
    const { tenantId, user: by } = identity;
    await mark(tx, id, marks, { tenantId, now, newId: services.newId, by, reason, trace: carryTrace() });
    const { department, classification } = await requireRecording(tx, id);
    return { department, classification };
  },
});
