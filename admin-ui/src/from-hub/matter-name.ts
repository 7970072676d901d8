import { saidByHub } from './said-by-hub.ts';

/** The matter that freezes the evidence of an incident, as the hub names it: by the end of the incident's id and its title. */
const OF_AN_INCIDENT = /^Incident [0-9a-f]{8}: /;

/** A matter as the reader reads it: what people named stays as they named it, what the hub named is told in their language. */
export function matterName(name: string): string {
  return OF_AN_INCIDENT.test(name) ? saidByHub(name) : name;
}
