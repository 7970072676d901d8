import type { ConfigurationEntry, ConfigurationKind } from '../../../../hub/api/schemas/configuration.ts';
import type { Tone } from '../../components/ui/badge.tsx';
import { t } from '../../i18n/t.ts';

/** A kind of configuration in words. */
export const KIND_WORDS: Readonly<Record<ConfigurationKind, string>> = {
  connection: t('Connection'),
  webhook: t('Webhook endpoint'),
  'hr-mapping': t('Mapping of HR messages'),
  file: t('Configuration file'),
  'access-policy': t('Access policies'),
  policy: t('Own retention and consent policy'),
  'rule-pack': t('Rule pack'),
  'identity-provider': t('Identity provider'),
  'role-rules': t('Roles by groups'),
  'role-mapping': t('Roles by places'),
  'incident-levels': t('Levels of incidents'),
  'access-rules': t('Unusual use of access'),
};

/** Where a version stands. */
export const STATE_WORDS: Readonly<
  Record<ConfigurationEntry['state'], { readonly tone: Tone; readonly word: string }>
> = {
  current: { tone: 'good', word: t('In force') },
  former: { tone: 'neutral', word: t('Former') },
  proposed: { tone: 'info', word: t('Proposed') },
  removed: { tone: 'warn', word: t('Removed') },
};

/** What people call a version: its kind, its thing where there are several, and which one it is. */
export function titleOf({ kind, name, label }: Pick<ConfigurationEntry, 'kind' | 'name' | 'label'>): string {
  return t('{{what}}, version {{version}}', {
    what: name === '' || NAMED_BY_KIND.has(kind) ? KIND_WORDS[kind] : `${KIND_WORDS[kind]} ${name}`,
    version: label,
  });
}

/** What a file speaks for, as people call it: by its name, or by its kind where a tenant has one. */
export function objectName({
  kind,
  name,
}: {
  readonly kind: ConfigurationKind;
  readonly name: string;
}): string {
  return NAMED_BY_KIND.has(kind) ? KIND_WORDS[kind] : name;
}

/** Of these a tenant has one, so that the name says no more than the kind does. */
const NAMED_BY_KIND: ReadonlySet<ConfigurationKind> = new Set([
  'role-rules',
  'role-mapping',
  'incident-levels',
  'access-rules',
]);

/** A side of a change for a reader: texts without their quotes and escapes, all else as JSON. */
export function shownValue(json: string | undefined): string {
  if (json === undefined) return '';
  try {
    const value = JSON.parse(json) as unknown;
    return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  } catch {
    return json;
  }
}
