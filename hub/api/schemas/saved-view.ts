import { z } from 'zod';
import { id, storable } from './primitives.ts';
import { recordingFilters } from './recording.ts';

/** Lists whose searches can be kept. */
export const viewList = z.enum(['recordings']);

/** What the console writes besides the filters of the API into the address of its list. */
const OF_THE_CONSOLE = ['span', 'columns', 'sort'] as const;
const names = [...recordingFilters.keyof().options, ...OF_THE_CONSOLE] as const;

/** A search as it stands in the address of the list; days as days and spans as spans, so that it moves with the time. */
export const viewSearch = z.partialRecord(z.enum(names), storable(z.string().max(400)));

const name = storable(z.string().trim().min(1).max(80));

/** A search that somebody keeps. */
export const savedView = z.object({
  id,
  list: viewList,
  name: z.string(),
  search: viewSearch,
  shared: z.boolean().describe('Everybody of the tenant sees it. It shows each of them what they may see.'),
  own: z.boolean(),
  owner: z.string().nullable().describe('Null where the person is not there any more.'),
  default: z.boolean().describe('The list opens with it for the caller.'),
});
export type SavedView = z.infer<typeof savedView>;

/** Body of POST /api/v1/views. */
export const newView = z.strictObject({
  list: viewList,
  name,
  search: viewSearch,
  shared: z.boolean().default(false),
});
export type NewView = z.input<typeof newView>;

/** Body of POST /api/v1/views/:id; what is left out stays. */
export const changedView = z.strictObject({
  name: name.optional(),
  search: viewSearch.optional(),
  shared: z.boolean().optional(),
});
export type ChangedView = z.input<typeof changedView>;

/** Body of POST /api/v1/views/default. */
export const defaultView = z.strictObject({
  list: viewList,
  viewId: id.nullable().describe('Null: the list opens with everything.'),
});
