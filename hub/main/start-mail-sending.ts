import type pg from 'pg';
import { mailStanding } from '../../recorder-core/records/mail.ts';
import { makeNoticeLink } from '../holds/notice-link.ts';
import { makeMailedSignInLink } from '../identity/sign-in-link.ts';
import type { RepeatedWork } from '../live/repeated-work.ts';
import { mailServerOf } from '../mail/mail-server.ts';
import { sendDueMail, type MailSending } from '../mail/send-due-mail.ts';
import { makeSmtpSender } from '../mail/smtp-sender.ts';
import { consoleUrl, type Resources } from './open-resources.ts';
import { repeatForTenants } from './repeat-for-tenants.ts';

/** How late a mail goes out at most, while all is well. */
const LOOK_MS = 2_000;
const MINUTE_MS = 60_000;

/**
 * Sends the mail of all tenants, again and again, about as many in a minute as the settings allow. Several workers may
 * run: each mail is claimed by one of them, and one that dies leaves its mail to the others. Without a mail server nothing is
 * sent, and what is queued waits. @throws HoldfastError `config_invalid` for settings that cannot be used.
 */
export function startMailSending(resources: Resources, dispatcher: pg.Pool): RepeatedWork {
  const { config, db, log, metrics } = resources;
  const server = mailServerOf(config);
  const link = consoleUrl(config);
  const sending: MailSending | undefined = server && {
    db,
    now: () => new Date(),
    send: makeSmtpSender(server),
    composing: {
      consoleUrl: link,
      noticeLink: (tenantId) => makeNoticeLink(link, tenantId),
      signInLink: (tx, tenantId, userId, now) => makeMailedSignInLink(tx, link, { tenantId, userId, now }),
    },
    onOutcome: (outcome) => {
      metrics.mails.inc({ outcome });
      if (outcome === 'failed') log.warn('a mail could not be sent; the console has it under Mail');
    },
  };
  let left = 0;
  const list = async (): Promise<readonly string[]> => {
    const now = new Date();
    const { tenants, attempted } = await mailStanding(dispatcher, now, new Date(now.getTime() - MINUTE_MS));
    left = config.mailPerMinute - attempted;
    return left > 0 ? tenants : [];
  };
  const send = async (tenantId: string): Promise<void> => {
    if (sending !== undefined && left > 0) left -= await sendDueMail(sending, tenantId, left);
  };
  const onFault = (error: unknown, tenantId?: string): void => {
    log.warn({ error, tenantId }, 'mail could not be sent; trying again');
  };
  return repeatForTenants(LOOK_MS, sending === undefined ? () => Promise.resolve([]) : list, send, onFault);
}
