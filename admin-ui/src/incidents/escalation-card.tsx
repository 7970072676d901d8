import { useState } from 'react';
import { Megaphone } from 'lucide-react';
import type { IncidentDetail } from '../../../hub/api/schemas/incident.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { calledInWords } from './incident-words.ts';
import { WordsDialog } from './words-dialog.tsx';

/** Who is called from when on while nobody takes it on, how far that has come, and who sees to it now. */
export function EscalationCard({ entry }: { readonly entry: IncidentDetail }) {
  const [assigning, setAssigning] = useState(false);
  const taken = entry.acknowledgedBy;
  return (
    <Card
      title={t('Who is called')}
      icon={<Megaphone />}
      actions={
        entry.state !== 'closed' && (
          <ActButton
            act="incident.manage"
            size="small"
            onClick={() => {
              setAssigning(true);
            }}
          >
            {t('Give to…')}
          </ActButton>
        )
      }
    >
      <p className="mb-2 text-sm">
        {taken === null
          ? t('Nobody has taken it on yet; each level is called in turn.')
          : t('Taken on by {{name}}; nobody else is called.', { name: taken.name })}
      </p>
      <ol className="grid gap-1.5 text-sm">
        {entry.calls.map(({ at, roles, people, connections, called }) => (
          <li key={at} className="flex flex-wrap items-center gap-x-2">
            <Badge tone={called ? 'warn' : 'neutral'}>
              {called ? t('Called') : entry.acknowledged ? t('Not needed') : t('Later')}
            </Badge>
            <span className="min-w-0 grow break-words">
              {[...(roles.length === 0 ? [] : [calledInWords(roles)]), ...people, ...connections].join(', ')}
            </span>
            <Timestamp instant={at} className="text-xs text-quiet" />
          </li>
        ))}
      </ol>
      {assigning && (
        <WordsDialog
          incidentId={entry.id}
          verb="assign"
          title={t('Give it to somebody')}
          description={t('They see to it from now on. Everybody who may handle incidents still can.')}
          questions={[{ field: 'to', label: t('Give it to'), hint: t('Their name, as it is listed here.') }]}
          onClose={() => {
            setAssigning(false);
          }}
        />
      )}
    </Card>
  );
}
