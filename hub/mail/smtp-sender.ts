import { createTransport } from 'nodemailer';
import { HoldfastError } from '../../recorder-core/errors.ts';
import { isHeaderText, isMailAddress, mailDomain } from '../../recorder-core/policy/mail-plan.ts';
import type { MailServer } from './mail-server.ts';

/** A mail, ready to be sent. Plain text, one recipient. */
export interface Letter {
  /** Makes the Message-ID, so that every attempt has the same. */
  readonly id: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly language: string;
  readonly at: Date;
}

/**
 * What the server made of it. `taken`: it answers for the mail from here on. `refused`: never to be sent again as it is.
 * `away`: nobody took it, or nobody knows; to be tried again.
 */
export interface SentLetter {
  readonly outcome: 'taken' | 'refused' | 'away';
  /** SMTP reply; null where there was none. */
  readonly code: number | null;
  /** The server's words, or why it could not be asked; without addresses and names of people. */
  readonly answer: string;
}

/** Hands one letter to the mail server; does not throw for anything that the server or the network does. */
export type SendLetter = (letter: Letter) => Promise<SentLetter>;

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;

/**
 * A sender over SMTP (RFC 5321). TLS is demanded as `server.tls` says: STARTTLS that is not offered, a certificate for another
 * name or by an unknown authority, and TLS below 1.2 end the attempt before anything was said. A connection each letter.
 * @throws HoldfastError `invalid_input`, before anything is sent, for an address or a header text that could bring others with it
 */
export function makeSmtpSender({ host, port, tls, ca, login }: MailServer): SendLetter {
  return async (letter) => {
    const message = messageOf(letter);
    const transport = createTransport({
      host,
      port,
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      ...(login !== undefined && { auth: { user: login.user, pass: login.password } }),
      tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { response } = await transport.sendMail(message);
      return { outcome: 'taken', code: codeOf(response), answer: quietly(response, letter) };
    } catch (error) {
      return failed(error, letter);
    } finally {
      transport.close();
    }
  };
}

function messageOf({ id, from, to, subject, text, language, at }: Letter) {
  for (const { name, address } of [from, to]) {
    if (!isMailAddress(address))
      throw unsendable('The address is none that mail can be sent to: one plain address is needed.');
    if (!isHeaderText(name))
      throw unsendable('The name of sender or recipient has a line end or another control character.');
  }
  if (!isHeaderText(subject)) throw unsendable('The subject has a line end or another control character.');
  return {
    from,
    to,
    subject,
    text,
    date: at,
    messageId: `<${id}@${mailDomain(from.address)}>`,
    headers: {
      'Auto-Submitted': 'auto-generated', // RFC 3834: no automatic answers
      'X-Auto-Response-Suppress': 'All',
      'Content-Language': language,
    },
  };
}

/** Errors of nodemailer that the mail itself can be the cause of; a refused login or certificate is none. */
const ABOUT_THE_MAIL = ['EENVELOPE', 'EMESSAGE'];

function failed(error: unknown, letter: Letter): SentLetter {
  const { code, responseCode, response, message } = error as {
    readonly code?: string;
    readonly responseCode?: number;
    readonly response?: string;
    readonly message?: string;
  };
  const refused = responseCode !== undefined && responseCode >= 500 && ABOUT_THE_MAIL.includes(code ?? '');
  return {
    outcome: refused ? 'refused' : 'away',
    code: responseCode ?? null,
    answer: quietly(response ?? message ?? 'The mail server could not be asked.', letter),
  };
}

function codeOf(response: string): number | null {
  const code = Number(/^\d{3}/.exec(response)?.[0]);
  return Number.isNaN(code) || code === 0 ? null : code;
}

/** Servers repeat addresses in what they say. */
function quietly(said: string, { to, from }: Letter): string {
  const without = [to.address, from.address].reduce(
    (text, address) => text.replaceAll(address, '[address]'),
    said,
  );
  return without
    .replaceAll(/[^\s<>@]+@[^\s<>@]+/g, '[address]')
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function unsendable(message: string): HoldfastError {
  return new HoldfastError('invalid_input', `${message} Nothing was sent.`);
}
