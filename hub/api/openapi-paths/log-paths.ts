import { PROBLEM, type Json } from './describe-schema.ts';

/** The log as its formats have it. */
export const LOG_PATHS: Record<string, Json> = {
  '/api/v1/ledger/checkpoint': {
    get: {
      summary: 'The newest published checkpoint with its cosignatures, a C2SP signed note.',
      'x-act': 'ledger.read',
      responses: {
        200: { description: 'The note.', content: { 'text/plain': {} } },
        default: PROBLEM,
      },
    },
  },
  '/api/v1/ledger/tile/{path}': {
    get: {
      summary: 'Hashes or entries of the log in the layout of C2SP tlog-tiles.',
      'x-act': 'ledger.read',
      parameters: [
        {
          name: 'path',
          in: 'path',
          required: true,
          description: 'Level and number of the tile, for example "0/x001/234" or "entries/000.p/12".',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: { description: 'The tile.', content: { 'application/octet-stream': {} } },
        default: PROBLEM,
      },
    },
  },
  '/api/v1/ledger/proof/{index}': {
    get: {
      summary: 'That one entry stands in the newest published checkpoint, a C2SP tlog-proof.',
      'x-act': 'ledger.read',
      parameters: [
        {
          name: 'index',
          in: 'path',
          required: true,
          description: 'Number of the entry, from 0.',
          schema: { type: 'integer', minimum: 0 },
        },
      ],
      responses: {
        200: { description: 'The proof.', content: { 'text/plain': {} } },
        default: PROBLEM,
      },
    },
  },
};
