import { z } from 'zod';
import { isBareOrigin } from '../kit/addresses.ts';

/** What a person configures; no secret stands here. */
export const sampleConfig = z.strictObject({
  address: z
    .url({ protocol: /^https?$/, error: 'must be a complete http or https address' })
    .refine(isBareOrigin, 'must be only scheme, host and port, without user, path or query')
    .meta({
      title: 'Address',
      description: 'Where Sample answers, for example https://sample.example.com.',
      order: 1,
    }),
  collection: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits or "-", beginning with a letter')
    .default('recordings')
    .meta({ title: 'Collection', description: 'The collection that holds the recordings.', order: 2 }),
});
export type SampleConfig = z.infer<typeof sampleConfig>;
