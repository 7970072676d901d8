import { z } from 'zod';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { listMail, readMailSetting, type Mail } from '../../../../recorder-core/records/mail.ts';
import {
  mailSignInLink,
  retryMail,
  sendTestMail,
  setAddress,
  setMail,
  type MailOffer,
} from '../../../mail/manage-mail.ts';
import { askingOf } from '../../asking-of.ts';
import { defineEndpoint, type Endpoint } from '../../endpoint.ts';
import {
  emailBody,
  mail,
  mailQuery,
  mailSettingBody,
  mailStanding,
  queuedMail,
  type MailStanding,
  type MailView,
} from '../../schemas/mail.ts';
import { id } from '../../schemas/primitives.ts';

const params = z.object({ id });

/** Mail to people: whether and from whom, and what came of each. */
export const mailRoutes: readonly Endpoint[] = [
  defineEndpoint({
    method: 'get',
    path: '/mail-settings',
    summary: 'Whether people of the tenant get mail, from whom, and whether the installation can send any.',
    act: 'person.read',
    response: mailStanding,
    handle: ({ tx, services }) => standing(tx, services.mail),
  }),
  defineEndpoint({
    method: 'post',
    path: '/mail-settings',
    summary: 'Switches mail to people on or off, and says from whom it comes.',
    act: 'user.manage',
    body: mailSettingBody,
    response: mailStanding,
    async handle({ body, tx, ...calling }) {
      await setMail(tx, askingOf(calling), calling.services.mail, body);
      return standing(tx, calling.services.mail);
    },
  }),
  defineEndpoint({
    method: 'get',
    path: '/mail',
    summary: 'Lists mails, the newest 500, with what the mail server said; none of their text.',
    act: 'person.read',
    query: mailQuery,
    response: z.object({ items: z.array(mail) }),
    handle: async ({ query, tx }) => {
      const { state } = query;
      return { items: (await listMail(tx, state === undefined ? {} : { state })).map(present) };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/mail/test',
    summary: 'Sends a mail without meaning to whoever asks.',
    act: 'user.manage',
    response: queuedMail,
    status: 201,
    handle: ({ tx, ...calling }) => sendTestMail(tx, askingOf(calling)),
  }),
  defineEndpoint({
    method: 'post',
    path: '/mail/:id/retry',
    summary: 'Puts a mail that failed into the queue again.',
    act: 'user.manage',
    params,
    response: queuedMail,
    async handle({ params: { id: mailId }, tx, now }) {
      await retryMail(tx, { now }, mailId);
      return { id: mailId };
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/people/:id/email',
    summary: 'Gives a person the address that mail goes to, or none; a directory has the first word.',
    act: 'user.manage',
    params,
    body: emailBody,
    response: emailBody,
    async handle({ params: { id: userId }, body, tx, ...calling }) {
      await setAddress(tx, askingOf(calling), userId, body.email);
      return body;
    },
  }),
  defineEndpoint({
    method: 'post',
    path: '/people/:id/sign-in-link',
    summary:
      'Mails a new person a link that signs them in for the first time, within a day; it is shown to nobody else.',
    act: 'user.manage',
    params,
    response: queuedMail,
    status: 201,
    handle: ({ params: { id: userId }, tx, ...calling }) => mailSignInLink(tx, askingOf(calling), userId),
  }),
];

async function standing(tx: Tx, offer: MailOffer | undefined): Promise<MailStanding> {
  return {
    configured: offer !== undefined,
    domains: [...(offer?.domains ?? [])],
    setting: (await readMailSetting(tx)) ?? null,
  };
}

function present({ id: mailId, kind, subjectId, to, state, attempts, code, answer, ...at }: Mail): MailView {
  return {
    id: mailId,
    kind,
    about: subjectId,
    to,
    state,
    attempts,
    queuedAt: at.queuedAt.toISOString(),
    nextAt: at.dueAt?.toISOString() ?? null,
    attemptedAt: at.attemptedAt?.toISOString() ?? null,
    settledAt: at.settledAt?.toISOString() ?? null,
    code,
    answer,
  };
}
