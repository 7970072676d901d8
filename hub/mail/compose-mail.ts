import { waitsForDecider } from '../../recorder-core/policy/approval.ts';
import { isRequestOver } from '../../recorder-core/policy/subject-request.ts';
import { lockGrant } from '../../recorder-core/records/access-grants.ts';
import { readApproval } from '../../recorder-core/records/approvals.ts';
import { insertNoticeLink, lockNotice } from '../../recorder-core/records/custodian-notices.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { listGivers } from '../../recorder-core/records/delegations.ts';
import { lockIncident } from '../../recorder-core/records/incidents.ts';
import { isAccountUsed } from '../../recorder-core/records/local-accounts.ts';
import { mailAddressOf, type Mail, type MailSetting } from '../../recorder-core/records/mail.ts';
import { readRequest } from '../../recorder-core/records/subject-requests.ts';
import { findActiveUser, readGroups } from '../../recorder-core/records/users.ts';
import { mailDate, mailWords, type MailWords } from './mail-texts.ts';
import type { Letter } from './smtp-sender.ts';

/** What composing works with. */
export interface MailComposing {
  /** Address of the console. */
  readonly consoleUrl: string;
  readonly noticeLink: (tenantId: string) => { readonly url: string; readonly digest: Buffer };
  /** Makes a link that signs somebody in once. */
  readonly signInLink: (
    tx: Tx,
    tenantId: string,
    userId: string,
    now: Date,
  ) => Promise<{ readonly url: string; readonly until: string }>;
}

/** A mail without sender and id: to whom it goes and what it says; undefined where what it was to tell is settled. */
interface Draft extends MailWords {
  readonly to: { readonly name: string; readonly address: string | null };
  readonly link: string | null;
}

/** The mail as it stands now: to be sent, no longer needed, or to somebody without an address. */
export type Composed =
  { readonly letter: Letter } | { readonly spared: string } | { readonly unsendable: string };

interface Composing extends MailComposing {
  readonly tx: Tx;
  readonly tenantId: string;
  readonly mail: Mail;
  readonly language: MailSetting['language'];
  readonly now: Date;
}

/**
 * Writes a mail from the rows as they are at this moment. Each attempt has links of its own; those before it go on working
 * until they are used or over. Names no recording, and of others only the custodian whose superior is told.
 */
export async function composeMail(
  tools: MailComposing,
  tx: Tx,
  {
    tenantId,
    mail,
    setting,
    now,
  }: { readonly tenantId: string; readonly mail: Mail; readonly setting: MailSetting; readonly now: Date },
): Promise<Composed> {
  const composing = { ...tools, tx, tenantId, mail, language: setting.language, now };
  const draft = await (mail.userId === null
    ? composeNotice(composing)
    : composeForUser(composing, mail.userId));
  if (draft === undefined) return { spared: 'What it was to tell was settled before it was sent.' };
  const { to, subject, text, link } = draft;
  if (to.address === null) return { unsendable: 'There is no address to send it to. Give the person one.' };
  return {
    letter: {
      id: mail.id,
      from: { name: setting.senderName, address: setting.sender },
      to: { name: oneLine(to.name), address: to.address },
      subject: oneLine(subject).slice(0, 200),
      text: link === null ? `${text}\n` : `${text}\n\n${link}\n`,
      language: setting.language,
      at: mail.queuedAt,
    },
  };
}

