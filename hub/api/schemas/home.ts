import { z } from 'zod';
import { HOME_SOURCES, type HomeSourceName } from '../../home/home-sources.ts';
import { instant } from './primitives.ts';

const homeSource = z.enum(Object.keys(HOME_SOURCES) as [HomeSourceName, ...HomeSourceName[]]);
export type HomeSource = z.infer<typeof homeSource>;

/** Something that waits for whoever is signed in. */
export const homeItem = z.object({
  id: z
    .string()
    .nullable()
    .describe('Of what is opened to do something about it; null where that is a list.'),
  name: z.string().nullable().describe('As people or the product named it.'),
  detail: z.string().nullable().describe('Which kind of it, or why.'),
  fix: z.string().nullable().describe('What a person can do about it, where that is known.'),
  dueAt: instant.nullable().describe('When it runs out.'),
  since: instant.nullable().describe('Since when it is so.'),
  count: z.int().nullable().describe('How many there are of it, where it stands for more than one.'),
});
export type HomeItem = z.infer<typeof homeItem>;

/** What waits for whoever is signed in, by where it comes from. */
export const home = z.object({
  checkedAt: instant,
  horizonDays: z.int().describe('Of clocks, those that run out within so many days are told.'),
  parts: z.array(
    z.object({
      source: homeSource,
      items: z.array(homeItem),
      more: z.boolean().describe('Whether there are more than these.'),
    }),
  ),
  calm: z.array(homeSource).describe('Sources that were asked and had nothing.'),
  unanswered: z.array(homeSource).describe('Sources that could not be asked.'),
});
export type Home = z.infer<typeof home>;
