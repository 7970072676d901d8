import type { OpenSession } from '../api/sessions.ts';
import { t } from '../i18n/t.ts';

const MEANS: Readonly<Record<OpenSession['means'], string>> = {
  link: t('Link from the machine'),
  password: t('Password'),
  passkey: t('Passkey'),
  saml: t('Identity provider (SAML)'),
  oidc: t('Identity provider (OpenID Connect)'),
  'break-glass': t('Emergency account'),
  command: t('Command line'),
};

/** How somebody signed in. */
export function meansInWords(means: OpenSession['means']): string {
  return MEANS[means];
}

/** Where a session is used, as far as it is known: "Firefox on Linux, DE". */
export function placeInWords({ program, country }: Pick<OpenSession, 'program' | 'country'>): string {
  return [program ?? t('Unknown program'), country].filter((part) => part !== null).join(', ');
}
