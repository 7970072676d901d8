import { z } from 'zod';
import { id, instant, storable } from './primitives.ts';
import { recordingFilters, recordingSummary } from './recording.ts';

/** Where words are looked for: the built-in search, or a connected search engine. */
const searchEngine = z.object({
  id: id.describe('Of the connection; the built-in search is one too.'),
  name: z.string(),
  connector: z.string(),
  builtIn: z.boolean(),
});

/** A piece of text in which a word was found; `marks` are from and to, in UTF-16 units. */
const highlight = z.object({
  field: z.enum(['name', 'address', 'label', 'callId', 'id', 'region', 'department']),
  text: z.string(),
  marks: z.array(z.tuple([z.int(), z.int()])),
});
export type Highlight = z.infer<typeof highlight>;

/** Query of GET /api/v1/search: words, and the filters of the list. */
export const searchQuery = recordingFilters.omit({ party: true }).extend({
  q: storable(z.string().trim().min(1).max(200)).describe('Words; every one has to be found.'),
  in: id.optional().describe('Id of the engine; left out, a live connected one, else the built-in search.'),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
});

/** What a search found, newest first, as the asker may see it. */
export const searchPage = z.object({
  items: z.array(
    z.object({
      recording: recordingSummary,
      highlights: z
        .array(highlight)
        .describe(
          'Where the words stand in what is shown; empty where they stand in what the engine alone has.',
        ),
      outdated: z.boolean().describe('The engine knows an earlier state of it than is shown.'),
    }),
  ),
  nextCursor: z.string().optional(),
  complete: z
    .boolean()
    .describe(
      'False: the engine found more than was looked through. More words or a shorter time find the rest.',
    ),
  engine: searchEngine.extend({
    waiting: z.int().describe('Recordings that the engine has not been told of yet, counted up to 10,000.'),
    comparedAt: instant.nullable().describe('When it was last held against the records; null: never.'),
    differing: z.int().nullable().describe('How many recordings differed then.'),
  }),
  insteadOf: z
    .object({ name: z.string(), why: z.string() })
    .nullable()
    .describe('The engine that was to answer and did not, so that the built-in search did.'),
  engines: z.array(searchEngine).describe('All that can be asked.'),
});
export type SearchPage = z.infer<typeof searchPage>;
export type SearchQuery = z.input<typeof searchQuery>;
