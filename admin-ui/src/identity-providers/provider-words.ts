import type { ProviderDetail, ProviderSummary } from '../../../hub/api/schemas/identity-provider.ts';
import type { Tone } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

const STATES: Readonly<Record<ProviderSummary['state'], { readonly label: string; readonly tone: Tone }>> = {
  draft: { label: t('Draft'), tone: 'neutral' },
  tested: { label: t('Tested'), tone: 'info' },
  live: { label: t('Live'), tone: 'good' },
  off: { label: t('Off'), tone: 'warn' },
};

/** A state in a word with its colour. */
export function stateInWords(state: ProviderSummary['state']): {
  readonly label: string;
  readonly tone: Tone;
} {
  return STATES[state];
}

/** A protocol by its name. */
export function kindInWords(kind: ProviderSummary['kind']): string {
  return kind === 'saml' ? 'SAML 2.0' : 'OpenID Connect';
}

/** What the provider's own side has to know of us, by the name that it has there. */
export function addressesToTell({
  kind,
  addresses,
}: Pick<ProviderDetail, 'kind' | 'addresses'>): readonly (readonly [string, string])[] {
  return kind === 'saml'
    ? [
        [t('Entity id and metadata'), addresses.entityId],
        [t('Assertion consumer'), addresses.assertionConsumer],
        [t('Link for a portal'), addresses.start],
      ]
    : [
        [t('Redirect URI'), addresses.callback],
        [t('Back-channel logout'), addresses.backChannelLogout],
        [t('After a logout'), addresses.afterLogout],
        [t('Link for a portal'), addresses.start],
      ];
}

/** Domains out of a text, one a line or with commas. */
export function domainsOf(text: string): string[] {
  return text
    .split(/[\s,;]+/)
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '');
}

/** The configuration out of a text, or why it is none. */
export function configOf(
  text: string,
): { readonly config: Record<string, unknown> } | { readonly fault: string } {
  try {
    const config: unknown = JSON.parse(text);
    return typeof config === 'object' && config !== null && !Array.isArray(config)
      ? { config: config as Record<string, unknown> }
      : { fault: t('This is no object in JSON.') };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : t('This is not JSON.') };
  }
}
