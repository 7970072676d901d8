import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { IssuedCertificate } from './tls-authority.ts';

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether the line was encrypted. */
  readonly secure: boolean;
  /** Headers by their names in small letters, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What the server says to a step; an error of SMTP with its code, or nothing. */
export type MailRefusal = { readonly code: number; readonly says: string } | undefined;

/** A real mail server on the loopback, for tests of what sends to one. */
export interface MailReceiver {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** Asked for each recipient. */
  refuse: (recipient: string) => MailRefusal;
  close(): Promise<void>;
}

/** Starts one; `tls: 'none'` offers no STARTTLS, `login` demands that user and password. */
export async function startMailReceiver(options: {
  readonly certificate: IssuedCertificate;
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /** Another address of the loopback than 127.0.0.1. */
  readonly host?: string;
  readonly login?: { readonly user: string; readonly password: string };
}): Promise<MailReceiver> {
  const { certificate, tls = 'starttls', login, host = '127.0.0.1' } = options;
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    secure: tls === 'implicit',
    closeTimeout: 500,
    key: certificate.key,
    cert: certificate.cert,
    authOptional: login === undefined,
    disabledCommands: [...(tls === 'none' ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    onAuth(given, _session, done) {
      const right = given.username === login?.user && given.password === login?.password;
      if (right) done(null, { user: given.username ?? '' });
      else done(replying({ code: 535, says: 'Authentication credentials invalid' }));
    },
    onRcptTo({ address }, _session, done) {
      const refusal = receiver.refuse(address);
      done(refusal === undefined ? null : replying(refusal));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          ...parse(Buffer.concat(chunks).toString('utf8')),
        });
        done(null, '2.0.0 taken');
      });
    },
  });
  server.on('error', () => undefined); // clients that hang up in the middle of the handshake
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const receiver: MailReceiver = {
    port: (server.server.address() as AddressInfo).port,
    received,
    refuse: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
      }),
  };
  return receiver;
}

function replying({ code, says }: NonNullable<MailRefusal>): Error {
  return Object.assign(new Error(says), { responseCode: code });
}

/** Headers and decoded text of a message with one part. */
function parse(message: string): Pick<ReceivedMail, 'headers' | 'text'> {
  const [head = '', ...rest] = message.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  return { headers, text: decode(rest.join('\r\n\r\n'), headers['content-transfer-encoding']) };
}

function decode(body: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const bytes = body
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
