import { useState } from 'react';
import { Calculator } from 'lucide-react';
import type { RecentTraffic, SizingAnswer, SizingQuery } from '../../../../hub/api/schemas/storage.ts';
import { fieldError } from '../../api/field-error.ts';
import { useSizing } from '../../api/storage.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Card } from '../../components/ui/card.tsx';
import { TextField } from '../../components/ui/field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { byteSize } from '../../format/words.ts';
import { Rich } from '../../i18n/rich.tsx';
import { number, plural, t } from '../../i18n/t.ts';
import { CODECS, firstQuestion, questionOf, type Filled } from './sizing-question.ts';

/** `holdfast size` in the page, filled with what the tenant's own traffic was lately, and held against what is stored. */
export function SizingCard({ traffic }: { readonly traffic: RecentTraffic | null }) {
  const [filled, setFilled] = useState<Filled>(() => firstQuestion(traffic));
  const question = questionOf(filled);
  const { data, error } = useSizing(question);
  const set = (name: keyof Filled) => (value: string) => {
    setFilled({ ...filled, [name]: value });
  };
  const field = (name: keyof Filled, label: string, hint?: string) => (
    <TextField
      label={label}
      value={filled[name]}
      onValue={set(name)}
      error={fieldError(error, name)}
      {...(hint === undefined ? {} : { hint })}
    />
  );
  return (
    <Card
      title={t('Sizing')}
      icon={<Calculator />}
      hint={t('What a traffic needs of disks, network and recorders.')}
    >
      <div className="grid gap-4">
        <Origin traffic={traffic} />
        <div className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
          {field('callsPerDay', t('Calls a day'))}
          {field('meanSeconds', t('Mean length, seconds'))}
          {field('retentionDays', t('Days kept'))}
          {field('copies', t('Copies in the store'))}
          {field('streams', t('Streams a call'))}
          {field('busyHourShare', t('Share of the busiest hour'), t('0.17 is usual for offices.'))}
          {field('callsPerCore', t('Calls a core carried'), t('As you measured it.'))}
          {field('spoolHours', t('Hours the spool bridges'))}
          <div className="grid content-start gap-1.5">
            <span className="text-sm font-medium">{t('Codec')}</span>
            <Select
              label={t('Codec')}
              value={filled.codec}
              options={CODECS.map((value) => ({ value: value as string, label: value }))}
              onValue={set('codec')}
            />
          </div>
        </div>
        {error !== null && <ProblemNotice error={error} title={t('Nothing was calculated')} />}
        {question === undefined && (
          <p className="text-sm text-bad">{t('Every field takes a number above 0.')}</p>
        )}
        {data !== undefined && question !== undefined && (
          <Answer answer={data} question={question} traffic={traffic} />
        )}
      </div>
    </Card>
  );
}

function Origin({ traffic }: { readonly traffic: RecentTraffic | null }) {
  if (traffic === null || traffic.recordings === 0)
    return (
      <p className="text-sm text-quiet">
        <Rich
          text="Nothing was recorded lately, so the fields hold usual figures. The same is <c>holdfast size</c> on the command line."
          parts={{ c: <code className="font-mono text-xs" /> }}
        />
      </p>
    );
  return (
    <p className="text-sm text-quiet">
      {plural(
        traffic.days,
        {
          one: 'Filled with your own traffic of the last day; recordings: {{recordings}}.',
          other: 'Filled with your own traffic of the last {{count}} days; recordings: {{recordings}}.',
        },
        { recordings: number(traffic.recordings) },
      )}
    </p>
  );
}

interface AnswerProps {
  readonly answer: SizingAnswer;
  readonly question: SizingQuery;
  readonly traffic: RecentTraffic | null;
}

function Answer({ answer, traffic }: AnswerProps) {
  const rows = [
    [t('Object store, all copies'), byteSize(answer.objectStoreBytes)],
    [t('Added a day'), byteSize(answer.bytesPerDay)],
    [t('One call, all of it'), byteSize(answer.bytesPerCall)],
    [t('Spool, all recorders'), byteSize(answer.spoolBytes)],
    [t('Calls at once, busiest hour'), number(answer.callsAtOnce)],
    [t('Recorders, one spare'), number(answer.nodes)],
    [t('UDP ports a recorder'), number(answer.portsPerNode)],
    [t('Media on the network'), `${number(Math.round(answer.bitsPerSecond / 1e5) / 10)} Mbit/s`],
  ] as const;
  const measured = traffic?.bytesPerRecording ?? null;
  return (
    <div className="grid gap-3">
      <dl className="grid gap-x-6 gap-y-1.5 text-sm sm:grid-cols-2" data-testid="sizing-answer">
        {rows.map(([name, value]) => (
          <div key={name} className="flex items-baseline justify-between gap-3 border-b border-line pb-1">
            <dt className="text-quiet">{name}</dt>
            <dd className="font-medium tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {measured !== null && (
        <p className="text-sm text-quiet">
          {t(
            'Held against what is stored: your recordings take {{measured}} each, the calculation says {{calculated}} for the fields above.',
            {
              measured: byteSize(Math.round(measured)),
              calculated: byteSize(Math.round(answer.bytesPerCall)),
            },
          )}
        </p>
      )}
    </div>
  );
}
