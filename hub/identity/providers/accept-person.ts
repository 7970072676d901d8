import { decideFor } from '../../../recorder-core/records/apply-role-change.ts';
import type { Tx } from '../../../recorder-core/records/database.ts';
import { lockPerson, type PersonRecord } from '../../../recorder-core/records/people.ts';
import {
  isLinkedOtherwise,
  linkSubject,
  lockPeopleByEmail,
  readSubject,
  writeEmail,
} from '../../../recorder-core/records/provider-subjects.ts';
import { readOtherGroups, writeGroups } from '../../../recorder-core/records/person-groups.ts';
import { readRoleRules } from '../../../recorder-core/records/role-rules.ts';
import type { Role } from '../../../recorder-core/policy/access.ts';
import { askRoleChange } from '../../people/ask-role-change.ts';
import { compileRoleRules, roleOf, roleRuleList, type RoleAnswer } from '../role-rules.ts';
import type { OpenedProvider } from './open-provider.ts';
import type { ProvenPerson } from './proven-person.ts';
import { domainOf, readReceived, type ReceivedPerson } from './received-attributes.ts';
import { refusedSignIn } from './refused-sign-in.ts';

/** In whose transaction somebody is accepted. */
export interface AcceptContext {
  readonly now: Date;
  readonly newId: (at: Date) => string;
}

/**
 * What the rules of a tenant make of what a provider said; of somebody known also by the groups that the directory and other
 * providers say. @throws HoldfastError `invalid_input` where rules are broken.
 */
export async function judge(
  tx: Tx,
  { row, config }: OpenedProvider,
  proven: ProvenPerson,
  knownId?: string,
): Promise<{ readonly person: ReceivedPerson; readonly answer: RoleAnswer }> {
  const person = readReceived(config.attributes, row.name, proven.attributes);
  const others = knownId === undefined ? [] : await readOtherGroups(tx, knownId, { providerId: row.id });
  const { rules } = await readRoleRules(tx);
  const asked = { ...person, groups: [...new Set([...person.groups, ...others])] };
  return { person, answer: roleOf(compileRoleRules(roleRuleList.parse(rules)), asked) };
}

/**
 * Who this is here, as of now: a person known by this provider, or by an e-mail address in a domain of the provider, or
 * somebody new. Where the provider decides on its people, place and role become what it says; the ledger tells each change.
 * @throws HoldfastError `forbidden` with the rule: nobody here, suspended, left, or no role.
 */
export async function acceptPerson(
  tx: Tx,
  context: AcceptContext,
  provider: OpenedProvider,
  proven: ProvenPerson,
): Promise<string> {
  const received = readReceived(provider.config.attributes, provider.row.name, proven.attributes);
  const known = await findPerson(tx, provider, proven, received);
  const { person, answer } = await judge(tx, provider, proven, known?.id);
  if (known !== undefined) requireActive(known);
  if (!provider.config.justInTime) {
    if (known === undefined) throw nobody();
    await link(tx, context, provider, proven, known.id);
    return known.id;
  }
  if (answer.role === null) throw noRole(answer);
  const id =
    known === undefined
      ? await hire(tx, context, provider, person, answer.role)
      : await adjust(tx, context, provider, known, person, answer.role);
  await writeEmail(tx, id, person.email);
  const source = { providerId: provider.row.id };
  await writeGroups(tx, provider.tenantId, id, { source, groups: person.groups, at: context.now });
  await link(tx, context, provider, proven, id);
  return id;
}

async function link(
  tx: Tx,
  { now }: AcceptContext,
  { tenantId, row }: OpenedProvider,
  { subject }: ProvenPerson,
  userId: string,
): Promise<void> {
  await linkSubject(tx, tenantId, { providerId: row.id, subject, userId, at: now });
}

async function findPerson(
  tx: Tx,
  { row }: OpenedProvider,
  proven: ProvenPerson,
  { email }: ReceivedPerson,
): Promise<PersonRecord | undefined> {
  const linked = await readSubject(tx, row.id, proven.subject);
  if (linked !== undefined) return lockPerson(tx, { id: linked });
  if (email === null) return undefined;
  const [found, ...more] = await lockPeopleByEmail(tx, email);
  if (found === undefined) return undefined;
  const vouched = row.domains.includes(domainOf(email)) && !proven.mailUnproved;
  // An address that went to somebody else must not bring the account of whoever had it before.
  if (!vouched || more.length > 0 || (await isLinkedOtherwise(tx, row.id, found.id, proven.subject)))
    throw refusedSignIn(
      'sign-in/mail-taken',
      'Somebody else here has this e-mail address, and this identity provider does not decide whose it is. Ask an administrator.',
    );
  return lockPerson(tx, { id: found.id });
}

function requireActive({ status }: PersonRecord): void {
  if (status === 'suspended')
    throw refusedSignIn('sign-in/suspended', 'Your account is suspended. Ask an administrator.');
  if (status === 'left')
    throw refusedSignIn('sign-in/left', 'Your account was ended when you left. Ask an administrator.');
}

async function hire(
  tx: Tx,
  context: AcceptContext,
  { tenantId, row }: OpenedProvider,
  person: ReceivedPerson,
  role: Role,
): Promise<string> {
  const { department, job } = person;
  const name = person.name ?? person.email ?? 'Unnamed person';
  const change = await askRoleChange(
    tx,
    { tenantId, ...context, by: null },
    {
      operation: 'hire',
      person: undefined,
      wanted: { name, department, job, role },
      occurredAt: context.now,
      reason: `First sign-in with ${row.name}`,
    },
  );
  return change.personId;
}

/** The last administrator keeps the role that they have: a change of groups must not lock everybody out. */
async function adjust(
  tx: Tx,
  context: AcceptContext,
  { tenantId, row, config }: OpenedProvider,
  known: PersonRecord,
  person: ReceivedPerson,
  role: Role,
): Promise<string> {
  const wanted = {
    name: person.name ?? known.name,
    department: config.attributes.department === null ? known.department : person.department,
    job: config.attributes.job === null ? known.job : person.job,
    role,
  };
  const same = (['name', 'department', 'job', 'role'] as const).every(
    (field) => wanted[field] === known[field],
  );
  const occurredAt = context.now.toISOString();
  if (same) return known.id;
  const decision = await decideFor(tx, known, { operation: 'move', wanted, occurredAt });
  if (decision.outcome === 'refused') return known.id;
  await askRoleChange(
    tx,
    { tenantId, ...context, by: null },
    {
      operation: 'move',
      person: { id: known.id },
      wanted,
      occurredAt: context.now,
      reason: `Sign-in with ${row.name}`,
    },
  );
  return known.id;
}

function nobody() {
  return refusedSignIn(
    'sign-in/unknown-person',
    'You are not known here, and this identity provider adds nobody. Ask an administrator to add you.',
  );
}

function noRole(answer: RoleAnswer) {
  return answer.rule === null
    ? refusedSignIn(
        'sign-in/no-role',
        'None of your groups gives a role here, so you may not sign in. Ask an administrator which group you need.',
      )
    : refusedSignIn(
        'sign-in/rule-fault',
        'A rule that gives roles could not be evaluated for you, so you may not sign in. Ask an administrator to correct it.',
      );
}
