import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccessPolicyVersionView } from '../../../hub/api/schemas/access-policy.ts';
import type {
  AccessAlertView,
  AccessRulesView,
  StandingAccessRules,
} from '../../../hub/api/schemas/access-alert.ts';
import type { ApprovalSummary } from '../../../hub/api/schemas/approval.ts';
import { signInPerson, type TourPerson } from './tour-person.ts';
import { eventually, inDays, type TourTenant } from './tour-tenant.ts';

interface ApprovalPage {
  readonly items: readonly ApprovalSummary[];
}

const POLICIES = join(import.meta.dirname, '../../../examples/access-policies.cedar');

/** Who may what: places and roles, grants asked for and in force, policies that wait, a provider, machines, a lent right. */
export async function furnishAccess(tenant: TourTenant): Promise<{
  person: string;
  grant: string;
  accessPolicy: string;
  identityProvider: string;
  accessAlert: string;
}> {
  return {
    person: await furnishPeople(tenant),
    grant: await furnishGrants(tenant),
    accessPolicy: await furnishPolicies(tenant),
    identityProvider: await furnishProviders(tenant),
    accessAlert: await furnishAlerts(tenant),
  };
}

/** Somebody reads recordings on a day on which nobody works; afterwards the usual hours are set. */
async function furnishAlerts({ product, people, recordings }: TourTenant): Promise<string> {
  const { officer, second } = people;
  const change = async (to: Partial<AccessRulesView>): Promise<StandingAccessRules> => {
    const { bulk, hours, newCountry, quietHours, version } =
      await officer.get<StandingAccessRules>('/access-rules');
    const rules = { bulk, hours, newCountry, quietHours, ...to };
    return officer.post('/access-rules', { ...rules, version, reason: 'As the house works.' });
  };
  const farDay = ((new Date().getUTCDay() + 3) % 7) + 1;
  const hours = { zone: 'Europe/Berlin', days: [farDay], from: '12:00', to: '12:01' };
  await change({ hours });
  const anew = await signInPerson(product, second.name); // what one session reads again is no new entry
  for (const id of recordings.slice(0, 2)) await anew.get(`/recordings/${id}`);
  const alert = await eventually(
    async () =>
      (
        await officer.get<{ items: readonly AccessAlertView[] }>(`/access-alerts?person=${second.id}`)
      ).items.find(({ kind }) => kind === 'off-hours'),
    'the alert about use outside working hours',
  );
  const usual = { zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59' };
  const { waiting } = await change({ hours: usual });
  if (waiting === null) throw new Error('Longer hours came into force without a second person.');
  await second.post(`/approvals/${waiting.approvalId}/approve`, { remark: 'As agreed.' });
  await eventually(
    async () => (await officer.get<StandingAccessRules>('/access-rules')).waiting === null || undefined,
    'the usual hours in force',
  );
  return alert.id;
}

async function furnishPeople({ people }: TourTenant): Promise<string> {
  const { administrator, officer, second, engineer, auditor } = people;
  for (const [role, department, job] of [
    ['supervisor', 'Trading', 'Team lead'],
    ['compliance_officer', 'Compliance', null],
    ['engineer', 'IT', 'Integration engineer'],
  ])
    await administrator.post('/role-mappings', { role, department, job });
  const places = [
    { person: officer, department: 'Compliance', job: 'Head' },
    { person: second, department: 'Compliance', job: 'Officer', managerId: officer.id },
    { person: engineer, department: 'IT', job: 'Integration engineer' },
    { person: auditor, department: 'Audit', job: 'Auditor' },
  ];
  for (const { person, ...place } of places)
    await administrator.post('/people/changes', {
      operation: 'move',
      personId: person.id,
      reason: 'First entry of the directory.',
      ...place,
    });
  await administrator.post('/people/changes', {
    operation: 'leave',
    personId: auditor.id,
    effectiveAt: inDays(30),
    reason: 'The audit of this year ends.',
  });
  await officer.post('/delegations', {
    to: second.id,
    untilAt: inDays(14),
    reason: 'Two weeks away; the deadlines go on.',
  });
  return second.id;
}

async function furnishGrants({ people, recordings }: TourTenant): Promise<string> {
  const { officer, engineer, auditor } = people;
  const scope = { kind: 'recordings', ids: recordings.slice(0, 2) };
  const asked = await engineer.post('/grants', {
    acts: ['recording.play'],
    purpose: 'quality/codec',
    scope,
    untilAt: inDays(2),
    reason: 'One side of the call is said to crackle.',
  });
  const forAuditor = await officer.post<{ id: string }>('/grants/for', {
    to: { person: auditor.id },
    acts: ['recording.read', 'recording.play'],
    purpose: 'audit',
    scope,
    untilAt: inDays(1),
    reason: 'Sample of the yearly audit.',
  });
  await agreeTo(people.second, forAuditor.id);
  return asked.id;
}

/** Agrees to whatever waits about a thing. */
async function agreeTo(person: TourPerson, subject: string): Promise<void> {
  const { items } = await person.get<ApprovalPage>('/approvals/waiting');
  const asked = items.find((each) => each.subject.id === subject);
  if (asked === undefined) throw new Error(`Nothing waits for ${person.name} about ${subject}.`);
  await person.post(`/approvals/${asked.id}/approve`, { remark: 'As agreed for the audit.' });
}

async function furnishPolicies({ people: { administrator } }: TourTenant): Promise<string> {
  const text = await readFile(POLICIES, 'utf8');
  const { version } = await administrator.post<AccessPolicyVersionView>('/access-policies', {
    text,
    note: 'Complaints for the audit, and the board in the office only.',
  });
  await administrator.post(`/access-policies/${version}/publish`, { reason: 'Agreed with the board.' });
  return String(version);
}

async function furnishProviders({ people: { administrator } }: TourTenant): Promise<string> {
  const provider = await administrator.post('/identity-providers', {
    kind: 'oidc',
    name: 'Sign-in of Harbour Brokerage',
    config: { issuer: 'https://login.harbour.example', clientId: 'holdfast' },
    domains: ['harbour.example'],
  });
  const account = await administrator.post('/service-accounts', {
    name: 'Directory of people',
    purpose: 'Pushes who joins, moves and leaves.',
  });
  await administrator.post(`/service-accounts/${account.id}/tokens`, {
    name: 'Since this quarter',
    scope: ['scim'],
    days: 90,
  });
  return provider.id;
}
