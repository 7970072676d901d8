import { useImperativeHandle, useMemo, useState } from 'react';
import type { Ref } from 'react';
import { Headphones, TriangleAlert } from 'lucide-react';
import type { RecordingConsent } from '../../../../hub/api/schemas/consent.ts';
import type { RecordingDetail, Waveform } from '../../../../hub/api/schemas/recording.ts';
import { useMyGrants } from '../../api/grants.ts';
import { usedPath, useWaveform } from '../../api/recording.ts';
import { useSession } from '../../api/session.ts';
import { useTimeline } from '../../api/timeline.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Button } from '../../components/ui/button.tsx';
import { Select } from '../../components/ui/select.tsx';
import { Card } from '../../components/ui/card.tsx';
import { Skeleton } from '../../components/ui/skeleton.tsx';
import { grantFor } from '../../grants/grant-for.ts';
import { codeInWords, partyName } from '../../format/words.ts';
import { useMay } from '../../session/use-may.ts';
import { useConsent } from '../../api/consent.ts';
import { t } from '../../i18n/t.ts';
import { eventsOf } from '../timeline/events.ts';
import { MarkList } from '../timeline/mark-list.tsx';
import { notPlayedInWords } from '../timeline/marks.ts';
import { ByGrant } from './by-grant.tsx';
import type { PlaybackFailure } from './playback-failure.ts';
import { RefusedPlayback } from './refused-playback.tsx';
import { TransportBar } from './transport-bar.tsx';
import { usePlayer } from './use-player.ts';
import { useSpaceKey } from './use-space-key.ts';
import { Voice } from './voice.tsx';
import { WaveformStage } from './waveform-stage.tsx';

/** One and the same while loading, so that nothing is drawn anew for it. */
const NO_CHANNELS: Waveform['channels'] = [];
const NO_EVIDENCE: RecordingConsent['evidence'] = [];

/** What other cards may do with the player; nothing where it may not be played. */
export interface PlayerHandle {
  /** Goes to a place, in seconds from the start. */
  seek(seconds: number): void;
}

interface PlayerCardProps {
  readonly recording: RecordingDetail;
  readonly handle?: Ref<PlayerHandle> | undefined;
}

/**
 * Plays a recording, or says why it may not be played. Where a grant reaches it, it is played by that and for its purpose: what the
 * session lists as allowed counts grants in, and does not say whether this recording is meant.
 */
export function PlayerCard({ recording, handle }: PlayerCardProps) {
  const may = useMay('recording.play');
  const grants = useMyGrants();
  const isGranted = grantFor(grants.data?.items ?? [], recording.id) !== undefined;
  const [byGrant, setByGrant] = useState(isGranted);
  if (isGranted && !byGrant) setByGrant(true); // and stays so: a grant that ends is told
  return (
    <Card
      title={t('Player')}
      icon={<Headphones />}
      {...(may ? { hint: t('Every playback is entered in the ledger.') } : {})}
    >
      {may && recording.restriction !== null ? (
        <RestrictedPlayer recording={recording} restriction={recording.restriction} handle={handle} />
      ) : grants.isPending ? (
        <Skeleton className="h-40 rounded-lg" />
      ) : may && !byGrant ? (
        <Player recording={recording} handle={handle} />
      ) : (
        <ByGrant recordingId={recording.id}>
          {(purpose) => (
            <Player recording={recording} handle={handle} {...(purpose !== undefined && { purpose })} />
          )}
        </ByGrant>
      )}
    </Card>
  );
}

/** Asks an officer for a purpose first, and tells everybody else whom to ask. */
function RestrictedPlayer({
  recording,
  handle,
  restriction,
}: PlayerCardProps & {
  readonly restriction: NonNullable<RecordingDetail['restriction']>;
}) {
  const { user } = useSession();
  const [purpose, setPurpose] = useState('');
  if (user.role !== 'compliance_officer')
    return <p className="text-sm text-quiet">{t('Its use is restricted. Ask a compliance officer.')}</p>;
  const options = restriction.purposes.map((value) => ({
    value: value as string,
    label: codeInWords(value),
  }));
  return (
    <div className="grid gap-4">
      <label className="flex flex-wrap items-center gap-2 text-sm">
        {t('What do you need it for?')}
        <Select
          label={t('Purpose')}
          value={purpose}
          options={[{ value: '', label: t('Choose a purpose') }, ...options]}
          onValue={setPurpose}
        />
      </label>
      {purpose !== '' && <Player key={purpose} recording={recording} handle={handle} purpose={purpose} />}
    </div>
  );
}

