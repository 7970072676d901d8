import { z } from 'zod';
import { id, instant } from './primitives.ts';

/** How people come in from elsewhere: by SCIM, and by the messages of HR systems. */
export const directories = z.object({
  scim: z.object({
    url: z.string().describe('What a directory is given as its address.'),
    users: z.int(),
    groups: z.int(),
    lastChangedAt: instant.nullable().describe('When a directory last changed something.'),
    refused: z
      .array(
        z.object({
          at: instant,
          accountId: z.string().describe('The service account that asked.'),
          reason: z.string().describe('In one word, as SCIM has it.'),
        }),
      )
      .describe('The newest changes that a directory asked for and did not get, at most 20.'),
  }),
  hr: z.array(
    z.object({
      connectionId: id,
      name: z.string(),
      state: z.string(),
      eventsUrl: z.string().nullable(),
      mappingSetAt: instant.nullable().describe('Null where it has none, and sends by Standard Webhooks.'),
    }),
  ),
});

/** Body of POST /api/v1/hr-mapping/preview. */
export const hrPreviewBody = z.strictObject({
  mapping: z.record(z.string(), z.unknown()),
  message: z.unknown().describe('A sample, as the HR system would send it.'),
});

/** What a mapping makes of a sample message; `fault` where the mapping cannot be used. */
export const hrPreview = z.object({
  fault: z
    .object({ field: z.string(), message: z.string(), at: z.int().nullable().describe('In its expression.') })
    .nullable(),
  changes: z.array(
    z.object({
      error: z.string().nullable(),
      operation: z.string().nullable(),
      said: z.record(z.string(), z.string().nullable()).describe('Person, name, department and so on.'),
    }),
  ),
});
