import { randomBytes } from 'node:crypto';
import { Router, urlencoded, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { isHoldfastError } from '../../../../recorder-core/errors.ts';
import { PASSCODE_ATTEMPTS } from '../../../../recorder-core/policy/export-rules.ts';
import { openVisit, takeAttempt } from '../../../../recorder-core/records/export-links.ts';
import { isPasscode } from '../../../exports/passcode.ts';
import type { Services } from '../../services.ts';
import { DownloadSlots } from './download-slots.ts';
import { digestOf, findHanding, isVisiting, VISIT_COOKIE, VISIT_LIFE_MS, type Handing } from './handover.ts';
import { noteDelivery, noteRefusal } from './note-delivery.ts';
import { html, sendPage } from '../../public-page.ts';
import { sendClosed, sendDownloadPage, sendPasscodeForm, sendUnknown } from './pages.ts';
import { sendBundle, sendKey } from './send-bundle.ts';

const passcodeForm = z.object({ passcode: z.string().max(200) });

/**
 * What recipients see, who have no session: `/d/<token>`. The token alone opens nothing; with the passcode it gives a
 * cookie that is bound to this link and lasts a quarter of an hour, and only with that are bytes sent.
 */
export function deliveryRoutes(services: Services): Router {
  const router = Router();
  const slots = new DownloadSlots({ perLink: 4, total: 64 });
  router.get(
    '/d/:token',
    withHanding(services, 'page', async (handing, request, response, now) => {
      if (await isVisiting(services, request, handing, now))
        sendDownloadPage(response, handing, pathOf(request));
      else sendPasscodeForm(response, 200, handing, pathOf(request));
    }),
  );
  router.post(
    '/d/:token',
    urlencoded({ extended: false, limit: '4kb' }),
    withHanding(services, 'page', (handing, request, response, now) =>
      takePasscode(services, handing, request, response, now),
    ),
  );
  router.get(
    '/d/:token/bundle',
    withHanding(services, 'fetch', async (handing, request, response, now) => {
      if (await requireVisit(services, handing, request, response, now))
        await sendBundle(services, slots, handing, request, response, now);
    }),
  );
  router.get(
    '/d/:token/key',
    withHanding(services, 'fetch', async (handing, request, response, now) => {
      if (await requireVisit(services, handing, request, response, now))
        await sendKey(services, handing, response, now);
    }),
  );
  return router;
}

type Handler = (handing: Handing, request: Request, response: Response, now: Date) => Promise<void>;

/** Finds the link and says so where it is of no use; then everything that goes wrong is told in a page as well. */
function withHanding(
  services: Services,
  kind: 'page' | 'fetch',
  handle: Handler,
): RequestHandler<{ token: string }> {
  return async (request, response) => {
    const now = services.now();
    try {
      const handing = await findHanding(services, request.params.token, now);
      if (handing === undefined) {
        sendUnknown(response);
      } else if (handing.decision === 'open') {
        await handle(handing, request as Request, response, now);
      } else {
        if (kind === 'fetch' && handing.decision !== 'preparing')
          await noteRefusal(services, handing, now, `export/${handing.decision}`);
        sendClosed(response, handing);
      }
    } catch (error) {
      if (response.headersSent || !isHoldfastError(error) || error.status >= 500) throw error;
      if (error.retryAfterMs !== undefined)
        response.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)));
      sendPage(
        response,
        error.status,
        'Not now',
        html`<h1>This cannot be done now</h1>
          <p>${error.message}</p>`,
      );
    }
  };
}

async function takePasscode(
  services: Services,
  handing: Handing,
  request: Request,
  response: Response,
  now: Date,
): Promise<void> {
  const { tenantId, link } = handing;
  const form = passcodeForm.safeParse(request.body ?? {});
  const taken = await services.db.forTenant(tenantId, (tx) => takeAttempt(tx, link.id, PASSCODE_ATTEMPTS));
  if (!taken) {
    await noteRefusal(services, handing, now, 'export/locked');
    sendClosed(response, { sender: handing.sender, decision: 'locked' });
    return;
  }
  if (!form.success || !(await isPasscode(form.data.passcode, link.passcodeHash))) {
    await noteRefusal(services, handing, now, 'export/passcode');
    const left = PASSCODE_ATTEMPTS - link.handover.wrongPasscodes - 1;
    if (left <= 0) sendClosed(response, { sender: handing.sender, decision: 'locked' });
    else sendPasscodeForm(response, 401, handing, pathOf(request), left);
    return;
  }
  const cookie = randomBytes(32).toString('base64url');
  await services.db.forTenant(tenantId, async (tx) => {
    await openVisit(tx, tenantId, {
      linkId: link.id,
      cookieDigest: digestOf(cookie),
      now: now.toISOString(),
      expiresAt: new Date(now.getTime() + VISIT_LIFE_MS).toISOString(),
    });
    await noteDelivery(tx, handing, now, {
      act: 'export.opened',
      outcome: 'allowed',
      rules: ['export/passcode'],
    });
  });
  response
    .cookie(VISIT_COOKIE, cookie, {
      httpOnly: true,
      sameSite: 'strict',
      secure: services.secureCookies,
      path: pathOf(request),
    })
    .redirect(303, pathOf(request));
}

/** Refuses who has not given the passcode of this very link, or too long ago. */
async function requireVisit(
  services: Services,
  handing: Handing,
  request: Request,
  response: Response,
  now: Date,
): Promise<boolean> {
  if (await isVisiting(services, request, handing, now)) return true;
  await noteRefusal(services, handing, now, 'export/visit');
  sendPasscodeForm(response, 401, handing, pathOf(request));
  return false;
}

/** Path of the link, whatever was asked below it; the token in it was parsed and has no special characters. */
function pathOf(request: Request): string {
  return `/d/${String(request.params['token'])}`;
}
