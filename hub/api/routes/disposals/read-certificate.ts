import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { canonicalBytes, type JsonValue } from '../../../../recorder-core/ledger/canonical-json.ts';
import { certificateLine, readCertificate as find } from '../../../../recorder-core/records/disposals.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { certificateDetail } from '../../schemas/disposal.ts';
import { id } from '../../schemas/primitives.ts';

export const readCertificate = defineEndpoint({
  method: 'get',
  path: '/disposals/certificates/:id',
  summary:
    'The certificate of one recording, by the id of the recording: what was destroyed, checked, answered.',
  act: 'disposal.read',
  params: z.object({ id }),
  accesses: ({ id: recordingId }) => ({ type: 'recording', id: recordingId }),
  response: certificateDetail,
  async handle({ params, tx }) {
    const found = await find(tx, params.id);
    const line = found && (await certificateLine(tx, params.id));
    if (found === undefined || line === undefined)
      throw new HoldfastError(
        'not_found',
        'There is no certificate of a recording with this id in your tenant.',
      );
    const bytes = canonicalBytes(JSON.parse(JSON.stringify(found.evidence)) as JsonValue);
    return {
      ...line,
      rules: found.rules.map((rule) => ({ ...rule })),
      policyEpoch: found.policyEpoch,
      ledgerIndex: found.ledgerIndex,
      digest: createHash('sha256').update(bytes).digest('hex'),
      evidence: { ...found.evidence },
      completion: found.completion && {
        roots: [...found.completion.roots],
        beyondRecoveryAt: found.completion.beyondRecoveryAt,
      },
    };
  },
});
