import { z } from 'zod';
import { isBareOrigin } from '../kit/addresses.ts';
import { fieldType, type FieldType } from '../kit/fields.ts';

const OWN_FIELD = /^[A-Za-z][A-Za-z0-9_]{0,63}:(text|integer|number|boolean|instant|date)$/;

/** What a person configures; no secret stands here. */
export const elasticsearchConfig = z.strictObject({
  node: z
    .url({ protocol: /^https?$/, error: 'must be a complete http or https address' })
    .refine(isBareOrigin, 'must be only scheme, host and port, without user, path or query')
    .meta({
      title: 'Address',
      description: 'Where the engine answers, for example https://search.example.com:9200.',
      order: 1,
    }),
  dialect: z.enum(['elasticsearch', 'opensearch']).default('elasticsearch').meta({
    title: 'Dialect',
    description: 'Which engine answers there: each is spoken to by its own client.',
    order: 2,
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
      order: 3,
    }),
  fields: z
    .array(z.string().regex(OWN_FIELD, 'must be a name and a type, such as costCentre:text'))
    .max(100)
    .refine((fields) => new Set(fields.map(nameOf)).size === fields.length, 'must name each field once')
    .default([])
    .meta({
      title: 'Own fields',
      description:
        'Fields that a mapping fills, each as name:type. Types: text, integer, number, boolean, instant, date.',
      order: 4,
    }),
});
export type ElasticsearchConfig = z.infer<typeof elasticsearchConfig>;

/** The fields that a mapping of this connection may fill, with their types. */
export function ownFields({
  fields,
}: Pick<ElasticsearchConfig, 'fields'>): { name: string; type: FieldType }[] {
  return fields.map((field) => ({
    name: nameOf(field),
    type: fieldType.parse(field.slice(nameOf(field).length + 1)),
  }));
}

function nameOf(field: string): string {
  return field.split(':', 1).join('');
}
