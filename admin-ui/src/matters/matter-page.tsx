import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { Lock, LockOpen, Scale, Undo2, UserRound } from 'lucide-react';
import type { Hold } from '../../../hub/api/schemas/hold.ts';
import type { MatterDetail, Release } from '../../../hub/api/schemas/matter.ts';
import { useMatter, useReleaseMatter, useReleasePlan, useTakeBack } from '../api/matters.ts';
import { DetailPage } from '../components/detail-page.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { counted } from '../format/words.ts';
import { ActButton } from '../session/act-button.tsx';
import { MatterBadge } from './matter-badge.tsx';
import { MatterReasonDialog } from './matter-reason-dialog.tsx';
import { NoticeDialog } from './notice-dialog.tsx';
import { QueryHoldDialog } from './query-hold-dialog.tsx';
import { queryInWords } from './query-words.ts';

const route = getRouteApi('/signed-in/matters/$id');
type Open = 'hold' | 'release' | 'notice' | undefined;

/** Everything about one matter: its holds, its custodians, its releases and what they would free. */
export function MatterPage() {
  const { id } = route.useParams();
  return (
    <DetailPage
      back={{ to: '/matters', label: 'Matters' }}
      query={useMatter(id)}
      failed="The matter could not be loaded"
      missing={{
        title: 'There is no such matter',
        why: 'The link may be mistyped, or the matter may belong to another tenant.',
      }}
    >
      {(matter) => <Matter matter={matter} />}
    </DetailPage>
  );
}

function Matter({ matter }: { readonly matter: MatterDetail }) {
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
  };
  return (
    <>
      <div className="grid gap-1.5">
        <PageHeader title={matter.name}>
          <MatterBadge matter={matter} />
        </PageHeader>
        <p className="text-sm text-quiet">
          Opened by {matter.openedBy} <Timestamp instant={matter.openedAt} exact />
          {matter.externalId !== null && <> · case {matter.externalId}</>}
          {matter.tags.length > 0 && <> · {matter.tags.join(', ')}</>}
          {matter.closedAt !== null && (
            <>
              {' '}
              · closed <Timestamp instant={matter.closedAt} exact />
            </>
          )}
        </p>
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <HoldsCard
          matter={matter}
          onPlace={() => {
            setOpen('hold');
          }}
        />
        <div className="grid content-start gap-4">
          <ReleasesCard
            matter={matter}
            onRelease={() => {
              setOpen('release');
            }}
          />
          <CustodiansCard
            matter={matter}
            onTell={() => {
              setOpen('notice');
            }}
          />
        </div>
      </div>
      {open === 'hold' && <QueryHoldDialog matter={matter.name} onClose={close} />}
      {open === 'notice' && <NoticeDialog matterId={matter.id} onClose={close} />}
      {open === 'release' && <ReleaseDialog matter={matter} onClose={close} />}
    </>
  );
}

function HoldsCard({ matter, onPlace }: { readonly matter: MatterDetail; readonly onPlace: () => void }) {
  return (
    <Card
      title="Holds"
      icon={<Scale />}
      actions={
        <ActButton act="hold.place" size="small" onClick={onPlace}>
          <Lock aria-hidden /> Add by query
        </ActButton>
      }
    >
      {matter.holds.length === 0 && <p className="text-sm text-quiet">Nothing is held for this matter.</p>}
      <ul className="grid gap-3">
        {matter.holds.map((hold) => (
          <HoldItem
            key={hold.id}
            hold={hold}
            progress={matter.progress.find(({ holdId }) => holdId === hold.id)}
          />
        ))}
      </ul>
    </Card>
  );
}

