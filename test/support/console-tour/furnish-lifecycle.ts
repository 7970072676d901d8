import type { CertificateSummary } from '../../../hub/api/schemas/disposal.ts';
import type { TourPerson } from './tour-person.ts';
import type { TourIds } from './tour-stop.ts';
import { eventually } from './tour-tenant.ts';

/** A change of consent by somebody who was never recorded, and what the disposals before left: a run and a certificate. */
export async function furnishLifecycle(person: TourPerson): Promise<TourIds> {
  const { id: consentChange } = await person.post<{ id: string }>('/consent-changes', {
    kind: 'withdrawn',
    address: '+493011111111',
    reason: 'Told the agent on the telephone.',
  });
  const certificate = await eventually(async () => {
    const { items } = await person.get<{ items: CertificateSummary[] }>('/disposals/certificates');
    return items.find(({ run }) => run !== null);
  }, 'a certificate of a run for the tour');
  return { consentChange, certificate: certificate.recordingId, disposalRun: certificate.run ?? '' };
}
