import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { consolePolicy } from './security-headers.ts';

/** What stands in the built page where the nonce of each answer comes (`admin-ui/index.html`). */
export const NONCE_PLACE = 'holdfast-style-nonce';

/**
 * The one page of the console, for every screen. Each answer has a nonce of its own, which its policy asks of every style element:
 * the editor and the dialogs make theirs with it. So no answer is kept by anyone, for a kept page would carry another answer's nonce.
 */
export function consolePage(folder: string): RequestHandler {
  return async (_request, response) => {
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    const nonce = randomBytes(18).toString('base64');
    response
      .set({ 'Content-Security-Policy': consolePolicy(nonce), 'Cache-Control': 'no-store' })
      .type('html')
      .send(page.replace(NONCE_PLACE, nonce));
  };
}
