import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { LockOpen, Undo2 } from 'lucide-react';
import type { MatterDetail, Release } from '../../../hub/api/schemas/matter.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Card } from '../components/ui/card.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import type { MatterAsking } from './matter-page.tsx';
import { RELEASE_STATES } from './matter-words.ts';
import { TakeBackDialog } from './take-back-dialog.tsx';

interface ReleasesCardProps {
  readonly matter: MatterDetail;
  readonly onAsk: (what: MatterAsking) => void;
}

/** Every release that was asked for: who asked, who agreed, and how long its grace runs. */
export function ReleasesCard({ matter, onAsk }: ReleasesCardProps) {
  const [taking, setTaking] = useState<Release>();
  const may = matter.activeHolds > 0 && !matter.releases.some(({ state }) => state === 'asked');
  return (
    <Card
      title={t('Release')}
      icon={<LockOpen />}
      actions={
        may && (
          <ActButton
            act="hold.release"
            size="small"
            data-testid="release-matter"
            onClick={() => {
              onAsk('release');
            }}
          >
            <LockOpen aria-hidden /> {t('Ask for release')}
          </ActButton>
        )
      }
    >
      {matter.releases.length === 0 && (
        <p className="text-sm text-quiet">{t('No release was ever asked for.')}</p>
      )}
      <ul className="grid gap-3">
        {matter.releases.map((release) => (
          <ReleaseItem
            key={release.id}
            release={release}
            onTakeBack={() => {
              setTaking(release);
            }}
          />
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

interface ReleaseItemProps {
  readonly release: Release;
  readonly onTakeBack: () => void;
}

function ReleaseItem({ release, onTakeBack }: ReleaseItemProps) {
  return (
    <li className="grid gap-1 text-sm" data-testid="release">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link
          to="/approvals/$id"
          params={{ id: release.approvalId }}
          className="font-medium text-accent underline underline-offset-2"
        >
          {RELEASE_STATES[release.state]}
        </Link>
        {(release.state === 'asked' || release.state === 'grace') && (
          <ActButton act="hold.place" size="small" onClick={onTakeBack}>
            <Undo2 aria-hidden /> {t('Take back')}
          </ActButton>
        )}
      </div>
      <span className="break-words">{release.reason}</span>
      <span className="text-xs text-quiet">
        <Rich
          text="Asked for by {{name}} <at/>"
          values={{ name: release.askedBy }}
          parts={{ at: <Timestamp instant={release.askedAt} /> }}
        />
        {release.grantedBy !== null && ` · ${t('agreed to by {{name}}', { name: release.grantedBy })}`}
        {release.graceEndsAt !== null && (
          <>
            {' · '}
            <Rich text="grace until <at/>" parts={{ at: <Timestamp instant={release.graceEndsAt} /> }} />
          </>
        )}
        {release.endReason !== null && ` · ${release.endReason}`}
      </span>
    </li>
  );
}
