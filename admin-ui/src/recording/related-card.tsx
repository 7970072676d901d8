import { Link } from '@tanstack/react-router';
import { Link2 } from 'lucide-react';
import type { RelatedRecording } from '../../../hub/api/schemas/recording.ts';
import { Card } from '../components/ui/card.tsx';
import { shortId } from '../format/short-id.ts';
import { t } from '../i18n/t.ts';

const RELATIONS: Readonly<Record<RelatedRecording['relation'], string>> = {
  'same-call': t('The same call, sent a second time'),
  continuation: t('The same session, before or after it moved here'),
  'same-group': t('Another part of the same call'),
};

/** Recordings that belong to this one; nothing where there are none. */
export function RelatedCard({ related }: { readonly related: readonly RelatedRecording[] }) {
  if (related.length === 0) return null;
  return (
    <Card title={t('Related recordings')} icon={<Link2 />}>
      <ul className="grid gap-2 text-sm">
        {related.map(({ recordingId, relation }) => (
          <li key={recordingId} className="flex flex-wrap items-center justify-between gap-x-3">
            <span className="text-quiet">{RELATIONS[relation]}</span>
            <Link
              to="/recordings/$id"
              params={{ id: recordingId }}
              className="text-accent tabular-nums underline underline-offset-2"
            >
              {shortId(recordingId)}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
