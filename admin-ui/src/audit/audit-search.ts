import { present } from '../format/present.ts';
import { startOfDay } from '../format/start-of-day.ts';
import { t } from '../i18n/t.ts';

/** What the audit page looks for, as it stands in the URL. Days are the reader's own, as `2026-11-26`. */
export interface AuditSearch {
  readonly actor?: string;
  readonly object?: string;
  readonly group?: ActGroup;
  readonly from?: string;
  readonly to?: string;
}

/** Acts that people look for together. */
export const ACT_GROUPS = {
  access: {
    label: t('Access to recordings'),
    acts: [
      'recording.played',
      'recording.inspected',
      'recording.exported',
      'list.exported',
      'access.granted',
      'access.refused',
    ],
  },
  refused: {
    label: t('Refused'),
    acts: ['access.refused', 'approval.refused', 'export.refused', 'recording.refused', 'key.refused'],
  },
  exports: {
    label: t('Exports'),
    acts: [
      'export.requested',
      'export.approved',
      'export.refused',
      'export.sealed',
      'export.failed',
      'export.linked',
      'export.opened',
      'export.fetched',
      'export.delivered',
      'export.revoked',
      'export.expired',
    ],
  },
  approvals: {
    label: t('Approvals'),
    acts: [
      'approval.asked',
      'approval.reminded',
      'approval.escalated',
      'approval.approved',
      'approval.refused',
      'approval.expired',
      'approval.withdrawn',
      'delegation.given',
      'delegation.ended',
    ],
  },
  consent: {
    label: t('Consent'),
    acts: ['consent.noted', 'consent.changed', 'consent.applied', 'recording.refused'],
  },
  requests: {
    label: t('Requests of people'),
    acts: [
      'request.received',
      'request.verified',
      'request.searched',
      'request.decided',
      'request.extended',
      'request.reminded',
      'request.submitted',
      'request.answered',
      'request.refused',
      'request.withdrawn',
      'request.expired',
    ],
  },
  holds: {
    label: t('Matters and holds'),
    acts: [
      'matter.opened',
      'matter.changed',
      'matter.reviewed',
      'matter.reopened',
      'matter.closed',
      'hold.placed',
      'hold.reached',
      'hold.released',
      'hold.restored',
      'release.asked',
      'release.granted',
      'release.refused',
      'release.withdrawn',
      'notice.sent',
      'notice.reminded',
      'notice.escalated',
      'notice.acknowledged',
    ],
  },
  restrictions: { label: t('Restrictions'), acts: ['recording.restricted', 'restriction.lifted'] },
  disposals: {
    label: t('Disposals'),
    acts: [
      'disposal.decided',
      'disposal.stopped',
      'disposal.refused',
      'keys.destroyed',
      'objects.deleted',
      'disposal.certified',
      'cut.asked',
      'cut.deferred',
      'cut.ended',
      'parts.condemned',
      'parts.spared',
      'parts.certified',
    ],
  },
  rules: {
    label: t('Rules and policy'),
    acts: [
      'pack.loaded',
      'pack.activated',
      'policy.proposed',
      'policy.activated',
      'access_policy.saved',
      'access_policy.asked',
      'access_policy.published',
      'access_policy.refused',
      'retention.recomputed',
      'trigger.reported',
      'recording.classified',
      'recording.marked',
    ],
  },
  people: {
    label: t('People and roles'),
    acts: [
      'session.started',
      'session.ended',
      'service.added',
      'service.ended',
      'credential.issued',
      'credential.revoked',
      'password.set',
      'account.changed',
      'signin.changed',
      'payload.decoded',
      'role.changed',
      'person.hired',
      'person.moved',
      'person.suspended',
      'person.resumed',
      'person.left',
      'change.withdrawn',
      'access.ended',
      'access.alerted',
      'access.acknowledged',
      'duties.transferred',
      'mail.sent',
      'mail.failed',
      'mapping.changed',
    ],
  },
  changes: {
    label: t('Keys and configuration'),
    acts: [
      'key.rotated',
      'key.refused',
      'configuration.changed',
      'connection.asked',
      'connection.compared',
      'connection.authorized',
      'token.refused',
      'token.restored',
      'breaker.opened',
      'breaker.closed',
      'endpoint.tested',
      'delivery.replayed',
      'delivery.corrected',
      'delivery.discarded',
      'backfill.started',
      'backfill.paused',
      'backfill.resumed',
      'backfill.cancelled',
    ],
  },
  incidents: {
    label: t('Incidents and their clocks'),
    acts: [
      'incident.opened',
      'incident.noted',
      'incident.classified',
      'incident.acknowledged',
      'incident.escalated',
      'incident.frozen',
      'incident.contained',
      'incident.resolved',
      'incident.reopened',
      'incident.closed',
      'clock.started',
      'clock.answered',
      'clock.missed',
      'clock.ended',
    ],
  },
  events: {
    label: t('Events of other systems'),
    acts: ['event.received', 'event.processed', 'event.refused', 'event.failed'],
  },
  reports: { label: t('Reports and call records'), acts: ['calls.imported'] },
  failures: {
    label: t('Failures'),
    acts: [
      'integrity.failed',
      'delivery.failed',
      'export.failed',
      'key.refused',
      'event.failed',
      'mail.failed',
    ],
  },
} as const;
export type ActGroup = keyof typeof ACT_GROUPS;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONGEST = 200;

/** Reads the search from the URL; what is not understood is left out. */
export function parseAuditSearch(raw: Readonly<Record<string, unknown>>): AuditSearch {
  const text = (name: string) => {
    const value = raw[name];
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, LONGEST) : undefined;
  };
  const day = (name: string) => (DAY.test(text(name) ?? '') ? text(name) : undefined);
  const group = Object.keys(ACT_GROUPS).find((known) => known === raw['group']) as ActGroup | undefined;
  return present({ actor: text('actor'), object: text('object'), group, from: day('from'), to: day('to') });
}

/** The search in the words of the API: whole days become instants, a group its acts. */
export function queryOf({ actor, object, group, from, to }: AuditSearch): Record<string, string> {
  return present({
    actor,
    objectId: object !== undefined && ID.test(object) ? object.toLowerCase() : undefined,
    objectType: object !== undefined && !ID.test(object) ? object.toLowerCase() : undefined,
    act: group === undefined ? undefined : ACT_GROUPS[group].acts.join(','),
    from: from === undefined ? undefined : startOfDay(from, 0),
    to: to === undefined ? undefined : startOfDay(to, 1),
  });
}