function HoldItem({
  hold,
  progress,
}: {
  readonly hold: Hold;
  readonly progress: MatterDetail['progress'][number] | undefined;
}) {
  return (
    <li className="grid gap-1 rounded-md border border-line bg-ground px-3 py-2.5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="min-w-0 text-sm font-medium break-words">{hold.reason}</h3>
        {hold.releasedAt === null ? <Badge tone="warn">In force</Badge> : <Badge>Released</Badge>}
      </div>
      {hold.query !== null && (
        <ul className="text-sm">
          {queryInWords(hold.query).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <RecordingLinks ids={hold.recordingIds} first={3} />
      <p className="text-xs text-quiet">
        Placed by {hold.placedBy}, <Timestamp instant={hold.placedAt} />
        {progress !== undefined &&
          ` · ${counted(progress.told, 'recording', 'recordings')} told${progress.done ? '' : ' so far'}`}
      </p>
    </li>
  );
}

const STATES: Readonly<Record<Release['state'], string>> = {
  asked: 'Waits for a second person',
  refused: 'Refused',
  expired: 'Nobody answered in time',
  withdrawn: 'Withdrawn',
  grace: 'In its grace',
  'taken-back': 'Taken back',
  done: 'Done',
};

function ReleasesCard({
  matter,
  onRelease,
}: {
  readonly matter: MatterDetail;
  readonly onRelease: () => void;
}) {
  const [taking, setTaking] = useState<Release>();
  return (
    <Card
      title="Release"
      icon={<LockOpen />}
      actions={
        matter.activeHolds > 0 &&
        !matter.releases.some(({ state }) => state === 'asked') && (
          <ActButton act="hold.release" size="small" data-testid="release-matter" onClick={onRelease}>
            <LockOpen aria-hidden /> Ask for release
          </ActButton>
        )
      }
    >
      {matter.releases.length === 0 && <p className="text-sm text-quiet">No release was ever asked for.</p>}
      <ul className="grid gap-3">
        {matter.releases.map((release) => (
          <li key={release.id} className="grid gap-1 text-sm">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-medium">{STATES[release.state]}</span>
              {(release.state === 'asked' || release.state === 'grace') && (
                <ActButton
                  act="hold.place"
                  size="small"
                  onClick={() => {
                    setTaking(release);
                  }}
                >
                  <Undo2 aria-hidden /> Take back
                </ActButton>
              )}
            </div>
            <span className="break-words">{release.reason}</span>
            <span className="text-xs text-quiet">
              Asked for by {release.askedBy} <Timestamp instant={release.askedAt} />
              {release.grantedBy !== null && ` · agreed to by ${release.grantedBy}`}
              {release.graceEndsAt !== null && (
                <>
                  {' '}
                  · grace until <Timestamp instant={release.graceEndsAt} />
                </>
              )}
              {release.endReason !== null && ` · ${release.endReason}`}
            </span>
          </li>
        ))}
      </ul>
      {taking !== undefined && (
        <TakeBackDialog
          matterId={matter.id}
          release={taking}
          onClose={() => {
            setTaking(undefined);
          }}
        />
      )}
    </Card>
  );
}

function ReleaseDialog({ matter, onClose }: { readonly matter: MatterDetail; readonly onClose: () => void }) {
  const mutation = useReleaseMatter(matter.id);
  const { data: plan } = useReleasePlan(matter.id);
  return (
    <MatterReasonDialog
      title="Ask for the release of this matter?"
      description="A second person has to agree. Then the grace of the rules runs, in which it can be taken back; after it the matter is closed."
      act="Ask for release"
      done="Release asked for"
      mutation={mutation}
      onClose={onClose}
    >
      {plan !== undefined && (
        <p className="text-sm">
          Agreed to now, the grace would end <Timestamp instant={plan.graceEndsAt} />. Of{' '}
          {plan.complete ? '' : 'the first '}
          {counted(plan.looked, 'recording', 'recordings')}, {plan.due} would be due then, {plan.keptLonger}{' '}
          are kept longer by the rules, {plan.heldByOthers} by other holds.
        </p>
      )}
    </MatterReasonDialog>
  );
}

function TakeBackDialog({
  matterId,
  release,
  onClose,
}: {
  readonly matterId: string;
  readonly release: Release;
  readonly onClose: () => void;
}) {
  const mutation = useTakeBack(matterId, release.id);
  return (
    <MatterReasonDialog
      title="Take this release back?"
      description="Its holds are in force again, as if it had never been asked for."
      act="Take back"
      done="Release taken back"
      mutation={mutation}
      onClose={onClose}
    />
  );
}

function CustodiansCard({ matter, onTell }: { readonly matter: MatterDetail; readonly onTell: () => void }) {
  return (
    <Card
      title="Custodians"
      icon={<UserRound />}
      actions={
        matter.state !== 'closed' && (
          <ActButton act="hold.place" size="small" onClick={onTell}>
            Tell somebody
          </ActButton>
        )
      }
    >
      {matter.notices.length === 0 && (
        <p className="text-sm text-quiet">
          Nobody was told yet. A custodian is a person who has to keep things elsewhere.
        </p>
      )}
      <ul className="grid gap-2">
        {matter.notices.map((notice) => (
          <li key={notice.id} className="flex flex-wrap items-center justify-between gap-2 text-sm">
            <span>
              {notice.name}
              <span className="block text-xs text-quiet">
                told <Timestamp instant={notice.sentAt} />
                {notice.reminders > 0 && ` · ${counted(notice.reminders, 'reminder', 'reminders')}`}
              </span>
            </span>
            {notice.acknowledgedAt !== null ? (
              <Badge tone="good">Acknowledged</Badge>
            ) : notice.escalatedAt !== null ? (
              <Badge tone="bad">Superior told</Badge>
            ) : (
              <Badge tone="warn">No answer yet</Badge>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
