import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startMailReceiver, type MailReceiver } from '../../test/support/mail-receiver.ts';
import { makeTlsAuthority, type TlsAuthority } from '../../test/support/tls-authority.ts';
import { mailServerOf, type MailServerConfig } from './mail-server.ts';
import { makeSmtpSender, type Letter } from './smtp-sender.ts';

const LETTER: Letter = {
  id: '0198c0de-0000-7000-8000-00000000000a',
  from: { name: 'Records, Hüben', address: 'records@example.com' },
  to: { name: 'Carla', address: 'carla@example.org' },
  subject: 'Grüße: keep “everything”',
  text: 'Bitte aufbewahren – alles.\n\nhttps://hub.example/n/abc',
  language: 'de',
  at: new Date('2026-11-27T09:00:00Z'),
};
let authority: TlsAuthority;
let receiver: MailReceiver;
let open: MailReceiver[] = [];

beforeAll(async () => {
  authority = makeTlsAuthority();
  receiver = await start();
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.refuse = () => undefined;
});
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()));
  authority.close();
});

async function start(more: Partial<Parameters<typeof startMailReceiver>[0]> = {}): Promise<MailReceiver> {
  const certificate = authority.issue('mail', 'serverAuth');
  const started = await startMailReceiver({ certificate, ...more });
  open = [...open, started];
  return started;
}

const senderTo = ({ port }: MailReceiver, more: Partial<Parameters<typeof makeSmtpSender>[0]> = {}) =>
  makeSmtpSender({ host: 'localhost', port, tls: 'starttls', ca: authority.ca, ...more });

describe('a letter', () => {
  test('reaches a mail server over STARTTLS, whole, and under the same Message-ID each time', async () => {
    const send = senderTo(receiver);
    expect(await send(LETTER)).toMatchObject({ outcome: 'taken', code: 250 });
    expect(await send(LETTER)).toMatchObject({ outcome: 'taken' });
    const [first, second] = receiver.received;
    expect(first).toMatchObject({ from: 'records@example.com', to: ['carla@example.org'], secure: true });
    expect(first!.headers).toMatchObject({
      'message-id': `<${LETTER.id}@example.com>`,
      'auto-submitted': 'auto-generated',
      'content-language': 'de',
      date: 'Fri, 27 Nov 2026 09:00:00 +0000',
    });
    expect(first!.text.replaceAll('\r\n', '\n').trim()).toBe(LETTER.text);
    expect(second!.headers['message-id']).toBe(first!.headers['message-id']);
  });

  test('goes over TLS from the first byte with a login, and a wrong password fails the way, not the mail', async () => {
    const login = { user: 'holdfast', password: 'right' };
    const demanding = await start({ tls: 'implicit', login });
    expect(await senderTo(demanding, { tls: 'implicit', login })(LETTER)).toMatchObject({ outcome: 'taken' });
    const wrong = { ...login, password: 'wrong' };
    expect(await senderTo(demanding, { tls: 'implicit', login: wrong })(LETTER)).toMatchObject({
      outcome: 'away',
      code: 535,
    });
  });

  test('is not sent in the clear where STARTTLS is not offered', async () => {
    const plain = await start({ tls: 'none' });
    expect(await senderTo(plain)(LETTER)).toMatchObject({ outcome: 'away' });
    expect(plain.received).toEqual([]);
    expect(await senderTo(plain, { tls: 'none' })(LETTER)).toMatchObject({ outcome: 'taken' });
  });

  test('is not sent to a server whose certificate is by an unknown authority, or for another name', async () => {
    const other = makeTlsAuthority();
    const unknown = await senderTo(receiver, { ca: other.ca })(LETTER);
    other.close();
    expect(unknown.outcome).toBe('away');
    const elsewhere = await start({ host: '127.0.0.2' });
    const misnamed = await senderTo(elsewhere, { host: '127.0.0.2' })(LETTER);
    expect(misnamed).toMatchObject({
      outcome: 'away',
      answer: expect.stringContaining('127.0.0.2 is not in the cert'),
    });
    expect([...receiver.received, ...elsewhere.received]).toEqual([]);
  });

  test('comes back on 4xx and is refused on 5xx, told without the address', async () => {
    const send = senderTo(receiver);
    receiver.refuse = () => ({ code: 451, says: 'Greylisted, try later' });
    expect(await send(LETTER)).toMatchObject({
      outcome: 'away',
      code: 451,
      answer: expect.stringContaining('Greylisted'),
    });
    receiver.refuse = (to) => ({ code: 550, says: `No such user ${to} here` });
    expect(await send(LETTER)).toEqual({
      outcome: 'refused',
      code: 550,
      answer: '550 No such user [address] here',
    });
  });

  test('waits for a server that is away', async () => {
    const gone = await start();
    await gone.close();
    open = open.filter((one) => one !== gone);
    expect(await senderTo(gone)(LETTER)).toMatchObject({ outcome: 'away', code: null });
  });

  test.each([
    ['address', { to: { name: 'C', address: 'carla@example.org\r\nBcc: eve@example.net' } }],
    ['list', { to: { name: 'C', address: 'carla@example.org, eve@example.net' } }],
    ['name', { to: { name: 'C\r\nBcc: eve@example.net', address: 'carla@example.org' } }],
    ['subject', { subject: 'Hello\r\nBcc: eve@example.net' }],
  ])('with a header in its %s is refused before anything is sent', async (_what, change) => {
    await expect(senderTo(receiver)({ ...LETTER, ...change })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    expect(receiver.received).toEqual([]);
  });
});

describe('the settings', () => {
  const config: MailServerConfig = {
    smtpHost: 'mail.example.com',
    smtpPort: 587,
    smtpTls: 'starttls',
    smtpCaFile: undefined,
    smtpUser: undefined,
    smtpPassword: undefined,
  };
  test('name a server, or none', () => {
    expect(mailServerOf({ ...config, smtpHost: undefined })).toBeUndefined();
    expect(mailServerOf(config)).toEqual({ host: 'mail.example.com', port: 587, tls: 'starttls' });
  });
  test.each([
    ['smtpTls', { smtpTls: 'none' }],
    ['smtpPassword', { smtpUser: 'a' }],
    ['smtpUser', { smtpPassword: 'a' }],
    ['smtpCaFile', { smtpCaFile: '/nowhere/ca.pem' }],
  ] as const)('that cannot be used are refused by name: %s', (field, change) => {
    const error = (() => {
      try {
        return mailServerOf({ ...config, ...change });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'config_invalid', field });
  });
});
