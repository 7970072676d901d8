import { useState } from 'react';
import { FlaskConical } from 'lucide-react';
import type { SimulateBody, Simulation } from '../../../hub/api/schemas/policy.ts';
import { useSimulate } from '../api/policy.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { EffectLines } from './pack-diff-card.tsx';
import { t } from '../i18n/t.ts';

const QUESTIONS = [
  { value: 'as-it-is', label: t('Nothing changes') },
  { value: 'placed', label: t('A hold is placed') },
  { value: 'released', label: t('Every hold is released') },
  { value: 'erasure', label: t('An erasure is approved') },
  { value: 'none', label: t('We had no policy of our own') },
] as const;
type Question = (typeof QUESTIONS)[number]['value'];

const ASKED: Readonly<Record<Question, Omit<SimulateBody, 'recordingId'>>> = {
  'as-it-is': {},
  placed: { hold: 'placed' },
  released: { hold: 'released' },
  erasure: { request: { kind: 'erasure', state: 'approved' } },
  none: { policyVersion: 0 },
};

/** What happens to a recording and why, and what would change if; nothing is changed by asking. */
export function SimulatorCard() {
  const [recordingId, setRecordingId] = useState('');
  const [question, ask] = useState<Question>('as-it-is');
  const simulate = useSimulate();
  const id = recordingId.trim();
  return (
    <Card title={t('Why, and what if')} hint={t('Asking changes nothing')} icon={<FlaskConical />}>
      <form
        className="grid max-w-xl gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          simulate.mutate({ ...ASKED[question], ...(id === '' ? {} : { recordingId: id }) });
        }}
      >
        <TextField
          label={t('Recording')}
          value={recordingId}
          onValue={setRecordingId}
          placeholder={t('Its id; empty for a sample of all')}
        />
        <div className="flex flex-wrap gap-2">
          <Select label={t('What if')} value={question} options={QUESTIONS} onValue={ask} />
          <Button type="submit" tone="primary" disabled={simulate.isPending}>
            {t('Ask')}
          </Button>
        </div>
      </form>
      {simulate.error !== null && <ProblemNotice error={simulate.error} title={t('There is no answer')} />}
      <div role="status">{simulate.data !== undefined && <Answer found={simulate.data} />}</div>
    </Card>
  );
}

function Answer({ found }: { readonly found: Simulation }) {
  if (found.kind === 'all') return <EffectLines effect={found} />;
  const { then, changed } = found;
  return (
    <div className="mt-3 grid gap-1 text-sm">
      <p className="font-medium">
        {t('{{decision}} until {{end}}', {
          decision: then.decision,
          end: then.retainUntil ?? t('a further event'),
        })}
      </p>
      <ul className="list-disc pl-5">
        {then.reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      {then.timeline.slice(1).map(({ from, decision }) => (
        <p key={from}>
          {t('Next: {{decision}} from {{date}}, if nothing else happens.', { decision, date: from })}
        </p>
      ))}
      <p className="text-quiet">
        {changed.length === 0
          ? t('The same rules as now.')
          : t('Other rules than now: {{rules}}', { rules: changed.join(', ') })}
      </p>
    </div>
  );
}