/** Two voices, each with its waveform and its mute, and one playhead over both. */
function Player({ recording, handle, purpose }: PlayerCardProps & { readonly purpose?: string }) {
  const url = usedPath(recording.id, 'audio', purpose);
  const player = usePlayer(url, recording.durationMs);
  const { seek } = player;
  useImperativeHandle(handle, () => ({ seek }), [seek]);
  const waveform = useWaveform(recording.id, purpose);
  const { data: timeline } = useTimeline(recording, purpose);
  const nameOf = (channel: number) => voiceName(recording, timeline?.channels[channel]?.partyId, channel);
  const evidence = useConsent(recording.id).data?.evidence ?? NO_EVIDENCE;
  const events = useMemo(() => eventsOf(recording, evidence), [recording, evidence]);
  const disabled = player.failure?.mayRetry === false;
  useSpaceKey(() => {
    if (!disabled) player.toggle();
  });
  return (
    <div className="grid gap-4">
      <audio ref={player.audio} src={url} preload="none" className="hidden" />
      {player.failure !== undefined && <Failure failure={player.failure} onRetry={player.toggle} />}
      {player.failure?.refused === true && (
        <RefusedPlayback recordingId={recording.id} fallback={player.failure.detail} />
      )}
      {waveform.isError && player.failure === undefined && (
        <ProblemNotice error={waveform.error} title={t('The waveforms could not be loaded')} />
      )}
      <div className="grid gap-x-4 gap-y-3 md:grid-cols-[11rem_minmax(0,1fr)]">
        <div className="grid grid-cols-2 gap-x-4 gap-y-2 md:grid-cols-1 md:grid-rows-[3.5rem_3.5rem]">
          {([0, 1] as const).map((channel) => (
            <Voice
              key={channel}
              channel={channel}
              name={nameOf(channel)}
              muted={player.muted[channel]}
              disabled={disabled}
              onToggle={() => {
                player.toggleMuted(channel);
              }}
            />
          ))}
        </div>
        <WaveformStage
          player={player}
          channels={waveform.data?.channels ?? NO_CHANNELS}
          timeline={timeline}
          events={events}
          disabled={disabled}
        />
      </div>
      <TransportBar player={player} disabled={disabled} />
      {timeline !== undefined && (
        <>
          {notPlayedInWords(timeline, nameOf).map((sentence) => (
            <p key={sentence} className="rounded-md border border-warn/30 bg-warn-soft px-3 py-2 text-sm">
              {sentence}
            </p>
          ))}
          <MarkList timeline={timeline} nameOf={nameOf} disabled={disabled} onSeek={player.seek} />
        </>
      )}
      <p className="text-sm text-quiet">
        {t('There is no transcript: no speech engine has made one of this recording.')}
      </p>
    </div>
  );
}

function Failure({ failure, onRetry }: { readonly failure: PlaybackFailure; readonly onRetry: () => void }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-md border border-bad/30 bg-bad-soft p-3 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="grow">
        <p className="font-medium">{failure.title}</p>
        <p className="mt-0.5 text-ink/85">{failure.detail}</p>
      </div>
      {failure.mayRetry && (
        <Button size="small" onClick={onRetry}>
          {t('Try again')}
        </Button>
      )}
    </div>
  );
}

/** Who speaks on a channel: the party of its line, else the party of that place. */
function voiceName(
  { parties }: RecordingDetail,
  partyId: string | null | undefined,
  channel: number,
): string {
  const party =
    parties.find(({ id }) => id === partyId) ?? parties.find(({ ordinal }) => ordinal === channel);
  return partyName(party ?? { name: null, address: null, ordinal: channel });
}
