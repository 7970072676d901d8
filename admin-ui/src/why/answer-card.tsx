import { CircleCheck, CircleX } from 'lucide-react';
import type { AccessExplanationView } from '../../../hub/api/schemas/access-policy.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { roleInWords } from '../people/people-words.ts';

/** The decision, what decided it, what came near, and whom to ask. */
export function AnswerCard({ answer }: { readonly answer: AccessExplanationView }) {
  const { decision, person, act, at, ask, version, nearMisses, further } = answer;
  return (
    <Card
      title={decision.allowed ? t('Allowed') : t('Refused')}
      icon={decision.allowed ? <CircleCheck className="text-good" /> : <CircleX className="text-bad" />}
      hint={
        <>
          <Rich
            text="{{act}} for {{person}} ({{role}}), <at/>"
            values={{ act, person: person.name, role: roleInWords(person.role) }}
            parts={{ at: <Timestamp instant={at} /> }}
          />
          {', '}
          {version === 0
            ? t('by the policies that everybody has')
            : t('by version {{version}} of our policies', { version })}
        </>
      }
    >
      <div className="grid gap-4 text-sm" data-testid="why-answer">
        <Deciding decision={decision} />
        {ask.length > 0 && (
          <section className="grid gap-1">
            <h3 className="font-semibold">{t('What to do')}</h3>
            <ul className="list-disc pl-5">
              {ask.map((sentence) => (
                <li key={sentence}>
                  <Sentence text={sentence} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {nearMisses.length > 0 && (
          <section className="grid gap-2">
            <h3 className="font-semibold">
              {decision.policies.length > 0 ? t('What would be needed as well') : t('What would allow it')}
            </h3>
            {nearMisses.map((miss) => (
              <NearMiss key={miss.id} miss={miss} />
            ))}
            {further > 0 && (
              <p className="text-quiet">
                {plural(further, {
                  one: 'And one policy that is further off.',
                  other: 'And {{count}} policies that are further off.',
                })}
              </p>
            )}
          </section>
        )}
      </div>
    </Card>
  );
}

function Deciding({ decision }: Pick<AccessExplanationView, 'decision'>) {
  if (decision.policies.length === 0)
    return (
      <p>
        {decision.rule === 'access/undecidable'
          ? t('It could not be decided, and what cannot be decided is refused.')
          : t('No policy allows it, and what none allows is refused.')}
      </p>
    );
  return (
    <ul className="grid gap-1.5">
      {decision.policies.map(({ id, effect, says, stepUpSeconds }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-2">
          <Badge tone={effect === 'permit' ? 'good' : 'bad'}>
            {effect === 'permit' ? t('Allows') : t('Forbids')}
          </Badge>
          <span>{says}</span>
          <code className="text-xs text-quiet">{id}</code>
          {stepUpSeconds !== null && <Badge tone="warn">{t('A fresh proof ends this')}</Badge>}
        </li>
      ))}
    </ul>
  );
}

function NearMiss({ miss }: { readonly miss: AccessExplanationView['nearMisses'][number] }) {
  return (
    <details>
      <summary className="cursor-pointer">
        {miss.says} <code className="text-xs text-quiet">{miss.id}</code>
      </summary>
      <ul className="mt-1 grid gap-1 pl-4">
        {miss.parts.map(({ text, holds }) => (
          <li key={text} className="flex flex-wrap items-baseline gap-2">
            <Badge tone={holds ? 'good' : 'bad'}>{holds ? t('It holds') : t('Does not hold')}</Badge>
            <code className="min-w-0 text-xs wrap-anywhere">{text}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
