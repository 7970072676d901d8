import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { advanceApproval } from '../../activities/approvals/advance-approval.ts';
import { advanceMatter } from '../../activities/holds/advance-matter.ts';
import { mailStanding as standingOf } from '../../recorder-core/records/mail.ts';
import { askApproval } from '../../recorder-core/records/ask-approval.ts';
import { openPool, type Tx } from '../../recorder-core/records/database.ts';
import { searchLeaves } from '../../recorder-core/records/search-leaves.ts';
import { queueMail } from '../../recorder-core/records/queue-mail.ts';
import { startMailReceiver, type MailReceiver } from '../../test/support/mail-receiver.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readProblem, startTestHub, type TestHub, type TestPerson } from '../../test/support/test-hub.ts';
import { makeTlsAuthority, type TlsAuthority } from '../../test/support/tls-authority.ts';
import { emailBody, mail, mailStanding, queuedMail } from '../api/schemas/mail.ts';
import { matterDetail, matterSummary, noticeLink } from '../api/schemas/matter.ts';
import { makeNoticeLink } from '../holds/notice-link.ts';
import { makeMailedSignInLink } from '../identity/sign-in-link.ts';
import { sendDueMail } from './send-due-mail.ts';
import { makeSmtpSender } from './smtp-sender.ts';

const DAY_MS = 86_400_000;
const list = z.object({ items: z.array(mail) });
let database: TestDatabase;
let hub: TestHub;
let receiver: MailReceiver;
let authority: TlsAuthority;
let admin: TestPerson;
let officer: TestPerson;
let ahead = 0;
const now = () => new Date(Date.now() + ahead);

beforeAll(async () => {
  authority = makeTlsAuthority();
  receiver = await startMailReceiver({ certificate: authority.issue('mail', 'serverAuth') });
  database = await openTestDatabase();
  hub = await startTestHub(database, { now, mail: { domains: ['example.com'] } });
  admin = await hub.signIn();
  officer = await hub.signIn('compliance_officer');
  await post(admin, `people/${admin.userId}/email`, emailBody, { email: 'ada@example.com' });
  await post(admin, `people/${officer.userId}/email`, emailBody, { email: 'olga@example.com' });
}, 300_000);
afterAll(async () => {
  await hub.close();
  await database.close();
  await receiver.close();
  authority.close();
});
beforeEach(async () => {
  receiver.received.length = 0;
  receiver.refuse = () => undefined;
  await database.asOwner('delete from mail');
  await switchMail(true);
});

const post = <S extends z.ZodType>(person: TestPerson, path: string, schema: S, body?: object) =>
  person.read(schema, `/api/v1/${path}`, { method: 'POST', ...(body && { body }) });
const setting = { sender: 'records@example.com', senderName: 'Records', reason: 'People are told.' };
const switchMail = (allowed: boolean, more: object = {}) =>
  post(admin, 'mail-settings', mailStanding, { allowed, ...setting, ...more });
const inTenant = <T>(work: (tx: Tx) => Promise<T>) => database.db.forTenant(database.tenantId, work);
const mails = (state?: string) =>
  officer
    .read(list, `/api/v1/mail${state === undefined ? '' : `?state=${state}`}`)
    .then(({ items }) => items);

/** As the worker does at each look. */
const send = (most = 100, at = now) => {
  const console = 'https://hub.example';
  const server = { host: 'localhost', port: receiver.port, tls: 'starttls', ca: authority.ca } as const;
  return sendDueMail(
    {
      db: database.db,
      now: at,
      send: makeSmtpSender(server),
      composing: {
        consoleUrl: console,
        noticeLink: (tenantId) => makeNoticeLink(console, tenantId),
        signInLink: (tx, tenantId, userId, at) =>
          makeMailedSignInLink(tx, console, { tenantId, userId, now: at }),
      },
    },
    database.tenantId,
    most,
  );
};

