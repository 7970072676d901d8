import { ProblemError } from '../api/problem.ts';
import { t } from '../i18n/t.ts';

/** Whether passkeys work on this page, and what to say where they do not. */
export function passkeyAdvice(passkeysAt: string | null, origin: string): string | undefined {
  if (passkeysAt === origin) return undefined;
  if (passkeysAt === null)
    return t(
      'Passkeys need a name, and this console is reached by an address. Use an authenticator app instead.',
    );
  return t('Passkeys work on {{address}}. Open the console there, or use an authenticator app.', {
    address: passkeysAt,
  });
}

/** Acts that the hub asks a proof for and that a role may have; whoever has none of them needs no authenticator. */
const ACTS_WITH_PROOF = [
  'hold.release',
  'export.approve',
  'policy.approve',
  'disposal.approve',
  'recorder.drain',
  'live.control',
] as const;

/** Whether somebody with these acts will be asked for a proof one day. */
export function mayNeedProof(acts: readonly string[]): boolean {
  return ACTS_WITH_PROOF.some((act) => acts.includes(act));
}

/** A failure of the browser's own dialog in words; what the hub says stands as it is. */
export function passkeyFailure(error: unknown): string | undefined {
  if (error instanceof ProblemError) return error.message;
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'NotAllowedError')
    return t('No passkey answered: it was cancelled, or took too long. Try again.');
  if (error.name === 'InvalidStateError') return t('This device holds a passkey of yours already.');
  return t('The browser could not use a passkey here. Try another way.');
}

/** Six digits out of what somebody typed or pasted; undefined while it is none. */
export function codeOf(text: string): string | undefined {
  const digits = text.replaceAll(/\s/g, '');
  return /^\d{6}$/.test(digits) ? digits : undefined;
}

/** Where a person signs in anew at their identity provider, in a window of its own. */
export function providerAddress(tenantId: string, providerId: string): string {
  const query = new URLSearchParams({ provider: `${tenantId}.${providerId}`, stepUp: '1', next: '/proven' });
  return `/auth/start?${query.toString()}`;
}
