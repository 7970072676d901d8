import { useCallback, useRef } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { Archive, FileQuestion, Mic } from 'lucide-react';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { useRecording } from '../api/recording.ts';
import { ProblemError } from '../api/problem.ts';
import { AskForAccess } from '../grants/ask-for-access.tsx';
import { ConsentCard } from '../consent/consent-card.tsx';
import { EmptyState } from '../components/empty-state.tsx';
import { usePageTitle } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Skeleton } from '../components/ui/skeleton.tsx';
import { keptUntil } from '../recordings/kept-until.ts';
import { CertificateCard } from './certificate-card.tsx';
import { CustodyCard } from './custody-card.tsx';
import { CutsCard } from './cuts/cuts-card.tsx';
import { DeliveriesCard } from './deliveries-card.tsx';
import { ExplanationCard } from './explanation-card.tsx';
import { FactsCard } from './facts-card.tsx';
import { GrantsCard } from './grants-card.tsx';
import { HoldsCard } from './holds-card.tsx';
import { LineageCard } from './lineage/lineage-card.tsx';
import { PartsCard } from './parts-card.tsx';
import { QualityCard } from './quality-card.tsx';
import { RestrictionCard } from './restriction-card.tsx';
import { RelatedCard } from './related-card.tsx';
import { PlayerCard, type PlayerHandle } from './player/player-card.tsx';
import { BackToList, RecordingHeader } from './recording-header.tsx';
import { Warnings } from './warnings.tsx';
import { t } from '../i18n/t.ts';

const route = getRouteApi('/signed-in/recordings/$id');

/** Everything about one recording. */
export function RecordingPage() {
  const { id } = route.useParams();
  const { data, isPending, error, refetch } = useRecording(id);
  if (isPending) return <Loading />;
  if (data === undefined) return <Failed id={id} error={error} onRetry={() => void refetch()} />;
  return (
    <>
      {error !== null && <ProblemNotice error={error} title={t('What is shown may be out of date')} />}
      {/* A player belongs to one recording; the next one gets a new player. */}
      <Recording key={id} recording={data} />
    </>
  );
}

function Recording({ recording }: { readonly recording: RecordingDetail }) {
  const { certificate } = recording;
  const player = useRef<PlayerHandle>(null);
  const seek = useCallback((seconds: number) => player.current?.seek(seconds), []);
  return (
    <>
      <RecordingHeader recording={recording} />
      <Warnings warnings={recording.warnings} />
      {recording.restriction !== null && <RestrictionCard restriction={recording.restriction} />}
      {certificate === null ? (
        <PlayerCard recording={recording} handle={player} />
      ) : (
        <CertificateCard certificate={certificate} />
      )}
      <div className="grid gap-4 lg:grid-cols-3">
        <ExplanationCard title={t('Why was this recorded')} icon={<Mic />} explanation={recording.consent} />
        <ExplanationCard title={t('Why is this kept')} icon={<Archive />} explanation={recording.retention}>
          {recording.state !== 'disposed' && (
            <p className="text-sm">
              <span className="text-quiet">{t('Kept until:')}</span>{' '}
              <span className="font-medium">{keptUntil(recording)}</span>
            </p>
          )}
        </ExplanationCard>
        <div className="grid content-start gap-4">
          <HoldsCard recording={recording} />
          <CutsCard recording={recording} />
          <GrantsCard recordingId={recording.id} />
        </div>
        <ConsentCard
          recording={recording}
          className="lg:col-span-3"
          onSeek={certificate === null ? seek : undefined}
        />
        <div id="custody" className="min-w-0 lg:col-span-2">
          <CustodyCard recording={recording} />
        </div>
        <div className="grid content-start gap-4">
          <QualityCard recording={recording} />
          <RelatedCard related={recording.related} />
          <DeliveriesCard receipts={recording.receipts} />
          <FactsCard recording={recording} />
        </div>
      </div>
      <LineageCard recording={recording} />
      <div id="parts" className="min-w-0">
        <PartsCard parts={recording.parts} />
      </div>
    </>
  );
}

interface FailedProps {
  readonly id: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

function Failed({ id, error, onRetry }: FailedProps) {
  usePageTitle('Recording');
  const missing = error instanceof ProblemError && [400, 404].includes(error.status);
  const refused = error instanceof ProblemError && error.status === 403;
  return (
    <>
      <BackToList />
      {missing ? (
        <EmptyState icon={<FileQuestion />} title={t('There is no such recording')}>
          {t('The link may be mistyped, or the recording may belong to another tenant.')}
        </EmptyState>
      ) : (
        <ProblemNotice error={error} title={t('The recording could not be loaded')} onRetry={onRetry} />
      )}
      {refused && <AskForAccess recordingId={id} act="recording.read" />}
    </>
  );
}

function Loading() {
  return (
    <div aria-busy className="grid gap-4">
      <span role="status" className="sr-only">
        {t('Loading the recording')}
      </span>
      <Skeleton className="h-6 w-1/3" />
      <Skeleton className="h-4 w-1/4" />
      <Skeleton className="h-64 rounded-lg" />
      <div className="grid gap-4 lg:grid-cols-3">
        <Skeleton className="h-48 rounded-lg" />
        <Skeleton className="h-48 rounded-lg" />
        <Skeleton className="h-48 rounded-lg" />
      </div>
    </div>
  );
}
