import type { ReactNode } from 'react';
import type { Explanation } from '../../../hub/api/schemas/recording.ts';
import { Sentence } from '../components/sentence.tsx';
import { ShortCode } from '../components/short-code.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import type { Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { codeInWords } from '../format/words.ts';
import { RuleList } from './rule-list.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

interface ExplanationCardProps {
  readonly title: string;
  readonly icon: ReactNode;
  readonly explanation: Explanation;
  /** What stands above the reasons, such as the date until which is kept. */
  readonly children?: ReactNode;
}

/** A decision as it was taken: outcome, reasons in sentences, rules, and the rule pack they come from. */
export function ExplanationCard({ title, icon, explanation, children }: ExplanationCardProps) {
  const { outcome, reasons, rules, packDigest, decidedAt } = explanation;
  return (
    <Card
      title={title}
      icon={icon}
      actions={<Badge tone={TONES[outcome.toUpperCase()] ?? 'neutral'}>{codeInWords(outcome)}</Badge>}
    >
      <div className="grid gap-3">
        {children}
        <ul className="grid list-disc gap-1 pl-4 marker:text-line-strong">
          {reasons.map((reason) => (
            <li key={reason} className="break-words">
              <Sentence text={reason} />
            </li>
          ))}
        </ul>
        <RuleList rules={rules} />
        <p className="flex flex-wrap items-center gap-x-1 text-xs text-quiet">
          <Rich
            text="Decided <at/> with rule pack <pack/>"
            parts={{
              at: <Timestamp instant={decidedAt} exact />,
              pack: <ShortCode value={packDigest} what={t('digest of the rule pack')} />,
            }}
          />
        </p>
      </div>
    </Card>
  );
}

/** Colours of the outcomes of consent and retention; an outcome of a later version is shown without one. */
const TONES: Readonly<Record<string, Tone>> = {
  RECORD: 'good',
  TONE: 'good',
  ANNOUNCE: 'good',
  ASSENT: 'good',
  OWN_SIDE_ONLY: 'warn',
  PAUSE: 'warn',
  DO_NOT_RECORD: 'bad',
  REFUSE_CALL: 'bad',
  RETAIN: 'good',
  RESTRICT: 'warn',
  DEFER: 'warn',
  CONFLICT: 'bad',
};
