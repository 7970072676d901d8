import { HoldfastError } from '../../recorder-core/errors.ts';
import { isHeaderText, isMailAddress, mailDomain } from '../../recorder-core/policy/mail-plan.ts';
import type { Tx } from '../../recorder-core/records/database.ts';
import { actedBy } from '../../recorder-core/records/leaf-people.ts';
import { appendLeaf } from '../../recorder-core/records/ledger-log.ts';
import { isAccountUsed, isLocalSignInAllowed } from '../../recorder-core/records/local-accounts.ts';
import {
  mailAddressOf,
  readMail,
  readMailSetting,
  requeueMail,
  writeMailSetting,
  type MailSetting,
} from '../../recorder-core/records/mail.ts';
import { queueMail } from '../../recorder-core/records/queue-mail.ts';
import { readScimUser } from '../../recorder-core/records/scim-users.ts';
import { findActiveUser, writeUserEmail } from '../../recorder-core/records/users.ts';
import type { Asking } from '../identity/asking.ts';

/** What the installation can send; undefined where it has no mail server. */
export interface MailOffer {
  /** In whose names it may send. */
  readonly domains: readonly string[];
}

type Manager = Pick<Asking, 'tenantId' | 'person' | 'now' | 'newId'>;

/**
 * Switches mail of the tenant on or off, and says from whom it comes. @throws HoldfastError `conflict` where the installation
 * has no mail server; `invalid_input` for a sender that is no plain address or of a domain it may not speak for.
 */
export async function setMail(
  tx: Tx,
  { tenantId, person, now }: Manager,
  offer: MailOffer | undefined,
  { reason, ...setting }: MailSetting & { readonly reason: string },
): Promise<void> {
  if (offer === undefined && setting.allowed)
    throw new HoldfastError(
      'conflict',
      'This installation has no mail server, so nothing would be sent. Set HOLDFAST_SMTP_HOST for hub and workers, then switch mail on; docs/mail.md.',
    );
  if (!isMailAddress(setting.sender))
    throw field('/body/sender', 'The sender has to be one plain address, such as records@example.com.');
  if (!isHeaderText(setting.senderName))
    throw field('/body/senderName', 'The name of the sender stands on one line, without control characters.');
  if (setting.allowed && offer?.domains.includes(mailDomain(setting.sender)) !== true)
    throw field(
      '/body/sender',
      `This installation may not send in the name of ${mailDomain(setting.sender)}. Allowed are: ${offer?.domains.join(', ') || 'none; set HOLDFAST_MAIL_DOMAINS'}.`,
    );
  await writeMailSetting(tx, tenantId, setting, { person: person.id, now });
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'configuration.changed',
      object: { type: 'tenant', id: tenantId },
      outcome: 'done',
      facts: { part: 'mail', allowed: setting.allowed, language: setting.language },
    },
    { ...actedBy(person), reason, sender: setting.sender },
  );
}

/** Sends a mail of no meaning to whoever asks. @throws HoldfastError `conflict` where mail is off, or they have no address. */
export async function sendTestMail(tx: Tx, asking: Manager): Promise<{ readonly id: string }> {
  const id = asking.newId(asking.now);
  await tell(tx, asking, { kind: 'test', subjectId: id, step: 'asked' }, asking.person.id);
  return { id };
}

/**
 * Has a link that signs somebody in for the first time sent to their own mailbox; nobody else sees it. @throws HoldfastError
 * `not_found`; `conflict` where the account was used before;
 * `conflict` where mail or signing in without a provider is off, or they have no address.
 */
export async function mailSignInLink(
  tx: Tx,
  asking: Manager,
  userId: string,
): Promise<{ readonly id: string }> {
  const user = await findActiveUser(tx, userId);
  if (user?.id !== userId) throw new HoldfastError('not_found', 'There is no active person of this id.');
  if (!(await isLocalSignInAllowed(tx)))
    throw new HoldfastError(
      'conflict',
      'Signing in without an identity provider is switched off, so a link would be a way around it. The person signs in through the provider.',
    );
  // Whoever may change addresses could else sign in as somebody who has a say of their own, and be the second person to themselves.
  if (await isAccountUsed(tx, userId))
    throw new HoldfastError(
      'conflict',
      'This person has signed in before, or has a password or an authenticator. A link by mail is for an account that nobody has used yet; make one on the machine with `holdfast sign-in`.',
    );
  const id = asking.newId(asking.now);
  await tell(tx, asking, { kind: 'sign-in-link', subjectId: userId, step: id }, userId);
  const { tenantId, now, person } = asking;
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'account.changed',
      object: { type: 'user', id: userId },
      outcome: 'done',
      facts: { signInLink: 'mail' },
    },
    actedBy(person),
  );
  return { id };
}

/** Puts a mail that failed into the queue again. @throws HoldfastError `not_found`; `conflict` where it did not fail. */
export async function retryMail(tx: Tx, { now }: Pick<Manager, 'now'>, id: string): Promise<void> {
  if (await requeueMail(tx, id, now)) return;
  if ((await readMail(tx, id)) === undefined)
    throw new HoldfastError('not_found', 'There is no mail of this id.');
  throw new HoldfastError('conflict', 'This mail did not fail, so it is not sent again.');
}

/**
 * Gives a person the address that mail goes to, or none. @throws HoldfastError `not_found`; `invalid_input`; `conflict` where a
 * directory says what it is.
 */
export async function setAddress(
  tx: Tx,
  { tenantId, person, now }: Manager,
  userId: string,
  email: string | null,
): Promise<void> {
  const user = await findActiveUser(tx, userId);
  if (user?.id !== userId) throw new HoldfastError('not_found', 'There is no active person of this id.');
  if (email !== null && !isMailAddress(email))
    throw field('/body/email', 'This is not one plain address, such as person@example.com.');
  if ((await readScimUser(tx, userId)) !== undefined)
    throw new HoldfastError(
      'conflict',
      'A directory says what the address of this person is. Change it there.',
    );
  await writeUserEmail(tx, userId, email);
  await appendLeaf(
    tx,
    tenantId,
    {
      at: now,
      act: 'account.changed',
      object: { type: 'user', id: userId },
      outcome: 'done',
      facts: { address: email !== null },
    },
    { ...actedBy(person), ...(email !== null && { address: email }) },
  );
}

async function tell(
  tx: Tx,
  asking: Manager,
  telling: Parameters<typeof queueMail>[2],
  userId: string,
): Promise<void> {
  if ((await readMailSetting(tx))?.allowed !== true)
    throw new HoldfastError(
      'conflict',
      'Mail is switched off for your tenant. Switch it on under Mail first.',
    );
  if ((await mailAddressOf(tx, userId)) === undefined)
    throw new HoldfastError('conflict', 'There is no address for this person. Enter one first.');
  await queueMail(tx, asking, telling, [userId]);
}

function field(name: string, message: string): HoldfastError {
  return new HoldfastError('invalid_input', message, { field: name });
}
