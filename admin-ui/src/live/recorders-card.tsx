import { useState } from 'react';
import { Server } from 'lucide-react';
import type { RecorderNode } from '../../../hub/api/schemas/live.ts';
import { useRecorders } from '../api/live.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import type { Tone } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { ActButton } from '../session/act-button.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

const STATES = {
  taking: { tone: 'good', word: t('Takes calls'), meaning: t('New calls are taken.') },
  full: {
    tone: 'warn',
    word: t('Full'),
    meaning: t('It has as many calls as it takes, or lacks keys or disk.'),
  },
  draining: {
    tone: 'warn',
    word: t('Draining'),
    meaning: t('New calls are refused; those in progress go on.'),
  },
  down: { tone: 'neutral', word: t('Stopped'), meaning: t('It was stopped in good order.') },
  silent: {
    tone: 'bad',
    word: t('Silent'),
    meaning: t('It has not been heard of for a while; nobody knows how it is.'),
  },
} as const satisfies Record<RecorderNode['state'], { tone: Tone; word: string; meaning: string }>;

interface Asked {
  readonly verb: 'drain' | 'undrain';
  readonly node: string;
}

/** Every recorder: whether it takes calls, how many it has, and the way to take it out of service. */
export function RecordersCard() {
  const { data, isPending, error } = useRecorders();
  const [asked, setAsked] = useState<Asked>();
  return (
    <Card title={t('Recorders')} icon={<Server />}>
      {isPending && <Skeleton className="h-16 rounded-lg" />}
      {error !== null && <ProblemNotice error={error} title={t('The recorders could not be loaded')} />}
      {data?.items.length === 0 && (
        <p className="text-sm text-quiet">{t('No recorder has been heard of yet.')}</p>
      )}
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {data?.items.map((node) => (
          <RecorderItem key={node.node} node={node} onAsk={setAsked} />
        ))}
      </ul>
      {asked !== undefined && (
        <AskDialog
          verb={asked.verb}
          subject={asked.node}
          onClose={() => {
            setAsked(undefined);
          }}
        />
      )}
    </Card>
  );
}

function RecorderItem({
  node,
  onAsk,
}: {
  readonly node: RecorderNode;
  readonly onAsk: (asked: Asked) => void;
}) {
  const { tone, word, meaning } = STATES[node.state];
  const share = node.capacity === 0 ? 0 : Math.min(1, node.calls / node.capacity);
  const reachable = node.state !== 'down' && node.state !== 'silent';
  return (
    <li className="grid gap-2 rounded-md border border-line bg-ground px-3 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium">{node.node}</h3>
        <Badge tone={tone} title={meaning}>
          {word}
        </Badge>
      </div>
      <div className="h-1.5 overflow-hidden rounded-full bg-sunken" aria-hidden>
        <div className="h-full rounded-full bg-accent" style={{ width: `${String(share * 100)}%` }} />
      </div>
      <p className="flex flex-wrap justify-between gap-x-3 text-xs text-quiet tabular-nums">
        <span>{t('{{calls}} of {{capacity}} calls', { calls: node.calls, capacity: node.capacity })}</span>
        <span>
          {node.region}, {node.version}
        </span>
      </p>
      <div className="flex min-h-7 items-center justify-between gap-2 text-xs text-quiet">
        <span>
          <Rich text="Heard <at/>" parts={{ at: <Timestamp instant={node.heartbeatAt} exact /> }} />
        </span>
        {reachable && (
          <ActButton
            act={node.state === 'draining' ? 'recorder.undrain' : 'recorder.drain'}
            size="small"
            onClick={() => {
              onAsk({ verb: node.state === 'draining' ? 'undrain' : 'drain', node: node.node });
            }}
          >
            {node.state === 'draining' ? t('Take calls') : t('Drain')}
          </ActButton>
        )}
      </div>
    </li>
  );
}
