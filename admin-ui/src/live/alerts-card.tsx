import { BellRing } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import type { RecorderAlert } from '../../../hub/api/schemas/live.ts';
import { useAlerts } from '../api/live.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Badge } from '../components/ui/badge.tsx';
import { Card } from '../components/ui/card.tsx';
import { shortId } from '../format/short-id.ts';
import { codeInWords } from '../format/words.ts';
import { Sentence } from '../components/sentence.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';

/** Alerts that stand, then those of the last day. */
export function AlertsCard() {
  const { data, error } = useAlerts();
  return (
    <Card title={t('Alerts')} icon={<BellRing />} hint={t('Of the last day; those that stand come first.')}>
      {error !== null && <ProblemNotice error={error} title={t('The alerts could not be loaded')} />}
      {data?.items.length === 0 && <p className="text-sm text-quiet">{t('None.')}</p>}
      <AlertList alerts={data?.items ?? []} linked />
    </Card>
  );
}

/** Alerts one under the other; `linked` leads to the recording of each. */
export function AlertList({
  alerts,
  linked = false,
}: {
  readonly alerts: readonly RecorderAlert[];
  readonly linked?: boolean;
}) {
  return (
    <ul className="grid gap-2.5">
      {alerts.map((alert) => (
        <li
          key={alert.id}
          className="grid gap-0.5 border-b border-line pb-2.5 text-sm last:border-0 last:pb-0"
        >
          <div className="flex flex-wrap items-center justify-between gap-2">
            <span className="font-medium">
              {codeInWords(alert.kind)}
              {alert.label !== null && (
                <span className="text-quiet">, {t('stream {{label}}', { label: alert.label })}</span>
              )}
            </span>
            {alert.clearedAt === null ? <Badge tone="bad">{t('Stands')}</Badge> : <Badge>{t('Over')}</Badge>}
          </div>
          <p className="text-quiet">
            <Sentence text={alert.detail} />
          </p>
          <p className="flex flex-wrap gap-x-2 text-xs text-quiet">
            <Timestamp instant={alert.raisedAt} exact />
            {alert.clearedAt !== null && (
              <span>
                <Rich text="to <at/>" parts={{ at: <Timestamp instant={alert.clearedAt} exact /> }} />
              </span>
            )}
            {linked && alert.clearedAt !== null && (
              <Link
                to="/recordings/$id"
                params={{ id: alert.recordingId }}
                className="text-accent tabular-nums underline underline-offset-2"
              >
                {shortId(alert.recordingId)}
              </Link>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
