import { z } from 'zod';
import { CHANGE_TOPICS, type ChangeTopic } from '../../changes/change-topics.ts';

const topics = Object.keys(CHANGE_TOPICS) as [ChangeTopic, ...ChangeTopic[]];

/** The data of each event of GET /api/v1/changes: which kinds of things have changed, and nothing of them. */
export const changeEvent = z.object({
  topics: z.array(z.enum(topics)),
});
export type ChangeEvent = z.infer<typeof changeEvent>;
