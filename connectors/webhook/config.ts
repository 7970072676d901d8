import { z } from 'zod';
import { isPlainAddress } from '../kit/addresses.ts';

/** What a person configures; no secret stands here. */
export const webhookConfig = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'must be a complete http or https address' })
      .refine(isPlainAddress, 'must have no user, query or fragment')
      .optional()
      .meta({
        title: 'Address',
        description: 'Where tickets and notices are sent to. Left out, the connection only takes events.',
        order: 1,
      }),
    sends: z
      .array(z.enum(['ticket', 'notice']))
      .default([])
      .meta({
        title: 'Sends',
        description: 'What is sent to the address: tickets of incidents, notices.',
        order: 2,
      }),
    answers: z.enum(['receipt', 'status']).default('receipt').meta({
      title: 'Answers',
      description:
        'receipt: JSON with the id of the object and what was done, and GET reads it back. status: any 2xx counts as taken.',
      order: 3,
    }),
    accepts: z
      .array(
        z
          .string()
          .regex(
            /^[a-z][a-z_-]*\.([a-z][a-z_-]*|\*)$/,
            'must be a type such as case.opened, or a topic such as case.*',
          ),
      )
      .max(100)
      .default([])
      .meta({
        title: 'Accepts',
        description: 'Types of events that the other system may send, exact or as topic.*.',
        order: 4,
      }),
  })
  .refine(({ url, sends }) => sends.length === 0 || url !== undefined, {
    path: ['url'],
    error: 'is needed to send anything',
  });
export type WebhookConfig = z.infer<typeof webhookConfig>;
