import { z } from 'zod';
import { isBareOrigin } from '../kit/addresses.ts';

/** What a person configures; no secret stands here. */
export const salesforceConfig = z.strictObject({
  instanceUrl: z
    .url({ protocol: /^https?$/, error: 'must be a complete http or https address' })
    .refine(isBareOrigin, 'must be only scheme and host, without user, path or query')
    .meta({
      title: 'My Domain address',
      description: 'The address of your organisation, for example https://acme.my.salesforce.com.',
      order: 1,
    }),
  audience: z
    .enum(['https://login.salesforce.com', 'https://test.salesforce.com'])
    .default('https://login.salesforce.com')
    .meta({
      title: 'Kind of organisation',
      description: 'https://test.salesforce.com for a sandbox; whom the signed assertion is for.',
      order: 2,
    }),
  apiVersion: z
    .string()
    .regex(/^(5[89]|[6-9]\d|\d{3})\.0$/, 'must be 58.0 or newer, for example 64.0')
    .default('64.0')
    .meta({ title: 'API version', description: 'Version of the REST API that is spoken.', order: 3 }),
  object: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,72}__c$/, 'must be the API name of a custom object, ending in __c')
    .default('Holdfast_Recording__c')
    .meta({
      title: 'Object',
      description: 'API name of the object for recordings; the one of the package unless you renamed it.',
      order: 4,
    }),
  tasks: z.boolean().default(true).meta({
    title: 'Write tasks',
    description:
      'Also writes a completed task for each recording, so that the call stands in the activities.',
    order: 5,
  }),
  relate: z
    .array(z.enum(['contact', 'lead', 'account', 'case']))
    .max(4)
    .default(['contact', 'lead', 'account', 'case'])
    .meta({
      title: 'Relate to',
      description: 'What a recording is related to by the numbers and e-mail addresses of its parties.',
      order: 6,
    }),
  bulkThreshold: z.int().min(200).max(5000).default(2000).meta({
    title: 'Bulk above',
    description: 'More records than this in one batch go as a job of the Bulk API; 5000 keeps them from it.',
    order: 7,
  }),
  reservePercent: z.int().min(0).max(90).default(5).meta({
    title: 'Reserve of API requests (%)',
    description: 'This share of the daily requests of your organisation is left to others.',
    order: 8,
  }),
});
export type SalesforceConfig = z.infer<typeof salesforceConfig>;
