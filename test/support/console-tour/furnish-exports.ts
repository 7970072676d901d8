import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { eventually, type TourTenant } from './tour-tenant.ts';

/** Exports: one made, with a link; one refused, one revoked. */
export async function furnishExports({
  people: { officer, second },
  recordings,
}: TourTenant): Promise<{ export: string }> {
  const recipientKey = await identityToRecipient(await generateX25519Identity());
  const ask = (purpose: string, more: object = {}) =>
    officer.post<ExportDetail>('/exports', {
      recordingIds: recordings.slice(0, 2),
      purpose,
      recipient: 'Counsel of Harbour Brokerage',
      recipientKey,
      ...more,
    });
  const made = await ask('Answer to the regulator', { matter: 'Northwind inquiry' });
  await stateOf(made.id, 'ready');
  await officer.post(`/exports/${made.id}/link`, {});
  const revoked = await ask('Draft for counsel', { recipient: 'Second counsel' });
  await stateOf(revoked.id, 'ready');
  await second.post(`/exports/${revoked.id}/revoke`, { reason: 'Counsel changed before it was fetched.' });
  return { export: made.id };

  async function stateOf(id: string, wanted: string): Promise<void> {
    await eventually(async () => {
      const { state } = await officer.get<ExportDetail>(`/exports/${id}`);
      return state === wanted ? state : undefined;
    }, `an export to be ${wanted}`);
  }
}
