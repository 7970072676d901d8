import { dialogFaults } from './check-dialogs.ts';
import { keyboardFaults } from './check-keyboard.ts';
import { ENGLISH_ON_PURPOSE } from './english-on-purpose.ts';
import type { GermanTexts } from './check-language.ts';
import { axeFaults, headingFaults, narrowFaults } from './check-screen.ts';
import { pathOf, type TourIds, type TourStop } from './tour-stop.ts';
import { visit, type TourLook, type TourWindow } from './tour-window.ts';

/** What the checks of one stop need. */
export interface TourVisit {
  readonly window: TourWindow;
  readonly look: TourLook;
  readonly url: string;
  readonly ids: TourIds;
  readonly german: GermanTexts;
}

/**
 * Visits a screen and answers everything that is wrong with it. In light and English it is held against everything, in dark
 * against contrasts, in German against its language and its width, for German words are longer.
 */
export async function screenFaults(stop: TourStop, tour: TourVisit): Promise<readonly string[]> {
  const { window, look, url, ids, german } = tour;
  const { page } = window;
  await visit(page, url + pathOf(stop, ids), look.language === 'en' ? stop.shows : /./);
  const faults: string[] = [];
  if (look.language === 'de')
    faults.push(
      ...(await german.faults(page, ENGLISH_ON_PURPOSE[stop.route])),
      ...(await narrowFaults(page)),
    );
  else faults.push(...(await axeFaults(page)));
  if (look.language === 'en' && look.scheme === 'light') {
    faults.push(...(await headingFaults(page)), ...(await narrowFaults(page)));
    faults.push(...(await keyboardFaults(page)));
    for (const opener of stop.dialogs ?? []) faults.push(...(await dialogFaults(page, opener)));
  }
  faults.push(...(await window.troubles()));
  return faults.map((fault) => `${stop.route}: ${fault}`);
}
