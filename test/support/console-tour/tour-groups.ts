import { ACCESS } from './stops/access-stops.ts';
import { FRAME } from './stops/frame-stops.ts';
import { INTEGRATION } from './stops/integration-stops.ts';
import { RECORDS } from './stops/records-stops.ts';
import { SYSTEM } from './stops/system-stops.ts';
import type { TourGroup } from './tour-stop.ts';

/** Every screen behind the sign-in, in the order of the navigation. */
export const TOUR: readonly TourGroup[] = [FRAME, RECORDS, ACCESS, INTEGRATION, SYSTEM];

/** The sign-in page has a tour of its own: whoever is signed in does not see it. */
export const SIGN_IN = '/sign-in';
