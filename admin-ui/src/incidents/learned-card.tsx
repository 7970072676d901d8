import { GraduationCap } from 'lucide-react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';

/** What ended it and what was learned, once somebody has written it. */
export function LearnedCard({ entry: { resolution, postMortem } }: { readonly entry: IncidentDetail }) {
  if (resolution === null && postMortem === null) return null;
  return (
    <Card title={t('What was learned')} icon={<GraduationCap />}>
      <dl className="grid gap-3 text-sm md:grid-cols-2">
        <Answer name={t('What ended it')} text={resolution} />
        <Answer name={t('Cause')} text={postMortem?.cause ?? null} />
        <Answer name={t('Impact')} text={postMortem?.impact ?? null} />
        <Answer name={t('Measures')} text={postMortem?.measures ?? null} />
      </dl>
    </Card>
  );
}

function Answer({ name, text }: { readonly name: string; readonly text: string | null }) {
  if (text === null) return null;
  return (
    <div>
      <dt className="text-xs font-medium text-quiet">{name}</dt>
      <dd className="break-words whitespace-pre-wrap">{text}</dd>
    </div>
  );
}
