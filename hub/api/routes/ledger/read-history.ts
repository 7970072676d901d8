import { z } from 'zod';
import { addSignatureLines } from '../../../../recorder-core/ledger/signed-note.ts';
import {
  listCheckpoints,
  listNewestCheckpoints,
  wishForAnchor,
} from '../../../../recorder-core/records/anchors.ts';
import { defineEndpoint } from '../../endpoint.ts';
import { ledgerHistory } from '../../schemas/anchors.ts';

const query = z.strictObject({
  order: z.enum(['oldest', 'newest']).default('oldest').describe('Which come first.'),
  after: z.coerce.number().int().min(-1).default(-1).describe('Oldest first: sizes above this one.'),
  before: z.coerce.number().int().min(0).optional().describe('Newest first: sizes below this one.'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const readHistory = defineEndpoint({
  method: 'get',
  path: '/ledger/history',
  summary: 'Published checkpoints with cosignatures and time stamps, oldest or newest first.',
  act: 'ledger.read',
  accesses: (_params, { tenantId }) => ({ type: 'tenant', id: tenantId }),
  query,
  response: ledgerHistory,
  async handle({ query: { order, after, before, limit }, tx }) {
    const found =
      order === 'newest'
        ? await listNewestCheckpoints(tx, { before, limit })
        : await listCheckpoints(tx, { after, limit, published: true });
    return {
      items: found.map(({ size, note, cosignatures, signedAt, publishedAt, timeStamps }) => ({
        size,
        checkpoint: addSignatureLines(note, cosignatures),
        signedAt: signedAt.toISOString(),
        publishedAt: publishedAt?.toISOString() ?? null,
        timeStamps: timeStamps.map(({ authority, response, at }) => ({
          authority,
          response: response.toString('base64'),
          at: at.toISOString(),
        })),
      })),
    };
  },
});

export const askAnchor = defineEndpoint({
  method: 'post',
  path: '/ledger/anchor',
  summary: 'Has the ledger cosigned and time-stamped as soon as possible.',
  act: 'ledger.verify',
  body: z.strictObject({}),
  response: z.object({ asked: z.literal(true) }),
  status: 202,
  async handle({ tx, identity, now }) {
    await wishForAnchor(tx, identity.tenantId, now);
    return { asked: true as const };
  },
});
