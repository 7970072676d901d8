import { z } from 'zod';
import { list, port, setting, text, type Setting } from './setting.ts';

/** Settings of the mail server through which people are told; a part of `SETTINGS`. docs/mail.md. */
export const MAIL_SETTINGS = {
  smtpHost: setting(
    text.optional(),
    'Mail server that takes mail of this installation; without it none is sent. docs/mail.md.',
    {
      flag: 'smtp-host',
    },
  ),
  smtpPort: setting(port.default(587), 'Its port: 587 for STARTTLS, 465 for TLS from the first byte.', {
    flag: 'smtp-port',
  }),
  smtpTls: setting(
    z.enum(['starttls', 'implicit', 'none']).default('starttls'),
    'How the way to it is encrypted: `starttls` demands it, `implicit` begins with it; `none` is for a server on the loopback alone.',
    { flag: 'smtp-tls' },
  ),
  smtpCaFile: setting(
    text.optional(),
    "PEM file with the authorities that its certificate is checked against, in place of the system's.",
    { flag: 'smtp-ca-file' },
  ),
  smtpUser: setting(text.optional(), 'User at the mail server, where it asks for one.', {
    flag: 'smtp-user',
  }),
  smtpPassword: setting(text.optional(), 'Password of that user.', { secret: true }),
  mailDomains: setting(
    list.default([]),
    'Domains in whose names tenants may send mail, with commas between; those that the mail server may speak for.',
    { flag: 'mail-domains' },
  ),
  mailPerMinute: setting(
    z.coerce.number().int().min(1).max(6000).default(60),
    'Mails that the installation sends in a minute at most; what is beyond waits.',
    { flag: 'mail-per-minute' },
  ),
} satisfies Record<string, Setting>;
