import type { Browser, CDPSession, Page } from 'playwright-core';
import { CONSOLE, type TestHub } from '../../support/test-hub.ts';

/** What the page itself saw, as the browser's own observers tell it. */
interface Seen {
  largestPaintMs: number;
  /** Longest event of each interaction, by its id. */
  interactions: Record<string, number>;
  frames: number[];
}

/** A page of somebody who is signed in, watched from its first byte. */
export interface MeasuredPage {
  readonly page: Page;
  /** Bytes over the network so far, as they were sent, and as they are read. */
  bytes(): { readonly sent: number; readonly read: number };
  seen(): Promise<Seen>;
  close(): Promise<void>;
}

/** Opens a page in a context of its own: nothing is cached, and the session is of a new officer of this tenant. */
export async function openMeasuredPage(
  browser: Browser,
  hub: TestHub,
  tenantId: string,
): Promise<MeasuredPage> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
  const link = await hub.makeLink('compliance_officer', { tenantId });
  const { ok } = await context.request
    .post(`${hub.url}/api/v1/session`, { headers: CONSOLE, data: { token: link.token } })
    .then((answer) => ({ ok: answer.ok() }));
  if (!ok) throw new Error('Nobody could sign in.');
  const page = await context.newPage();
  await page.addInitScript({ content: OBSERVE });
  const network = await context.newCDPSession(page);
  const count = await countBytes(network);
  return {
    page,
    bytes: count,
    seen: () => page.evaluate<Seen>('window.seen'),
    close: () => context.close(),
  };
}

async function countBytes(network: CDPSession): Promise<MeasuredPage['bytes']> {
  let [sent, read] = [0, 0];
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    sent += encodedDataLength;
  });
  network.on('Network.dataReceived', ({ dataLength }) => {
    read += dataLength;
  });
  await network.send('Network.enable');
  return () => ({ sent, read });
}

/** Runs in the page before anything of it: paints and interactions as they are told for the figures of the web. */
const OBSERVE = `
  const seen = { largestPaintMs: 0, interactions: {}, frames: [] };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largestPaintMs = entry.startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const { interactionId: id, duration } of list.getEntries())
      if (id > 0) seen.interactions[id] = Math.max(seen.interactions[id] ?? 0, duration);
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
  let before = 0;
  const frame = (at) => {
    if (before > 0) seen.frames.push(at - before);
    before = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
`;
