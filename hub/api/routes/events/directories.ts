import type { z } from 'zod';
import { parseLeaf } from '../../../../recorder-core/ledger/leaf.ts';
import { listConnections } from '../../../../recorder-core/records/connections.ts';
import { readDirectoryFacts } from '../../../../recorder-core/records/directory-facts.ts';
import { readHrMapping } from '../../../../recorder-core/records/hr-mappings.ts';
import { searchLeaves } from '../../../../recorder-core/records/search-leaves.ts';
import { accepts } from '../../../webhooks/webhook-connection.ts';
import { previewHrMapping, type PreviewedMessage } from '../../../webhooks/hr/preview-hr-mapping.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import { directories, hrPreview, hrPreviewBody } from '../../schemas/directory.ts';
import { present } from '../connections/present-connection.ts';

const MOST_REFUSALS = 20;

const readDirectories = defineEndpoint({
  method: 'get',
  path: '/directories',
  summary: 'Tells how people come in from elsewhere: by SCIM, and by the messages of HR systems.',
  act: 'connection.read',
  response: directories,
  async handle({ tx, ...showing }) {
    const { users, groups, lastChangedAt } = await readDirectoryFacts(tx);
    const refused = await searchLeaves(tx, { acts: ['directory.refused'], limit: MOST_REFUSALS });
    const rows = (await listConnections(tx)).map((row) => present(row, showing));
    const sending = rows.filter(({ state, ...one }) => state !== 'removed' && accepts(one, 'hr.reported'));
    const hr = [];
    for (const { id, name, state, eventsUrl } of sending) {
      const mapping = await readHrMapping(tx, id);
      hr.push({
        connectionId: id,
        name,
        state,
        eventsUrl,
        mappingSetAt: mapping?.setAt.toISOString() ?? null,
      });
    }
    return {
      scim: {
        url: `${showing.services.exports.publicUrl}/scim/v2`,
        users,
        groups,
        lastChangedAt: lastChangedAt?.toISOString() ?? null,
        refused: refused.map(({ at, object, body }) => ({
          at,
          accountId: object.id,
          reason: parseLeaf(body).rules?.[0]?.replace(/^scim\//, '') ?? 'refused',
        })),
      },
      hr,
    };
  },
});

const preview = defineEndpoint({
  method: 'post',
  path: '/hr-mapping/preview',
  summary:
    'Reads a sample message by a mapping that is being written; nothing is kept, and nobody is changed.',
  act: 'connection.manage',
  body: hrPreviewBody,
  response: hrPreview,
  remote: true, // a sample may be a real message: neither it nor its answer is kept
  handle: ({ body: { mapping, message } }) =>
    Promise.resolve(() => Promise.resolve(shown(previewHrMapping(mapping, message)))),
});

/** How people come in from elsewhere. */
export const directoryEndpoints: readonly Endpoint[] = [readDirectories, preview];

function shown(read: PreviewedMessage): z.input<typeof hrPreview> {
  if ('fault' in read) return { fault: read.fault, changes: [] };
  return {
    fault: null,
    changes: read.changes.map((change) => {
      if ('error' in change) return { error: change.error, operation: null, said: {} };
      const { operation, effectiveAt, ...said } = change.read;
      const dated = effectiveAt === undefined ? {} : { effectiveAt: effectiveAt.toISOString() };
      return { error: null, operation, said: { ...said, ...dated } };
    }),
  };
}
