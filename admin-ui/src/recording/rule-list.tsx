import { BadgeAlert, BadgeCheck } from 'lucide-react';
import type { RuleReference } from '../../../hub/api/schemas/primitives.ts';
import { Sentence } from '../components/sentence.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { t } from '../i18n/t.ts';

/** The rules that decided, each with where it comes from and whether a person has checked it. */
export function RuleList({ rules }: { readonly rules: readonly RuleReference[] }) {
  if (rules.length === 0) return <p className="text-sm text-quiet">{t('No rule applied.')}</p>;
  return (
    <ul className="grid gap-2">
      {rules.map((rule) => (
        <li key={rule.id} className="rounded-md border border-line bg-ground px-3 py-2">
          <div className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1">
            <code className="font-mono text-xs break-all">{rule.id}</code>
            <StatusBadge status={rule.status} />
          </div>
          {rule.detail !== undefined && (
            <p className="mt-1 text-sm">
              <Sentence text={rule.detail} />
            </p>
          )}
          {rule.source !== undefined && (
            <p className="mt-0.5 text-xs text-quiet">{t('Source: {{source}}', { source: rule.source })}</p>
          )}
        </li>
      ))}
    </ul>
  );
}

function StatusBadge({ status }: { readonly status: RuleReference['status'] }) {
  if (status === undefined) return null;
  if (status === 'verified') {
    return (
      <Badge tone="good" title={t('A reviewer has checked this rule against its source.')}>
        <BadgeCheck aria-hidden /> {t('Verified')}
      </Badge>
    );
  }
  return (
    <Badge
      tone="warn"
      title={t('Nobody has checked this rule against its source yet; it is applied strictly.')}
    >
      <BadgeAlert aria-hidden /> {t('Unverified')}
    </Badge>
  );
}
