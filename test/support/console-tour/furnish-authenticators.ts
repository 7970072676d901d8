import { Secret, TOTP } from 'otpauth';
import type { TotpQuestion } from '../../../hub/api/schemas/authenticator.ts';
import type { TourTenant } from './tour-tenant.ts';

/** Gives the people whose eyes the tour looks through an authenticator app, so that no screen asks them to add one. */
export async function furnishAuthenticators({
  people: { administrator, second },
}: TourTenant): Promise<void> {
  for (const person of [administrator, second]) {
    const { challengeId, secret } = await person.post<TotpQuestion>('/authenticators/totp/begin');
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
    await person.post('/authenticators/totp/finish', { challengeId, name: 'App on my phone', code });
  }
}
