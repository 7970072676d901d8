/** What is told by mail, when a mail is tried again, and what an address may be. Pure. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a mail is about. */
export const MAIL_KINDS = [
  'custodian-notice',
  'approval-waiting',
  'request-clock',
  'incident-clock',
  'grant-ending',
  'sign-in-link',
  'test',
] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** `spared`: what it was to tell was settled before it was sent. */
export const MAIL_STATES = ['waiting', 'sent', 'failed', 'spared'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** Languages that mails are written in. */
export const MAIL_LANGUAGES = ['en', 'de'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

/** A mail that no server took for so long has failed (RFC 5321, 4.5.4.1 asks for four to five days of a server; a client of one gives up sooner). */
const GIVE_UP_MS = 72 * HOUR;
const FIRST_PAUSE_MS = MINUTE;
const LONGEST_PAUSE_MS = 4 * HOUR;

/** When a mail that was not taken is tried again: pauses double from a minute to four hours; undefined after three days. */
export function nextMailAttempt(mail: {
  /** Attempts that were made, this one included. */
  readonly attempts: number;
  readonly queuedAt: Date;
  readonly now: Date;
}): Date | undefined {
  const { attempts, queuedAt, now } = mail;
  if (now.getTime() - queuedAt.getTime() >= GIVE_UP_MS) return undefined;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_PAUSE_MS);
  return new Date(now.getTime() + pause);
}

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/;
const DOMAIN =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/**
 * One plain mailbox: the dot-string of RFC 5321, 4.1.2, and a domain name. Quoted names, address literals, lists and anything
 * with a space or a control character are none, so an address cannot bring a second recipient or a header with it.
 */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  if (at < 1 || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return LOCAL.test(local) && DOMAIN.test(text.slice(at + 1));
}

/** Domain of an address, in small letters. */
export function mailDomain(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** Whether a text can stand in a header: no line end and no other control character (RFC 5322, 2.2). */
export function isHeaderText(text: string): boolean {
  return text !== '' && text.isWellFormed() && !/\p{Cc}|\p{Zl}|\p{Zp}/u.test(text);
}
