import { z } from 'zod';
import { HoldfastError } from '../../../../recorder-core/errors.ts';
import { consistencyProof } from '../../../../recorder-core/ledger/proofs.ts';
import { nodeReader, readLogSize } from '../../../../recorder-core/records/ledger-log.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { ledgerConsistency } from '../../schemas/anchors.ts';

const size = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Whoever keeps two checkpoints finds out with it whether the one grew out of the other; the answer proves itself. */
export const readConsistency = defineEndpoint({
  method: 'get',
  path: '/ledger/consistency',
  summary:
    'The proof that the log of one size only adds to the log of a smaller one (RFC 6962, section 2.1.2).',
  act: 'ledger.read',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query: z.strictObject({
    from: size.describe('The smaller size.'),
    to: size.describe('The larger size; not above that of the log.'),
  }),
  response: ledgerConsistency,
  async handle({ query: { from, to }, tx }) {
    const most = await readLogSize(tx);
    if (from > to)
      throw refused('/query/from', 'It is larger than `to`. Ask from the smaller size to the larger.');
    if (to > most) throw refused('/query/to', `The log has ${most} leaves. Ask up to that size.`);
    const proof = await consistencyProof(from, to, nodeReader(tx));
    return { from, to, proof: proof.map((hash) => hash.toString('base64')) };
  },
});

function refused(field: string, message: string): HoldfastError {
  return new HoldfastError('invalid_input', message, { field });
}