describe('a custodian who is told by mail', () => {
  const matterOf = async () => {
    const { id } = await post(officer, 'matters', matterSummary, {
      name: `Curie\r\nBcc: eve@example.net ${randomUUID()}`,
      tags: [],
    });
    return id;
  };
  const wish = {
    name: 'Irène',
    address: 'irene@example.org',
    superior: 'Marie',
    superiorAddress: 'marie@example.org',
    instructions: 'Keep all notes.',
    byMail: true,
    remindDays: 7,
    mostReminders: 1,
  };
  const advance = (matterId: string, at = now()) =>
    advanceMatter({ ...hub.services, now: () => at })({ tenantId: database.tenantId, matterId });

  test('gets the notice, a reminder, and then the superior gets word without the link', async () => {
    const id = await matterOf();
    await post(officer, `matters/${id}/notices`, noticeLink, wish);
    const sentAt = Date.now();
    await advance(id);
    await advance(id);
    expect(await send()).toBe(1);
    const [notice] = receiver.received;
    expect(notice).toMatchObject({ to: ['irene@example.org'], from: 'records@example.com' });
    expect(notice!.headers['bcc']).toBeUndefined();
    expect(notice!.headers['subject']).toMatch(/^Please keep everything about this matter: Curie Bcc: eve/);
    const link = /https:\/\/hub\.example(\/n\/\S+)/.exec(notice!.text)?.[1];
    await advance(id, new Date(sentAt + 7 * DAY_MS + 60_000));
    await send(9, () => new Date(sentAt + 8 * DAY_MS));
    await advance(id, new Date(sentAt + 15 * DAY_MS));
    await send(9, () => new Date(sentAt + 16 * DAY_MS));
    expect(receiver.received.map(({ to, headers }) => [to[0], headers['subject']?.split(':')[0]])).toEqual([
      ['irene@example.org', 'Please keep everything about this matter'],
      ['irene@example.org', 'Reminder'],
      ['marie@example.org', 'Not confirmed'],
    ]);
    expect(receiver.received[2]!.text).not.toContain('https://');
    const detail = await officer.read(matterDetail, `/api/v1/matters/${id}`);
    expect(detail.notices).toMatchObject([{ byMail: true, mail: { state: 'sent' } }]);
    expect((await fetch(`${hub.url}${link ?? ''}`, { method: 'POST' })).status).toBe(200);
  });

  test('who has confirmed meanwhile gets nothing more', async () => {
    const id = await matterOf();
    const { url } = await post(officer, `matters/${id}/notices`, noticeLink, wish);
    await advance(id);
    await fetch(`${hub.url}${new URL(url).pathname}`, { method: 'POST' });
    await send();
    expect(receiver.received).toEqual([]);
    expect(await mails()).toMatchObject([{ kind: 'custodian-notice', to: 'Irène', state: 'spared' }]);
  });

  test('needs an address that is one, and mail that is on', async () => {
    const id = await matterOf();
    const ask = (more: object) =>
      officer.fetch(`/api/v1/matters/${id}/notices`, { method: 'POST', body: { ...wish, ...more } });
    const bad = await readProblem(ask({ address: 'irene@example.org\r\nBcc: eve@example.net' }), 400);
    expect(bad.field).toBe('/body/address');
    expect((await readProblem(ask({ superiorAddress: 'Marie' }), 400)).field).toBe('/body/superiorAddress');
    await switchMail(false);
    await readProblem(ask({}), 409);
  });
});

