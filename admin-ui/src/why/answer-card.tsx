import { CircleCheck, CircleX } from 'lucide-react';
import type { AccessExplanationView } from '../../../hub/api/schemas/access-policy.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { roleInWords } from '../people/people-words.ts';

/** The decision, what decided it, what came near, and whom to ask. */
export function AnswerCard({ answer }: { readonly answer: AccessExplanationView }) {
  const { decision, person, act, at, ask, version, nearMisses, further } = answer;
  return (
    <Card
      title={decision.allowed ? 'Allowed' : 'Refused'}
      icon={decision.allowed ? <CircleCheck className="text-good" /> : <CircleX className="text-bad" />}
      hint={
        <>
          {act} for {person.name} ({roleInWords(person.role).toLowerCase()}), <Timestamp instant={at} />,{' '}
          {version === 0
            ? 'by the policies that everybody has'
            : `by version ${String(version)} of our policies`}
        </>
      }
    >
      <div className="grid gap-4 text-sm" data-testid="why-answer">
        <Deciding decision={decision} />
        {ask.length > 0 && (
          <section className="grid gap-1">
            <h3 className="font-semibold">What to do</h3>
            <ul className="list-disc pl-5">
              {ask.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </section>
        )}
        {nearMisses.length > 0 && (
          <section className="grid gap-2">
            <h3 className="font-semibold">
              {decision.policies.length > 0 ? 'What would be needed as well' : 'What would allow it'}
            </h3>
            {nearMisses.map((miss) => (
              <NearMiss key={miss.id} miss={miss} />
            ))}
            {further > 0 && <p className="text-quiet">And {further} policies that are further off.</p>}
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
          ? 'It could not be decided, and what cannot be decided is refused.'
          : 'No policy allows it, and what none allows is refused.'}
      </p>
    );
  return (
    <ul className="grid gap-1.5">
      {decision.policies.map(({ id, effect, says, stepUpSeconds }) => (
        <li key={id} className="flex flex-wrap items-baseline gap-2">
          <Badge tone={effect === 'permit' ? 'good' : 'bad'}>
            {effect === 'permit' ? 'Allows' : 'Forbids'}
          </Badge>
          <span>{says}</span>
          <code className="text-xs text-quiet">{id}</code>
          {stepUpSeconds !== null && <Badge tone="warn">A fresh proof ends this</Badge>}
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
            <Badge tone={holds ? 'good' : 'bad'}>{holds ? 'Holds' : 'Does not hold'}</Badge>
            <code className="min-w-0 text-xs wrap-anywhere">{text}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
