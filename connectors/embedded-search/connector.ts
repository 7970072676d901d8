import { z } from 'zod';
import { defineConnector } from '../kit/define-connector.ts';
import { deleteRecording } from './operations/delete-recording.ts';
import { upsertRecording } from './operations/upsert-recording.ts';
import { listIndex } from './list-index.ts';
import { searchIndexOf } from './search-index-of.ts';

/** Search inside the product's own PostgreSQL: the default when no search engine is connected. */
export const embeddedSearch = defineConnector({
  id: 'embedded-search',
  version: '1.0.0',
  title: 'Embedded search',
  description: 'Makes recordings findable in the console, without any other system.',
  support: 'core',
  needs: ['embedded-search'],
  config: z.strictObject({}),
  auth: [{ type: 'none', title: 'None needed' }],
  hosts: [],
  rate: { requestsPerSecond: 1000, burst: 1000 },
  checks: [
    {
      spec: { id: 'index-answers', title: 'The index answers', severity: 'required' },
      async run(ctx) {
        // Any id serves: the question is whether the index can be read at all.
        await searchIndexOf(ctx).get(ctx.connectionId);
        return { status: 'ok', detail: 'The embedded index answers.' };
      },
    },
  ],
  operations: { 'upsert-recording': upsertRecording, 'delete-recording': deleteRecording },
  inventory: listIndex,
});
