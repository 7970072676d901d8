import { Link } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import type { RecordingDetail } from '../../../hub/api/schemas/recording.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ExportButton } from '../exports/export-button.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { clockLength } from '../format/time.ts';
import { partyName, plainAddress } from '../format/words.ts';
import { RecordingBadges } from '../recordings/state-badge.tsx';
import { locale, t } from '../i18n/t.ts';

/** Who, when, how long, and where the recording is in its life. */
export function RecordingHeader({ recording }: { readonly recording: RecordingDetail }) {
  const addresses = recording.parties.flatMap(({ address }) =>
    address === null ? [] : [plainAddress(address)],
  );
  return (
    <div className="grid gap-1.5">
      <BackToList />
      <PageHeader title={titleOf(recording)}>
        <RecordingBadges recording={recording} />
        <span className="ml-auto">
          <ExportButton recordingIds={[recording.id]} />
        </span>
      </PageHeader>
      <p className="flex flex-wrap gap-x-2 text-sm text-quiet">
        <Timestamp instant={recording.startedAt} exact />
        <span aria-hidden>·</span>
        <span className="tabular-nums">{clockLength(recording.durationMs)}</span>
        {addresses.length > 0 && <span aria-hidden>·</span>}
        <span className="min-w-0 break-words">{listed(addresses)}</span>
      </p>
    </div>
  );
}

/** The way back, with the list as it was left. */
export function BackToList() {
  return (
    <Link
      to="/recordings"
      className="inline-flex items-center gap-1 justify-self-start text-sm text-quiet hover:text-ink"
    >
      <ChevronLeft aria-hidden className="size-4" /> {t('Recordings')}
    </Link>
  );
}

function titleOf({ parties }: RecordingDetail): string {
  return parties.length === 0 ? t('Disposed recording') : listed(parties.map(partyName));
}

/** "A and B". */
function listed(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(names);
}
