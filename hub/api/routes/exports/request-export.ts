import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { requestExport as enter, type ExportChoice } from '../../../exports/request-export.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { exportSummary, requestExport as body } from '../../schemas/export.ts';
import { presentExport } from './present-export.ts';

export const requestExport = defineEndpoint({
  method: 'post',
  path: '/exports',
  summary:
    'Asks for an export; within the limits it is made at once, above them a second person has to agree.',
  act: 'recording.export',
  asksEach: true,
  body,
  response: exportSummary,
  status: 202,
  async handle({ body: asked, tx, identity, services, now }) {
    const { purpose, matter, recipient, recipientKey, days, restrictedPurpose } = asked;
    const made = await enter(tx, askingOf({ identity, services, now }), services.exports, {
      choice: choiceOf(asked),
      purpose,
      matter: matter ?? null,
      recipient,
      recipientKey,
      days,
      restrictedPurpose: restrictedPurpose ?? null,
    });
    return presentExport(made, identity.user.id);
  },
});

function choiceOf(asked: {
  readonly recordingIds?: readonly string[] | undefined;
  readonly holdId?: string | undefined;
  readonly underMatter?: string | undefined;
}): ExportChoice {
  if (asked.recordingIds !== undefined) return { recordingIds: asked.recordingIds };
  if (asked.holdId !== undefined) return { holdId: asked.holdId };
  if (asked.underMatter !== undefined) return { underMatter: asked.underMatter };
  throw new HoldfastError('invalid_input', 'Nothing says what is exported.', { field: '/body' });
}
