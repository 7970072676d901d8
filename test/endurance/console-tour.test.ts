import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { browserTest, browserThere, startBrowser } from '../support/browser.ts';
import { GermanTexts } from '../support/console-tour/check-language.ts';
import { axeFaults, headingFaults, narrowFaults } from '../support/console-tour/check-screen.ts';
import { furnishTenant } from '../support/console-tour/furnish-tenant.ts';
import { SIGN_IN, TOUR } from '../support/console-tour/tour-groups.ts';
import { makeLink, proveAll } from '../support/console-tour/tour-person.ts';
import { screenFaults } from '../support/console-tour/tour-screen.ts';
import type { TourIds } from '../support/console-tour/tour-stop.ts';
import { openTourWindow, type TourLook } from '../support/console-tour/tour-window.ts';
import { writePicture } from '../support/console-tour/write-picture.ts';
import { startEventReceiver, type EventReceiver } from '../support/event-receiver.ts';
import { ServicenowDouble } from '../support/peers/servicenow-double.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';

/** Whether the pictures of docs/console are taken anew. */
const WRITES = process.env['HOLDFAST_WRITE_SCREENS'] === '1';
const LOOKS: readonly (TourLook & { readonly title: string })[] = [
  {
    title: 'in light, by axe, by keyboard, on 320 pixels, with its dialogs',
    scheme: 'light',
    language: 'en',
  },
  { title: 'in dark, by axe', scheme: 'dark', language: 'en' },
  { title: 'in German, which shows no English text', scheme: 'light', language: 'de' },
];

let product: RunningProduct;
let instance: ServicenowDouble;
let receiver: EventReceiver;
let browser: Browser;
let ids: TourIds;

describe('every screen of the console', () => {
  beforeAll(async () => {
    if (!browserThere) return;
    [instance, receiver] = [await ServicenowDouble.start(), await startEventReceiver()];
    product = await startRunningProduct({ sample: true, args: ['--egress-private-network', 'true'] });
    ids = await furnishTenant(product, { instance, receiver });
    browser = await startBrowser();
  }, 600_000);

  afterAll(async () => {
    if (!browserThere) return;
    await browser.close();
    await product.stop();
    await product.remove();
    await instance.stop();
    await receiver.close();
  }, 90_000);

  for (const { title, ...look } of LOOKS)
    browserTest(
      title,
      async () => {
        const german = new GermanTexts();
        const faults: string[] = [];
        for (const { by, stops } of TOUR) {
          const window = await openTourWindow(browser, look, await makeLink(product, by));
          await proveAll(product);
          for (const stop of stops) {
            faults.push(...(await screenFaults(stop, { window, look, url: product.url, ids, german })));
            if (WRITES && look.language === 'en') await writePicture(window.page, stop.name, look.scheme);
          }
          if (window.answers() < stops.length) faults.push(`${by}: hardly an answer of the API was seen`);
          await window.close();
        }
        expect(faults).toEqual([]);
      },
      900_000,
    );

  browserTest(
    'the page to sign in, before anybody has',
    async () => {
      const window = await openTourWindow(
        browser,
        { scheme: 'light', language: 'en' },
        await makeLink(product),
      );
      await window.page.context().clearCookies();
      for (const scheme of ['light', 'dark'] as const) {
        await window.page.emulateMedia({ colorScheme: scheme });
        await window.page.goto(product.url + SIGN_IN);
        await window.page.locator('h1').waitFor();
        expect([
          ...(await axeFaults(window.page)),
          ...(await headingFaults(window.page)),
          ...(await narrowFaults(window.page)),
        ]).toEqual([]);
      }
      await window.close();
    },
    120_000,
  );
});
