import type { AccessAlertView } from '../api/access-alerts.ts';
import { present } from '../format/present.ts';

/** Which alerts are shown, as it stands in the URL. */
export interface AlertsSearch {
  readonly kind?: AccessAlertView['kind'];
  /** `open`: nobody has taken note of it. */
  readonly state?: 'open' | 'noted';
  /** Id of whom they are about. */
  readonly person?: string;
}

const KINDS: readonly AccessAlertView['kind'][] = ['bulk', 'off-hours', 'new-country'];
const STATES = ['open', 'noted'] as const;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the search from the URL; what is not understood is left out. */
export function parseAlertsSearch({ kind, state, person }: Readonly<Record<string, unknown>>): AlertsSearch {
  return present({
    kind: KINDS.find((known) => known === kind),
    state: STATES.find((known) => known === state),
    person: typeof person === 'string' && UUID.test(person) ? person.toLowerCase() : undefined,
  });
}

/** The search in the words of the API. */
export function alertQueryOf({ kind, state, person }: AlertsSearch): Record<string, string> {
  return present({
    kind,
    person,
    acknowledged: state === undefined ? undefined : String(state === 'noted'),
  });
}
