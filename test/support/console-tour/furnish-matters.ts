import type { Hold } from '../../../hub/api/schemas/hold.ts';
import { inDays, type TourTenant } from './tour-tenant.ts';

/** Matters with holds by name and by query, a custodian, and a release that waits for a second person. */
export async function furnishMatters({ people, recordings }: TourTenant): Promise<{ matter: string }> {
  const { officer } = people;
  const [newest = ''] = recordings;
  const { matterId } = await officer.post<Hold>('/holds', {
    matter: 'Northwind inquiry',
    reason: 'Preserve for the regulator: letter of the authority of this week.',
    kind: 'authority',
    recordingIds: [newest],
  });
  await officer.post('/holds', {
    matter: 'Northwind inquiry',
    reason: 'Every call of desk 3, also those to come.',
    kind: 'legal',
    query: { from: inDays(-30), names: ['Harbour Brokerage'] },
  });
  await officer.post(`/matters/${matterId}/review`, {
    reviewAt: inDays(21),
    remark: 'Still needed; asked again before the hearing.',
  });
  await officer.post(`/matters/${matterId}/notices`, {
    name: 'Head of desk 3',
    address: 'desk3@harbour.example',
    superior: 'Head of trading',
    superiorAddress: 'trading@harbour.example',
    instructions: 'Keep every message and note about Northwind until you hear that you need not any more.',
  });
  const old = await officer.post<Hold>('/holds', {
    matter: 'Closed complaint of spring',
    reason: 'Complaint of a customer about an order.',
    recordingIds: [recordings.at(-1)],
  });
  await officer.post(`/matters/${old.matterId}/release`, {
    reason: 'The complaint was withdrawn, and nobody needs the calls any more.',
  });
  await officer.post('/consent-changes', {
    kind: 'withdrawn',
    address: '+14155550199',
    reason: 'Said so on the phone to the branch.',
  });
  await officer.post('/matters', { name: 'Dispute about fees', tags: ['complaint'], reviewAt: inDays(3) });
  return { matter: matterId };
}
