import { Link } from '@tanstack/react-router';
import { ArrowRight, CircleAlert, UserCheck } from 'lucide-react';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { approvalInWords, nextStepInWords, stateInWords } from './export-words.ts';
import { t } from '../i18n/t.ts';

/** What has to be decided about an export, with the way to it; or why it has ended. */
export function DecisionNotice({ entry }: { readonly entry: ExportDetail }) {
  if (entry.state === 'requested') return <Waiting entry={entry} />;
  if (entry.endedAt === null) return <NextStep entry={entry} />;
  const { meaning } = stateInWords(entry, new Date());
  return (
    <div className="flex items-start gap-3 rounded-lg border border-line bg-surface p-4 text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-quiet" />
      <div className="min-w-0">
        <p className="font-medium">{meaning}</p>
        {entry.reason !== null && (
          <p className="mt-0.5 break-words">
            {entry.endedBy === null ? entry.reason : t('Reason: {{reason}}', { reason: entry.reason })}
          </p>
        )}
        <p className="mt-0.5">{nextStepInWords(entry, new Date())}</p>
        <p className="mt-0.5 text-quiet">
          {entry.endedBy === null ? t('By Holdfast') : t('By {{name}}', { name: entry.endedBy })},{' '}
          <Timestamp instant={entry.endedAt} exact />
        </p>
      </div>
    </div>
  );
}

/** While it lives: what happens next, and who has to do it. */
function NextStep({ entry }: { readonly entry: ExportDetail }) {
  return (
    <div className="flex items-start gap-3 rounded-lg border border-line bg-surface p-4 text-sm">
      <ArrowRight aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
      <p data-testid="next-step">
        <span className="font-medium">{t('Next:')}</span> {nextStepInWords(entry, new Date())}
      </p>
    </div>
  );
}

/** The question is among the approvals, where it is decided. */
function Waiting({ entry }: { readonly entry: ExportDetail }) {
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg border border-warn/40 bg-warn-soft p-4 text-sm">
      <UserCheck aria-hidden className="size-5 shrink-0 text-warn" />
      <div className="min-w-0 grow basis-72">
        <p className="font-medium">{t('This export waits for a second person')}</p>
        <p className="mt-0.5 text-ink/85">
          {approvalInWords(entry.approvalRule)}{' '}
          {entry.own && t('You asked for it yourself, so somebody else has to decide.')}
        </p>
      </div>
      {entry.approvalId !== null && (
        <Button asChild tone={entry.own ? 'plain' : 'primary'}>
          <Link to="/approvals/$id" params={{ id: entry.approvalId }} data-testid="to-approval">
            {t('See the approval')}
          </Link>
        </Button>
      )}
    </div>
  );
}
