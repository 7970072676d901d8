import { saidByHub } from './said-by-hub.ts';

/** A matter that freezes the evidence of an incident: the hub names it by the incident's id and title. */
const OF_AN_INCIDENT = /^Incident [0-9a-f]{8}: /;

/** The name of a matter: what people named stays as it is, what the hub named is told in the language of the page. */
export function matterName(name: string): string {
  return OF_AN_INCIDENT.test(name) ? saidByHub(name) : name;
}
