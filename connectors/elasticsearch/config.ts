import { z } from 'zod';
import { isBareOrigin } from '../kit/addresses.ts';

/** What a person configures; no secret stands here. */
export const elasticsearchConfig = z.strictObject({
  node: z
    .url({ protocol: /^https?$/, error: 'must be a complete http or https address' })
    .refine(isBareOrigin, 'must be only scheme, host and port, without user, path or query')
    .meta({
      title: 'Address',
      description: 'Where Elasticsearch answers, for example https://search.example.com:9200.',
      order: 1,
    }),
  indexPrefix: z
    .string()
    .regex(
      /^[a-z][a-z0-9_-]{0,63}$/,
      'must be lower-case letters, digits, "-" or "_", beginning with a letter',
    )
    .default('holdfast')
    .meta({
      title: 'Index prefix',
      description: 'All indices of this connection begin with it; grant permissions on it.',
      order: 2,
    }),
});
export type ElasticsearchConfig = z.infer<typeof elasticsearchConfig>;
