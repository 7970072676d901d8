import { Archive } from 'lucide-react';
import type { ObjectStore } from '../../../hub/api/schemas/object-store.ts';
import { useObjectStore } from '../api/object-store.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import type { Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

const VERDICTS = {
  worm: { tone: 'good', word: t('WORM'), meaning: t('Every promise of its locks was tried and kept.') },
  'not-worm': {
    tone: 'bad',
    word: t('Not WORM'),
    meaning: t('It broke a promise of its locks. Do not rely on them.'),
  },
  'no-lock': {
    tone: 'neutral',
    word: t('No locks'),
    meaning: t('Whoever administers the store can delete from it.'),
  },
  unknown: {
    tone: 'warn',
    word: t('Not probed yet'),
    meaning: t('A worker probes it when it starts, and daily.'),
  },
} as const satisfies Record<string, { tone: Tone; word: string; meaning: string }>;

/** Where recordings stay, and whether that place keeps what it promises. */
export function ObjectStoreCard() {
  const { data, isPending, error } = useObjectStore();
  return (
    <Card
      title={t('Object store')}
      icon={<Archive />}
      hint={t('Its promises are tried daily with small objects of no worth.')}
    >
      {isPending && <Skeleton className="h-12 rounded-lg" />}
      {error !== null && <ProblemNotice error={error} title={t('The object store could not be loaded')} />}
      {data !== undefined && <Found store={data} />}
    </Card>
  );
}

function Found({ store: { place, probe, alerts } }: { readonly store: ObjectStore }) {
  const { tone, word, meaning } = VERDICTS[probe?.verdict ?? 'unknown'];
  const broken = probe?.findings.filter(({ kept }) => !kept) ?? [];
  const standing = alerts.filter(({ clearedAt }) => clearedAt === null);
  return (
    <div className="grid gap-2 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="font-medium break-all">{place}</span>
        <Badge tone={tone} title={meaning}>
          {word}
        </Badge>
      </div>
      <p className="text-quiet">{meaning}</p>
      {broken.length > 0 && (
        <ul className="grid gap-1.5" aria-label={t('Broken promises')}>
          {broken.map(({ check, promise, detail }) => (
            <li key={check} className="border-l-2 border-bad pl-2.5">
              {promise} <span className="text-quiet">{detail}</span>
            </li>
          ))}
        </ul>
      )}
      <p className="flex flex-wrap gap-x-3 text-xs text-quiet">
        {probe !== null && (
          <span>
            <Rich text="Probed <at/>" parts={{ at: <Timestamp instant={probe.probedAt} exact /> }} />
          </span>
        )}
        {standing.map(({ id, raisedAt }) => (
          <span key={id}>
            <Rich text="Incident since <at/>" parts={{ at: <Timestamp instant={raisedAt} exact /> }} />
          </span>
        ))}
      </p>
    </div>
  );
}
