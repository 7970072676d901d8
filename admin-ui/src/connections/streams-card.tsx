import { Rss } from 'lucide-react';
import { useConnectionStreams, useResetStream, type ConnectionStream } from '../api/connections.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { saidByHub } from '../from-hub/said-by-hub.ts';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';

/** What is read from the other side, how far, and what stands in the way. */
export function StreamsCard({ connectionId }: { readonly connectionId: string }) {
  const streams = useConnectionStreams(connectionId).data?.items ?? [];
  return (
    <Card title={t('What it tells us')} icon={<Rss />} hint={t('Each event is kept once')}>
      <ul className="grid gap-3 text-sm">
        {streams.map((stream) => (
          <Stream key={stream.stream} connectionId={connectionId} stream={stream} />
        ))}
      </ul>
    </Card>
  );
}

function Stream({
  connectionId,
  stream,
}: {
  readonly connectionId: string;
  readonly stream: ConnectionStream;
}) {
  const reset = useResetStream(connectionId, stream.stream);
  const { title, readAt, events, failures, problem, everySec } = stream;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="font-medium">{saidByHub(title)}</span>
      <span className="text-quiet">
        {readAt === null ? (
          t('never read')
        ) : (
          <Rich text="read <at/>" parts={{ at: <Timestamp instant={readAt} /> }} />
        )}{' '}
        · {t('every {{seconds}} s', { seconds: everySec })} ·{' '}
        {plural(events, { one: '{{count}} event', other: '{{count}} events' })}
      </span>
      {failures > 0 && (
        <Badge tone="bad">
          {plural(failures, { one: '{{count}} failure in a row', other: '{{count}} failures in a row' })}
        </Badge>
      )}
      <ActButton
        act="connection.manage"
        size="small"
        tone="quiet"
        onClick={() => {
          reset.mutate(undefined);
        }}
      >
        {t('Read again from the beginning')}
      </ActButton>
      {problem !== null && <span className="basis-full break-words text-bad">{saidByHub(problem)}</span>}
    </li>
  );
}
