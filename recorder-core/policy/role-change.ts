/** What becomes of a person who is hired, moves, is suspended, comes back, or leaves. Pure. */
import { ROLES, type Role } from './access.ts';

/** What can be done to a person's place; anything else is refused, never ignored. */
export const ROLE_OPERATIONS = ['hire', 'move', 'suspend', 'resume', 'leave'] as const;
export type RoleOperation = (typeof ROLE_OPERATIONS)[number];

/** Whether somebody may sign in. */
export const PERSON_STATUSES = ['active', 'suspended', 'left'] as const;
export type PersonStatus = (typeof PERSON_STATUSES)[number];

/** The role of a place that no mapping names: it allows nothing. */
export const NO_ROLE = 'none';

/** A person's place. */
export interface PersonPlace {
  readonly name: string;
  readonly role: string;
  readonly status: PersonStatus;
  readonly department: string | null;
  readonly job: string | null;
  readonly managerId: string | null;
}

/** What a change says; what it leaves out stays as it is. */
export interface WantedPlace {
  readonly name?: string | undefined;
  readonly department?: string | null | undefined;
  readonly job?: string | null | undefined;
  readonly managerId?: string | null | undefined;
  /** Named by a person who may; else the mapping of the place decides. */
  readonly role?: Role | undefined;
}

/** One row of the mapping; null fits everything. */
export interface RoleMapping {
  readonly department: string | null;
  readonly job: string | null;
  readonly role: string;
}

/** A change, and all that decides about it. Instants in milliseconds. */
export interface AskedRoleChange {
  readonly operation: RoleOperation;
  readonly wanted: WantedPlace;
  readonly occurredAtMs: number;
  /** Undefined where nobody is known by that id. */
  readonly current: (PersonPlace & { readonly changedAtMs: number | null }) | undefined;
  readonly mappings: readonly RoleMapping[];
  /** Active administrators besides this person. */
  readonly otherAdministrators: number;
}

/** What comes of it. */
export type RoleChangeDecision =
  | {
      readonly outcome: 'applied';
      readonly rule: string;
      readonly after: PersonPlace;
      /** Whether everything that the person has open ends. */
      readonly accessEnds: boolean;
    }
  | { readonly outcome: 'unchanged' | 'refused'; readonly rule: string };

const REFUSED_WITHOUT_PERSON: readonly RoleOperation[] = ['move', 'suspend', 'resume'];

/**
 * Decides one change. An older one than was applied changes nothing, whatever it says, so that a hire that arrives after
 * the leave hires nobody. A leave of somebody unknown is kept, for the same reason. The last active administrator stays.
 */
export function decideRoleChange(asked: AskedRoleChange): RoleChangeDecision {
  const { operation, wanted, current, mappings } = asked;
  if (current === undefined && REFUSED_WITHOUT_PERSON.includes(operation))
    return { outcome: 'refused', rule: 'role-change/unknown-person' };
  const known = current?.changedAtMs ?? null;
  if (known !== null && asked.occurredAtMs < known)
    return { outcome: 'unchanged', rule: 'role-change/old-news' };
  if (current?.status === 'left' && operation !== 'hire')
    return operation === 'leave'
      ? { outcome: 'unchanged', rule: 'role-change/no-change' }
      : { outcome: 'refused', rule: 'role-change/has-left' };
  if (operation === 'resume' && current?.status === 'active')
    return { outcome: 'unchanged', rule: 'role-change/no-change' };
  const { after, rule } = placeAfter(operation, wanted, current, mappings);
  const wasAdministrator = current?.status === 'active' && current.role === 'administrator';
  const isAdministrator = after.status === 'active' && after.role === 'administrator';
  if (wasAdministrator && !isAdministrator && asked.otherAdministrators === 0)
    return { outcome: 'refused', rule: 'role-change/last-administrator' };
  if (current !== undefined && samePlace(current, after))
    return { outcome: 'unchanged', rule: 'role-change/no-change' };
  return { outcome: 'applied', rule, after, accessEnds: after.status !== 'active' };
}

function placeAfter(
  operation: RoleOperation,
  wanted: WantedPlace,
  current: PersonPlace | undefined,
  mappings: readonly RoleMapping[],
): { readonly after: PersonPlace; readonly rule: string } {
  const place = {
    name: wanted.name ?? current?.name ?? 'Unnamed person',
    department: wanted.department === undefined ? (current?.department ?? null) : wanted.department,
    job: wanted.job === undefined ? (current?.job ?? null) : wanted.job,
    managerId: wanted.managerId === undefined ? (current?.managerId ?? null) : wanted.managerId,
  };
  if (operation === 'leave')
    return { after: { ...place, status: 'left', role: NO_ROLE }, rule: 'role-change/left' };
  const role = current?.role ?? NO_ROLE;
  if (operation === 'suspend')
    return { after: { ...place, status: 'suspended', role }, rule: 'role-change/suspended' };
  if (operation === 'resume')
    return { after: { ...place, status: 'active', role }, rule: 'role-change/resumed' };
  const status = operation === 'move' && current?.status === 'suspended' ? 'suspended' : 'active';
  if (wanted.role !== undefined)
    return { after: { ...place, status, role: wanted.role }, rule: 'role-change/named-role' };
  const mapped = mapRole(mappings, place);
  // A move that says nothing of the place, such as a new manager, leaves the role alone.
  const movesPlace = operation === 'hire' || wanted.department !== undefined || wanted.job !== undefined;
  if (!movesPlace) return { after: { ...place, status, role }, rule: 'role-change/kept-role' };
  return mapped === undefined
    ? { after: { ...place, status, role: NO_ROLE }, rule: 'role-change/no-mapping' }
    : { after: { ...place, status, role: mapped }, rule: 'role-change/mapped-role' };
}

/** The role of a place by its most specific row: department and job, department, job, all; undefined where none fits. */
export function mapRole(
  mappings: readonly RoleMapping[],
  place: { readonly department: string | null; readonly job: string | null },
): string | undefined {
  const fits = (wanted: string | null, is: string | null) =>
    wanted === null || (is !== null && wanted.toLowerCase() === is.toLowerCase());
  const worth = ({ department, job }: RoleMapping) => (department === null ? 0 : 2) + (job === null ? 0 : 1);
  const fitting = mappings.filter(
    (row) =>
      fits(row.department, place.department) &&
      fits(row.job, place.job) &&
      (ROLES as readonly string[]).includes(row.role),
  );
  return fitting.toSorted((a, b) => worth(b) - worth(a))[0]?.role;
}

function samePlace(a: PersonPlace, b: PersonPlace): boolean {
  return (['name', 'role', 'status', 'department', 'job', 'managerId'] as const).every(
    (field) => a[field] === b[field],
  );
}
