import { MessageSquareText } from 'lucide-react';
import type { TextCheckView } from '../../../hub/api/schemas/access-policy.ts';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { headInWords } from './outline-words.ts';

/** Each policy of a text in words, as its check has read it; its conditions stay in the language that decides. */
export function WordsCard({ policies }: { readonly policies: TextCheckView['policies'] | undefined }) {
  return (
    <Card
      title={t('In words')}
      icon={<MessageSquareText />}
      hint={t('As the last check has read it')}
      className="self-start"
    >
      {policies === undefined || policies.length === 0 ? (
        <p className="text-sm text-quiet">{t('Check the text to see what it says.')}</p>
      ) : (
        <ol className="grid gap-4 text-sm" data-testid="policy-words">
          {policies.map((policy) => (
            <Policy key={policy.id} policy={policy} />
          ))}
        </ol>
      )}
    </Card>
  );
}

function Policy({
  policy: { id, says, line, outline },
}: {
  readonly policy: TextCheckView['policies'][number];
}) {
  return (
    <li className="grid gap-1">
      <div className="flex flex-wrap items-baseline gap-2">
        <Badge tone={outline.effect === 'permit' ? 'good' : 'bad'}>
          {outline.effect === 'permit' ? t('Allows') : t('Forbids')}
        </Badge>
        <code className="text-xs text-quiet">{id}</code>
        <span className="text-xs text-quiet">{t('Line {{line}}', { line })}</span>
      </div>
      <p className="font-medium break-words">{says}</p>
      <p>{headInWords(outline)}.</p>
      {outline.conditions.length > 0 && (
        <ul className="grid gap-1 border-l-2 border-line pl-3">
          {outline.conditions.map(({ kind, text }) => (
            <li key={`${kind} ${text}`}>
              <span className="text-quiet">{kind === 'when' ? t('if') : t('unless')}</span>{' '}
              <code className="text-xs wrap-anywhere">{text}</code>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
