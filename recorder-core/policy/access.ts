/**
 * Who may do what in the console and the API: one table of roles and acts.
 *
 * Deny by default; each answer names the rule that gave it, for the ledger. The policies of
 * `recorder-core/authorization` are made of this table: walls, restriction, residency and
 * step-up come on top of it and narrow it, and time-bound grants add to it.
 */

/** The roles a person can have. */
export const ROLES = ['administrator', 'compliance_officer', 'engineer', 'auditor', 'supervisor'] as const;
export type Role = (typeof ROLES)[number];

/** The acts that are asked about: `<thing>.<verb>`. */
export const ACTS = [
  'recording.list',
  'recording.read',
  'recording.play',
  'recording.export',
  'recording.classify',
  'recording.cut',
  'export.read',
  'export.approve',
  'export.revoke',
  'live.read',
  'live.control',
  'live.resume',
  'recorder.drain',
  'recorder.undrain',
  'hold.read',
  'hold.place',
  'hold.release',
  'request.read',
  'request.manage',
  'ledger.read',
  'ledger.verify',
  'ledger.manage',
  'consent.change',
  'disposal.read',
  'disposal.plan',
  'disposal.approve',
  'incident.read',
  'incident.manage',
  'approval.read',
  'approval.decide',
  'report.read',
  'report.make',
  'policy.read',
  'policy.manage',
  'policy.approve',
  'person.read',
  'person.manage',
  'payload.decode',
  'event.read',
  'connection.read',
  'connection.manage',
  'delivery.read',
  'delivery.retry',
  'user.manage',
  'grant.request',
  'grant.read',
  'grant.manage',
  'grant.approve',
  'break-glass.use',
  'break-glass.review',
  'authenticator.reset',
  'identity-provider.read',
  'identity-provider.manage',
  'access-policy.read',
  'access-policy.manage',
  'access-policy.publish',
  'session.manage',
  'view.share',
  'service.read',
  'service.manage',
  'system.read',
] as const;
export type Act = (typeof ACTS)[number];

const READ_ONLY = [
  'recording.list',
  'recording.read',
  'export.read',
  'live.read',
  'hold.read',
  'ledger.read',
  'disposal.read',
  'incident.read',
  'approval.read',
  'report.read',
  'policy.read',
  'grant.read',
  'access-policy.read',
  'system.read',
] as const;

/** Whoever works here may ask for a right, and break the glass in an emergency: the one is agreed to, the other reviewed. */
const EVERYBODY = ['grant.request', 'break-glass.use'] as const;

const GRANTED = {
  administrator: ACTS,
  compliance_officer: [
    ...READ_ONLY,
    ...EVERYBODY,
    'grant.manage',
    'grant.approve',
    'break-glass.review',
    'recording.play',
    'recording.export',
    'recording.classify',
    'recording.cut',
    'export.approve',
    'export.revoke',
    'live.control',
    'live.resume',
    'hold.place',
    'hold.release',
    'request.read',
    'request.manage',
    'ledger.verify',
    'consent.change',
    'disposal.plan',
    'disposal.approve',
    'incident.manage',
    'approval.decide',
    'report.make',
    'policy.manage',
    'policy.approve',
    'access-policy.publish',
    'view.share',
    'person.read',
    'event.read',
    'connection.read',
    'delivery.read',
  ],
  // Integration work needs deliveries, metadata and recorders, never the voices, and does not decide what is recorded.
  engineer: [
    ...EVERYBODY,
    'recording.list',
    'live.read',
    'recorder.drain',
    'recorder.undrain',
    'connection.read',
    'connection.manage',
    'delivery.read',
    'delivery.retry',
    'event.read',
    'payload.decode',
    'policy.read',
    'system.read',
  ],
  auditor: [
    ...READ_ONLY,
    ...EVERYBODY,
    'ledger.verify',
    'request.read',
    'person.read',
    'event.read',
    'connection.read',
    'delivery.read',
  ],
  supervisor: [...EVERYBODY],
} as const satisfies Record<Role, readonly Act[]>;

/** Acts that a role has for recordings of the person's own department only. */
const OWN_DEPARTMENT: Partial<Record<Role, readonly Act[]>> = {
  supervisor: ['recording.list', 'recording.read', 'recording.play'],
};

/** One act of a role: for the whole tenant, or for recordings of the person's own department. */
export interface HeldAct {
  readonly act: Act;
  readonly scope: 'tenant' | 'department';
}

/** All acts of a role. */
export function heldActs(role: Role): HeldAct[] {
  const whole = GRANTED[role].map((act) => ({ act, scope: 'tenant' as const }));
  return [...whole, ...(OWN_DEPARTMENT[role] ?? []).map((act) => ({ act, scope: 'department' as const }))];
}

/** The answer, with the rule that gave it: `access/<role>/<act>`, or `access/default-deny`. */
export interface AccessDecision {
  readonly allowed: boolean;
  readonly rule: string;
}

/**
 * Decides one act for one role and the whole tenant: what a role has for its own department only is denied here, where no
 * recording is looked at. Unknown roles and acts, as untyped callers may pass, are denied; never throws.
 */
export function decideAccess(asked: { readonly role: string; readonly act: string }): AccessDecision {
  const granted: readonly string[] = isRole(asked.role) ? GRANTED[asked.role] : [];
  if (!granted.includes(asked.act)) return { allowed: false, rule: 'access/default-deny' };
  return { allowed: true, rule: `access/${asked.role}/${asked.act}` };
}

function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name);
}
