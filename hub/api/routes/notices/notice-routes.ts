import { Router, urlencoded, type RequestHandler, type Response } from 'express';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import { announceMatter } from '../../../../recorder-core/records/announce-matter.ts';
import {
  acknowledgeNotice,
  findNoticeByLink,
  lockNotice,
  type CustodianNotice,
} from '../../../../recorder-core/records/custodian-notices.ts';
import type { Tx } from '../../../../recorder-core/records/database.ts';
import { parseToken, type BearerToken } from '../../../identity/bearer-token.ts';
import { html, sendPage } from '../../public-page.ts';
import type { Services } from '../../services.ts';

/**
 * What custodians see, who have no session: `/n/<token>`. The page shows what is to be kept; its one button says that it
 * was read. It shows nothing of any recording, and pressing the button twice is once.
 */
export function noticeRoutes(services: Services): Router {
  const router = Router();
  router.get(
    '/n/:token',
    withNotice(services, (notice, _tx, response) => {
      sendNotice(response, notice);
      return Promise.resolve();
    }),
  );
  router.post(
    '/n/:token',
    urlencoded({ extended: false, limit: '1kb' }),
    withNotice(services, async (found, tx, response, { tenantId }) => {
      const now = services.now();
      const notice = (await lockNotice(tx, found.id)) ?? found;
      if (await acknowledgeNotice(tx, tenantId, notice, now))
        await announceMatter(tx, services, { tenantId, matterId: notice.matterId, now });
      sendNotice(response, (await lockNotice(tx, found.id)) ?? notice);
    }),
  );
  return router;
}

type Handler = (notice: CustodianNotice, tx: Tx, response: Response, token: BearerToken) => Promise<void>;

function withNotice(services: Services, handle: Handler): RequestHandler {
  return (request, response, next) => {
    const token = tokenOf(String(request.params['token']));
    if (token === undefined) {
      sendUnknown(response);
      return;
    }
    services.db
      .forTenant(token.tenantId, async (tx) => {
        const notice = await findNoticeByLink(tx, token.digest);
        if (notice === undefined) sendUnknown(response);
        else await handle(notice, tx, response, token);
      })
      .catch(next);
  };
}

function tokenOf(text: string): BearerToken | undefined {
  try {
    return parseToken(text);
  } catch (error) {
    if (isHoldfastError(error)) return undefined;
    throw error;
  }
}

function sendNotice(response: Response, notice: CustodianNotice): void {
  const { name, matter, sentBy, instructions, acknowledgedAt, endedAt } = notice;
  const paragraphs = instructions
    .split(/\n+/)
    .filter((line) => line.trim() !== '')
    .map((line) => html`<p>${line}</p>`.html)
    .join('');
  const answer =
    endedAt !== null
      ? html`<p>This matter is closed. You need not keep anything for it any longer.</p>`
      : acknowledgedAt !== null
        ? html`<p role="status">
            You acknowledged this on ${utc(acknowledgedAt)}. It holds until you are told otherwise.
          </p>`
        : html`<form method="post">
            <button class="button" type="submit">I have read this and will keep everything</button>
          </form>`;
  sendPage(
    response,
    200,
    'Keep everything',
    html`<p class="from">From ${sentBy}</p>
      <h1>Please keep everything about this matter</h1>
      <dl>
        <dt>Matter</dt>
        <dd>${matter}</dd>
        <dt>For</dt>
        <dd>${name}</dd>
      </dl>
      ${{ html: paragraphs }} ${answer}
      <p class="note">
        Delete and change nothing that may belong to it, in any system, until you are told that it is over.
        When you press the button, the time is recorded.
      </p>`,
  );
}

function sendUnknown(response: Response): void {
  sendPage(
    response,
    404,
    'No such link',
    html`<h1>There is no such link</h1>
      <p>
        It may have been cut short on its way. Copy the whole link from the message, or ask the sender for a
        new one.
      </p>`,
  );
}

function utc(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}
