import { eventually, inDays, type TourTenant } from './tour-tenant.ts';
import type { RequestDetail } from '../../../hub/api/schemas/request.ts';

const CUSTOMER = { kind: 'number', value: '+14155550134' } as const;

/** Requests of data subjects in several states: unverified, in review, refused, withdrawn, and one past its clock. */
export async function furnishRequests({ people: { officer } }: TourTenant): Promise<{ request: string }> {
  const open = (kind: string, person: string, more: object = {}) =>
    officer.post('/requests', { kind, person, places: ['DE'], identifiers: [CUSTOMER], ...more });
  const access = await open('access', 'Customer of desk 3', {
    contact: 'customer@carrier.example',
    places: ['DE', 'US-CA'],
  });
  await officer.post(`/requests/${access.id}/verify`, { evidence: 'document-seen' });
  await eventually(async () => {
    const { items } = await officer.get<RequestDetail>(`/requests/${access.id}`);
    return items.length > 0 ? items : undefined;
  }, 'the request to find its recordings');
  await open('erasure', 'Former customer', { receivedAt: inDays(-26) });
  const refused = await open('objection', 'Caller without an account', { places: ['FR'] });
  await officer.post(`/requests/${refused.id}/verify`, { evidence: 'call-back' });
  await eventually(async () => {
    const { state } = await officer.get<RequestDetail>(`/requests/${refused.id}`);
    return state === 'reviewing' ? state : undefined;
  }, 'the request to be looked into');
  await officer.post(`/requests/${refused.id}/refuse`, {
    reason: 'Nothing shows that the caller is the person.',
    ground: 'GDPR 12(2)',
  });
  const withdrawn = await open('portability', 'Customer of the branch');
  await officer.post(`/requests/${withdrawn.id}/withdraw`, { reason: 'They found their own copy.' });
  await open('rectification', 'Customer in California', { places: ['US-CA'], receivedAt: inDays(-50) });
  return { request: access.id };
}
