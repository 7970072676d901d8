import type {
  AccessContext,
  AccessedRecording,
  AccessedThing,
} from '../../recorder-core/authorization/asked.ts';
import { stepUpNeeded } from '../../recorder-core/authorization/access-decision.ts';
import { authorize } from '../../recorder-core/authorization/authorize.ts';
import type { PolicySet } from '../../recorder-core/authorization/policy-set.ts';
import { ACTS, ROLES, type Act, type Role } from '../../recorder-core/policy/access.ts';

/** What a role may do: for every thing of the act, for recordings of the own department only, or not at all. */
export interface RoleRight {
  readonly may: 'all' | 'department' | 'nothing';
  /** Whether it asks for a proof of presence before. */
  readonly proof: boolean;
  /** Ids of the policies that decided; none where nothing allows it. */
  readonly policies: string[];
}

/** The acts, each with what every role may. */
export type RoleMatrix = { act: Act; rights: Record<Role, RoleRight> }[];

/** The department of whoever is asked about, and another. */
const OWN = 'own';
const OTHER = 'another';
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * What each role may do by the policies in force, by asking them: for somebody of the role alone, in no group, without a grant, in
 * the tenant's own region, about what is of the tenant and, for acts on recordings, about ordinary recordings of their own and of
 * another department. Pure; a decision at a door looks at more.
 */
export function roleMatrix(set: PolicySet, region: string, now: Date): RoleMatrix {
  return ACTS.map((act) => ({
    act,
    rights: Object.fromEntries(
      ROLES.map((role) => [role, rightOf(set, { role, act, region, now })]),
    ) as Record<Role, RoleRight>,
  }));
}

interface Question {
  readonly role: Role;
  readonly act: Act;
  readonly region: string;
  readonly now: Date;
}

function rightOf(set: PolicySet, question: Question): RoleRight {
  const { act, region, now } = question;
  const things: readonly (readonly [RoleRight['may'], AccessedThing])[] = act.startsWith('recording.')
    ? [
        ['all', recordingOf(OTHER, region, now)],
        ['department', recordingOf(OWN, region, now)],
      ]
    : [['all', { type: 'tenant', id: NOBODY }]];
  for (const [may, thing] of things) {
    const [bare, proven] = [null, 0].map((age) => decide(set, question, thing, age));
    if (bare?.allowed === true) return { may, proof: false, policies: bare.policies.map(({ id }) => id) };
    if (bare !== undefined && proven?.allowed === true && stepUpNeeded(bare) !== undefined)
      return { may, proof: true, policies: proven.policies.map(({ id }) => id) };
  }
  return { may: 'nothing', proof: false, policies: [] };
}

function decide(
  set: PolicySet,
  { role, act, region, now }: Question,
  thing: AccessedThing,
  age: number | null,
) {
  const principal = {
    id: NOBODY,
    kind: 'user',
    role,
    groups: [],
    department: OWN,
    job: null,
    region,
  } as const;
  const context: AccessContext = {
    nowMs: now.getTime(),
    means: 'session',
    purpose: null,
    address: null,
    country: null,
    region,
    stepUpAgeMs: age,
  };
  return authorize(set, [], { principal, act, thing, context });
}

/** A recording of which nothing is special. */
function recordingOf(department: string, region: string, now: Date): AccessedRecording {
  return {
    type: 'recording',
    id: NOBODY,
    region,
    department,
    classification: null,
    retentionClass: 'standard',
    source: 'siprec',
    startedAtMs: now.getTime() - 86_400_000,
    restricted: false,
    held: false,
    ownOf: [],
  };
}
