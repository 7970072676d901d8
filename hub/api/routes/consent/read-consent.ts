import { listChangeItems, readConsentChange } from '../../../../recorder-core/records/consent-changes.ts';
import { listEvidence } from '../../../../recorder-core/records/consent-evidence.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { recordingConsent } from '../../schemas/consent.ts';
import { recordingParams, requireRecording } from '../recordings/recording-params.ts';
import { presentDecision, presentEvidence, presentItem } from './present-consent.ts';

/** Changes that one recording can meet and that are shown. */
const MOST_ITEMS = 100;

export const readConsent = defineEndpoint({
  method: 'get',
  path: '/recordings/:id/consent',
  summary:
    'Why a call could be recorded: the decision for each party, what was said, and what changed later.',
  act: 'recording.read',
  params: recordingParams,
  accesses: ({ id }) => ({ type: 'recording', id }),
  response: recordingConsent,
  async handle({ params, tx }) {
    const recording = await requireRecording(tx, params.id);
    const items = await listChangeItems(tx, { recordingId: recording.id }, MOST_ITEMS);
    const changes = [];
    for (const item of items) {
      const change = await readConsentChange(tx, item.changeId);
      if (change !== undefined)
        changes.push({ ...presentItem(item), kind: change.kind, saidAt: change.saidAt });
    }
    return {
      decision: presentDecision(recording.consent),
      evidence: (await listEvidence(tx, recording.id)).map(presentEvidence),
      changes,
    };
  },
});