/** Names of matters and people are free text; in a header they stand on one line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}

async function composeNotice({
  tx,
  tenantId,
  mail,
  language,
  noticeLink,
  now,
}: Composing): Promise<Draft | undefined> {
  const notice = await lockNotice(tx, mail.subjectId);
  if (notice === undefined || notice.acknowledgedAt !== null || notice.endedAt !== null) return undefined;
  const { matter, instructions, name, address, superior, superiorAddress, reminders } = notice;
  // The superior gets no link: only the custodian can say that the custodian has read it.
  if (mail.step === 'escalated')
    return {
      to: { name: superior ?? '', address: superiorAddress },
      link: null,
      ...mailWords(language, 'custodian-escalated', { matter, custodian: name, reminders }),
    };
  const { url, digest } = noticeLink(tenantId);
  await insertNoticeLink(tx, tenantId, {
    tokenDigest: digest,
    noticeId: notice.id,
    madeAt: now.toISOString(),
  });
  const about = mail.step === 'sent' ? 'custodian-sent' : 'custodian-reminded';
  return { to: { name, address }, link: url, ...mailWords(language, about, { matter, instructions }) };
}

async function composeForUser(composing: Composing, userId: string): Promise<Draft | undefined> {
  const { tx, consoleUrl } = composing;
  const user = await findActiveUser(tx, userId);
  if (user === undefined) return undefined;
  const told = await toldTo(composing, user);
  if (told === undefined) return undefined;
  const { words, path, link } = told;
  const address = (await mailAddressOf(tx, userId)) ?? null;
  return { to: { name: user.name, address }, link: link ?? `${consoleUrl}${path ?? '/'}`, ...words };
}

interface Told {
  readonly words: MailWords;
  /** Page of the console. */
  readonly path?: string;
  /** An address of its own. */
  readonly link?: string;
}

async function toldTo(
  composing: Composing,
  user: { readonly id: string; readonly role: string },
): Promise<Told | undefined> {
  const { tx, tenantId, mail, language, now } = composing;
  const { subjectId } = mail;
  switch (mail.kind) {
    case 'approval-waiting':
      return toldOfApproval(composing, user);
    case 'request-clock': {
      const request = await readRequest(tx, subjectId);
      if (request === undefined || isRequestOver(request.state) || request.dueAt === null) return undefined;
      const words = mailWords(language, 'request-clock', { dueAt: mailDate(request.dueAt) });
      return { words, path: `/requests/${subjectId}` };
    }
    case 'incident-clock': {
      const incident = await lockIncident(tx, subjectId);
      if (incident === undefined || incident.state === 'closed') return undefined;
      const words = mailWords(language, 'incident-clock', { severity: incident.severity });
      return { words, path: `/incidents/${subjectId}` };
    }
    case 'grant-ending': {
      const grant = await lockGrant(tx, subjectId);
      if (grant?.state !== 'granted' || grant.untilMs <= now.getTime()) return undefined;
      const words = mailWords(language, 'grant-ending', { until: mailDate(new Date(grant.untilMs)) });
      return { words, path: `/grants/${subjectId}` };
    }
    case 'sign-in-link': {
      if (await isAccountUsed(tx, user.id)) return undefined;
      const { url, until } = await composing.signInLink(tx, tenantId, user.id, now);
      return { words: mailWords(language, 'sign-in-link', { until: mailDate(until) }), link: url };
    }
    case 'test':
      return { words: mailWords(language, 'test', {}), path: '/' };
    case 'custodian-notice':
      return undefined; // goes to the custodian, who is no user
  }
}

async function toldOfApproval(
  { tx, mail, language, now }: Composing,
  user: { readonly id: string; readonly role: string },
): Promise<Told | undefined> {
  const found = await readApproval(tx, mail.subjectId);
  if (found === undefined) return undefined;
  const lentBy = await listGivers(tx, user.id, now.toISOString());
  const decider = { id: user.id, role: user.role, groups: await readGroups(tx, user.id), lentBy };
  const asked = { ...found, requestedBy: found.requestedBy?.id ?? null, dueAtMs: Date.parse(found.dueAt) };
  if (!waitsForDecider(asked, decider, now.getTime())) return undefined;
  const facts = { kind: found.kind, dueAt: mailDate(found.dueAt), reminded: found.reminders > 0 };
  return { words: mailWords(language, 'approval-waiting', facts), path: `/approvals/${found.id}` };
}
