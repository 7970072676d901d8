/**
 * The closed vocabulary of acts the ledger records. A new act is added here, with a past participle, and never
 * renamed: old leaves keep their word for ever.
 */
export const ACTS = [
  'recording.started',
  'recording.refused',
  'recording.sealed',
  'recording.recovered',
  'recording.stored',
  'recording.verified',
  'recording.played',
  'recording.inspected',
  'recording.exported',
  'command.asked',
  'command.answered',
  'integrity.failed',
  'hold.placed',
  'hold.released',
  'disposal.decided',
  'disposal.refused',
  'keys.destroyed',
  'objects.deleted',
  'disposal.certified',
  'delivery.done',
  'delivery.failed',
  'session.started',
  'session.ended',
  'access.granted',
  'access.refused',
  'request.received',
  'request.answered',
  'incident.opened',
  'incident.closed',
  'rule.published',
  'role.changed',
  'key.rotated',
  'key.refused',
  'configuration.changed',
  'tenant.created',
] as const;

/** One of ACTS. */
export type Act = (typeof ACTS)[number];
