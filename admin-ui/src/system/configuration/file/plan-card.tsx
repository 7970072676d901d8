import { ListChecks } from 'lucide-react';
import type { ConfigurationPlanView } from '../../../api/configuration.ts';
import { Badge } from '../../../components/ui/badge.tsx';
import { Card } from '../../../components/ui/card.tsx';
import { t } from '../../../i18n/t.ts';
import { KIND_WORDS, objectName } from '../configuration-words.ts';
import { FieldChanges } from '../field-changes.tsx';
import { ACTION_WORDS, stateInWords } from './plan-words.ts';

interface PlanCardProps {
  readonly plan: NonNullable<ConfigurationPlanView['plan']>;
  readonly prune: boolean;
}

/** What applying would do to each object, and where it stands. */
export function PlanCard({ plan: { source, objects, unmanaged }, prune }: PlanCardProps) {
  return (
    <Card
      title={t('What would change')}
      icon={<ListChecks />}
      hint={t('For what the file "{{file}}" speaks for', { file: source })}
    >
      {objects.length === 0 && <p className="text-sm text-quiet">{t('The file names nothing.')}</p>}
      <ul className="grid gap-4" data-testid="planned">
        {objects.map((object) => (
          <li key={`${object.kind} ${object.name}`} className="grid gap-1 text-sm">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span className="font-medium wrap-anywhere">{objectName(object)}</span>
              {objectName(object) !== KIND_WORDS[object.kind] && (
                <span className="text-quiet">{KIND_WORDS[object.kind]}</span>
              )}
              <Badge tone={ACTION_WORDS[object.action].tone}>{ACTION_WORDS[object.action].word}</Badge>
              {object.action !== 'remove' && <span className="text-quiet">{stateInWords(object)}</span>}
            </div>
            {object.takenFrom !== undefined && (
              <p className="text-quiet">
                {t('Until now the file "{{file}}" speaks for it.', { file: object.takenFrom })}
              </p>
            )}
            <FieldChanges changes={object.changes} />
            {object.drift.length > 0 && (
              <>
                <p className="text-warn">{t('Changed by another hand since a file was last applied:')}</p>
                <FieldChanges changes={object.drift} />
              </>
            )}
          </li>
        ))}
      </ul>
      {!prune && objects.some(({ action }) => action === 'leave') && (
        <p className="mt-3 text-sm text-quiet">
          {t('What is no longer in the file goes only where you ask for that above.')}
        </p>
      )}
      {unmanaged.length > 0 && (
        <p className="mt-3 text-sm text-quiet">
          {t('What no file speaks for stays as it is: {{names}}.', {
            names: unmanaged.map(objectName).join(', '),
          })}
        </p>
      )}
    </Card>
  );
}
