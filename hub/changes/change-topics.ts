import type { Act } from '../../recorder-core/policy/access.ts';

/**
 * What consoles are told of: a topic each, with the act that lets somebody know that there was a change; null where everybody who
 * is signed in reads something of it, such as their own grants. Which tables belong to which: `migrations/0054-changes-told.sql`.
 */
export const CHANGE_TOPICS = {
  recordings: 'recording.list',
  live: 'live.read',
  holds: 'hold.read',
  consent: 'recording.read',
  exports: 'export.read',
  requests: 'request.read',
  incidents: 'incident.read',
  approvals: null,
  disposals: 'disposal.read',
  policy: 'policy.read',
  reports: 'report.read',
  ledger: 'ledger.read',
  people: 'person.read',
  grants: null,
  'access-policies': 'access-policy.read',
  sessions: null,
  'identity-providers': 'identity-provider.read',
  'service-accounts': 'service.read',
  connections: 'connection.read',
  deliveries: 'connection.read',
  webhooks: 'connection.read',
  events: 'event.read',
  storage: 'system.read',
} as const satisfies Record<string, Act | null>;

/** One of them. */
export type ChangeTopic = keyof typeof CHANGE_TOPICS;

/** Whether a text is one; a newer release may tell of others. */
export function isChangeTopic(text: string): text is ChangeTopic {
  return Object.hasOwn(CHANGE_TOPICS, text);
}
