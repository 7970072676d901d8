import { furnishAccess } from './furnish-access.ts';
import { furnishAuthenticators } from './furnish-authenticators.ts';
import { furnishConnections, type TourPeers } from './furnish-connections.ts';
import { furnishDisposals } from './furnish-disposals.ts';
import { furnishExports } from './furnish-exports.ts';
import { furnishHr } from './furnish-hr.ts';
import { furnishIncidents } from './furnish-incidents.ts';
import { furnishLifecycle } from './furnish-lifecycle.ts';
import { furnishLiveCall } from './furnish-live-call.ts';
import { furnishMatters } from './furnish-matters.ts';
import { furnishRecordings } from './furnish-recordings.ts';
import { furnishReports } from './furnish-reports.ts';
import { furnishRequests } from './furnish-requests.ts';
import { addPerson, signInPerson, type TourProduct } from './tour-person.ts';
import type { TourIds } from './tour-stop.ts';
import type { TourTenant } from './tour-tenant.ts';

/** Gives a fresh tenant something on every screen, through the product's own doors; answers what stops ask for. */
export async function furnishTenant(product: TourProduct, peers: TourPeers): Promise<TourIds> {
  const people = await furnishStaff(product);
  const all = await furnishRecordings(product, people.officer);
  const recordings = await furnishDisposals(product, people.officer, all);
  const lifecycle = await furnishLifecycle(people.officer);
  const tenant = { product, people, recordings };
  await furnishAuthenticators(tenant);
  const connections = await furnishConnections(tenant, peers);
  const matters = await furnishMatters(tenant);
  const requests = await furnishRequests(tenant);
  const incidents = await furnishIncidents(tenant);
  const exports = await furnishExports(tenant);
  const access = await furnishAccess(tenant);
  const reports = await furnishReports(tenant);
  await furnishLiveCall(product, people.officer);
  const { items } = await people.officer.get<{ items: { id: string }[] }>('/approvals');
  return {
    recording: recordings[0] ?? '',
    approval: items[0]?.id ?? '',
    ...lifecycle,
    ...connections,
    ...(await furnishHr(people.administrator)),
    ...matters,
    ...requests,
    ...incidents,
    ...exports,
    ...access,
    ...reports,
  };
}

async function furnishStaff(product: TourProduct): Promise<TourTenant['people']> {
  const administrator = await signInPerson(product);
  const add = async (name: string, role: string) => {
    await addPerson(administrator, name, role);
    return signInPerson(product, name);
  };
  const [officer, second, engineer, auditor] = await Promise.all([
    add('First officer', 'compliance_officer'),
    add('Second officer', 'compliance_officer'),
    add('Engineer on duty', 'engineer'),
    add('Auditor on duty', 'auditor'),
  ]);
  return { administrator, officer, second, engineer, auditor };
}
