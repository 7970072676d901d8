import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { inDays, type TourTenant } from './tour-tenant.ts';

/** Incidents: a breach with clocks that run beside each other, a new one, and one that was contained and resolved. */
export async function furnishIncidents({
  people: { officer, administrator },
  recordings,
}: TourTenant): Promise<{ incident: string }> {
  const breach = await officer.post('/incidents', {
    kind: 'breach',
    severity: 'high',
    title: 'An evidence bundle was sent to the wrong firm',
    description: 'The recipient of an export opened the mail and called us. The passcode was not yet sent.',
    detectedAt: inDays(-1),
    evidenceFrom: inDays(-2),
    recordingIds: recordings.slice(0, 2),
  });
  await officer.post(`/incidents/${breach.id}/acknowledge`);
  await officer.post(`/incidents/${breach.id}/assign`, { to: officer.name });
  await officer.post(`/incidents/${breach.id}/classify`, {
    traits: { 'personal-data': true, 'financial-entity': true, major: true },
    events: { awareness: inDays(-1), classification: inDays(-0.5) },
    reason: 'Names and voices of two customers; the bank is a financial entity.',
  });
  const { clocks } = await officer.get<IncidentDetail>(`/incidents/${breach.id}`);
  const first = clocks.find(({ state }) => state === 'running');
  if (first !== undefined)
    await officer.post(`/incidents/${breach.id}/answer`, {
      clockId: first.id,
      evidence: 'Number HB-2291 of the authority, by its form.',
    });
  await officer.post('/incidents', {
    kind: 'capture',
    severity: 'medium',
    title: 'Desk 7 was silent for a morning',
    detectedAt: inDays(-0.2),
  });
  const done = await administrator.post('/incidents', {
    kind: 'availability',
    severity: 'low',
    title: 'The warehouse took nothing for an hour',
    detectedAt: inDays(-3),
  });
  await administrator.post(`/incidents/${done.id}/acknowledge`);
  await administrator.post(`/incidents/${done.id}/contain`, { note: 'Deliveries wait and lose nothing.' });
  await administrator.post(`/incidents/${done.id}/resolve`, { note: 'The other side answers again.' });
  return { incident: breach.id };
}
