import type { ChangeEvent } from '../../../../hub/api/schemas/change.ts';

/** A kind of thing of which the hub tells that something of it has changed. */
export type ChangeTopic = ChangeEvent['topics'][number];

/** What is read again when something of a topic has changed: the first words of the keys of queries. */
export const KEYS_OF_TOPIC: Readonly<Record<ChangeTopic, readonly string[]>> = {
  recordings: ['recordings', 'recording'],
  live: ['live'],
  holds: ['holds', 'matters', 'recordings', 'recording'],
  consent: ['consent-changes', 'recording'],
  exports: ['exports', 'recording'],
  requests: ['requests'],
  incidents: ['incidents', 'access-alerts'],
  approvals: ['approvals', 'delegations', 'grants', 'exports', 'access-policies', 'policy'],
  disposals: ['disposals', 'recording'],
  policy: ['policy'],
  reports: ['reports', 'findings', 'call-records'],
  ledger: ['ledger-history', 'ledger-alarms', 'custody'],
  people: ['people', 'role-mappings', 'session'],
  grants: ['grants', 'session'],
  'access-policies': ['access-policies', 'session'],
  sessions: ['sessions'],
  'identity-providers': ['identity-providers', 'role-rules'],
  'service-accounts': ['service-accounts'],
  connections: ['connections'],
  deliveries: ['deliveries', 'delivery-runs', 'delivery-queues', 'dead-letters', 'connections'],
  webhooks: ['webhooks'],
  events: ['events'],
  storage: ['object-store'],
};

/** Counts what waits, of many kinds, so that most topics concern it. */
const HOME = 'home';
const NOT_ON_HOME: readonly ChangeTopic[] = [
  'recordings',
  'sessions',
  'service-accounts',
  'storage',
  'policy',
];

/** All keys that a set of topics concerns. */
export function keysOf(topics: readonly ChangeTopic[]): ReadonlySet<string> {
  const keys = new Set(topics.flatMap((topic) => KEYS_OF_TOPIC[topic] ?? []));
  if (topics.some((topic) => !NOT_ON_HOME.includes(topic))) keys.add(HOME);
  return keys;
}

/** What happens all the time is read again only so often, in milliseconds. */
const PAUSES: Partial<Record<ChangeTopic, number>> = {
  recordings: 5_000,
  live: 2_000,
  deliveries: 3_000,
  connections: 3_000,
};
const PAUSE = 1_000;

/** How long after one reading again the next one of this topic waits. */
export function pauseOf(topic: ChangeTopic): number {
  return PAUSES[topic] ?? PAUSE;
}
