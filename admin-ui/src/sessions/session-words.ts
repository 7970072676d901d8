import type { OpenSession } from '../api/sessions.ts';

const MEANS: Readonly<Record<OpenSession['means'], string>> = {
  link: 'Link from the machine',
  password: 'Password',
  passkey: 'Passkey',
  saml: 'Identity provider (SAML)',
  oidc: 'Identity provider (OpenID Connect)',
  'break-glass': 'Emergency account',
  command: 'Command line',
};

/** How somebody signed in. */
export function meansInWords(means: OpenSession['means']): string {
  return MEANS[means];
}

/** Where a session is used, as far as it is known: "Firefox on Linux, DE". */
export function placeInWords({ program, country }: Pick<OpenSession, 'program' | 'country'>): string {
  return [program ?? 'Unknown program', country].filter((part) => part !== null).join(', ');
}
