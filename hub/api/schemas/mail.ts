import { z } from 'zod';
import { MAIL_KINDS, MAIL_LANGUAGES, MAIL_STATES } from '../../../recorder-core/policy/mail-plan.ts';
import { id, instant, reason, storable } from './primitives.ts';

const line = (most: number) => storable(z.string().trim().min(1).max(most));

/** From whom people of the tenant get mail, and whether they get any. */
export const mailStanding = z.object({
  configured: z.boolean().describe('Whether the installation has a mail server.'),
  domains: z.array(z.string()).describe('In whose names it may send.'),
  setting: z
    .object({
      allowed: z.boolean(),
      sender: z.string(),
      senderName: z.string(),
      language: z.enum(MAIL_LANGUAGES),
    })
    .nullable(),
});
export type MailStanding = z.infer<typeof mailStanding>;

/** Body of POST /api/v1/mail-settings. */
export const mailSettingBody = z.strictObject({
  allowed: z.boolean(),
  sender: line(254),
  senderName: line(100),
  language: z.enum(MAIL_LANGUAGES).default('en'),
  reason,
});
export type MailSettingBody = z.input<typeof mailSettingBody>;

/** A mail: what it is about, to whom, and what came of it. Its text and address are nowhere kept. */
export const mail = z.object({
  id,
  kind: z.enum(MAIL_KINDS),
  about: id.describe('Notice, approval, request, incident, grant or person.'),
  to: z.string().nullable().describe('Name of the person.'),
  state: z.enum(MAIL_STATES).describe('`spared`: what it was to tell was settled before.'),
  attempts: z.int(),
  queuedAt: instant,
  nextAt: instant.nullable(),
  attemptedAt: instant.nullable(),
  settledAt: instant.nullable(),
  code: z.int().nullable().describe('Last reply of the mail server.'),
  answer: z.string().nullable().describe('Its words, without addresses.'),
});
export type MailView = z.infer<typeof mail>;

/** Query of GET /api/v1/mail. */
export const mailQuery = z.strictObject({ state: z.enum(MAIL_STATES).optional() });
/** A mail that was queued. */
export const queuedMail = z.object({ id });
/** Body of POST /api/v1/people/{id}/email. */
export const emailBody = z.strictObject({ email: line(254).nullable() });