describe('a mail', () => {
  test('that the server refuses for now is tried again and then taken; one it refuses for good is told, and sent again by hand', async () => {
    await post(admin, 'mail/test', queuedMail);
    receiver.refuse = () => ({ code: 451, says: 'Greylisted' });
    await send();
    expect(await mails()).toMatchObject([{ state: 'waiting', attempts: 1, code: 451 }]);
    expect(await send()).toBe(0);
    ahead += 2 * 60_000;
    receiver.refuse = () => undefined;
    await send();
    expect(await mails()).toMatchObject([{ state: 'sent', attempts: 2, code: 250 }]);

    const { id } = await post(admin, 'mail/test', queuedMail);
    receiver.refuse = () => ({ code: 550, says: 'No such user' });
    await send();
    expect(await mails('failed')).toMatchObject([
      { id: expect.any(String), to: admin.name, code: 550, answer: '550 No such user' },
    ]);
    const [failed] = await mails('failed');
    receiver.refuse = () => undefined;
    await post(admin, `mail/${failed!.id}/retry`, queuedMail);
    await send();
    expect(receiver.received).toHaveLength(2);
    await readProblem(admin.fetch(`/api/v1/mail/${failed!.id}/retry`, { method: 'POST' }), 409);
    await readProblem(admin.fetch(`/api/v1/mail/${randomUUID()}/retry`, { method: 'POST' }), 404);
    const leaves = await inTenant((tx) =>
      searchLeaves(tx, { objectType: 'mail', objectId: failed!.id, limit: 9 }),
    );
    expect(leaves.map(({ act }) => act)).toEqual(['mail.sent', 'mail.failed']);
    expect(JSON.stringify(leaves)).not.toContain('ada@example.com');
    expect(id).not.toBe(failed!.id); // the test is what it is about
  });

  test('whose worker died after the server took it goes out again under the same Message-ID', async () => {
    await post(admin, 'mail/test', queuedMail);
    await send();
    await database.asOwner("update mail set state = 'waiting', settled_at = null, due_at = now()"); // as if nobody had noted it
    await send();
    const ids = receiver.received.map(({ headers }) => headers['message-id']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('is claimed by one of two workers, and no more go out than may', async () => {
    for (let n = 0; n < 6; n += 1) await post(admin, 'mail/test', queuedMail);
    const [a, b] = await Promise.all([send(2), send(2)]);
    expect([a, b, receiver.received.length]).toEqual([2, 2, 4]);
    const dispatcher = openPool(database.dispatcherUrl, 1);
    const since = new Date(now().getTime() - 60_000);
    const found = await standingOf(dispatcher, now(), since);
    await dispatcher.end();
    expect(found).toEqual({ tenants: [database.tenantId], attempted: 4 });
  });

  test('is queued once for the same telling, and not at all while mail is off', async () => {
    const context = { tenantId: database.tenantId, now: now(), newId: hub.services.newId };
    const telling = { kind: 'grant-ending', subjectId: randomUUID(), step: 'warned' } as const;
    const queue = () => inTenant((tx) => queueMail(tx, context, telling, [admin.userId]));
    expect([await queue(), await queue()]).toEqual([1, 0]);
    await switchMail(false);
    expect(
      await inTenant((tx) => queueMail(tx, context, { ...telling, step: 'again' }, [admin.userId])),
    ).toBe(0);
    await send();
    expect(await mails()).toMatchObject([{ state: 'spared', answer: 'Mail is switched off.' }]);
  });
});

describe('a question to a second person', () => {
  test('is mailed to those it waits for and not to who asked, names nobody, and is spared once answered', async () => {
    const other = await hub.signIn('compliance_officer');
    await post(admin, `people/${other.userId}/email`, emailBody, { email: 'otto@example.com' });
    const ask = async () => {
      const id = hub.services.newId(now());
      await inTenant((tx) =>
        askApproval(tx, {
          tenantId: database.tenantId,
          id,
          kind: 'hold-release',
          subject: { type: 'hold', id: randomUUID() },
          act: 'hold.release',
          requestedBy: { id: officer.userId, name: officer.name },
          summary: 'Releases the hold about Petra Person.',
          dueAt: new Date(now().getTime() + 8 * DAY_MS),
          now: now(),
          newId: hub.services.newId,
        }),
      );
      await advanceApproval({ ...hub.services, now })({ tenantId: database.tenantId, approvalId: id });
      return id;
    };
    const id = await ask();
    await send();
    expect(receiver.received.map(({ to }) => to[0])).toEqual(['otto@example.com']);
    const { text } = receiver.received[0]!;
    expect(text).toContain(`https://hub.example/approvals/${id}`);
    expect(text).not.toMatch(/Petra|Test compliance/);
    const second = await ask();
    await other.fetch(`/api/v1/approvals/${second}/approve`, { method: 'POST', body: {} });
    await send();
    expect(receiver.received).toHaveLength(1);
  });
});

describe('a sign-in link', () => {
  const signInBy = (token: string) =>
    hub.fetch('/api/v1/session', { method: 'POST', headers: { 'X-Holdfast-Console': '1' }, body: { token } });

  test('goes to the mailbox of a person who is new alone, and signs in once', async () => {
    const { userId } = await hub.makeLink('auditor');
    await post(admin, `people/${userId}/email`, emailBody, { email: 'nora@example.com' });
    await post(admin, `people/${userId}/sign-in-link`, queuedMail);
    await switchMail(true, { language: 'de' });
    await send();
    const [sent] = receiver.received;
    expect(sent).toMatchObject({ to: ['nora@example.com'], headers: { 'content-language': 'de' } });
    const token = /\/sign-in#(\S+)/.exec(sent!.text)?.[1] ?? '';
    expect([(await signInBy(token)).ok, (await signInBy(token)).ok]).toEqual([true, false]);
    const refused = (id: string) =>
      readProblem(admin.fetch(`/api/v1/people/${id}/sign-in-link`, { method: 'POST' }), 409);
    expect((await refused(officer.userId)).detail).toContain('has signed in before');
    expect((await refused((await hub.makeLink('auditor')).userId)).detail).toContain('no address');
  });

  test('is spared where the person has signed in between the asking and the sending', async () => {
    const { userId, token } = await hub.makeLink('auditor');
    await post(admin, `people/${userId}/email`, emailBody, { email: 'nils@example.com' });
    await post(admin, `people/${userId}/sign-in-link`, queuedMail);
    expect((await signInBy(token)).ok).toBe(true);
    await send();
    expect(receiver.received).toEqual([]);
    expect(await mails('spared')).toContainEqual(expect.objectContaining({ kind: 'sign-in-link' }));
  });
});

describe('the sender', () => {
  test('is an address that this installation may speak for, and only administrators say which', async () => {
    const ask = (person: TestPerson, more: object) =>
      person.fetch('/api/v1/mail-settings', { method: 'POST', body: { allowed: true, ...setting, ...more } });
    for (const sender of ['ceo@bank.example', 'records@example.com\r\nBcc: x@example.com', 'records'])
      expect((await readProblem(ask(admin, { sender }), 400)).field).toBe('/body/sender');
    expect((await readProblem(ask(admin, { senderName: 'Records\nBcc: x' }), 400)).field).toBe(
      '/body/senderName',
    );
    await readProblem(ask(officer, {}), 403);
    expect(await officer.read(mailStanding, '/api/v1/mail-settings')).toMatchObject({
      configured: true,
      setting: { sender: 'records@example.com' },
    });
  });
});
