import { useState } from 'react';
import { ArrowRight, Check, CircleAlert, UserCheck, X } from 'lucide-react';
import type { ExportDetail } from '../../../hub/api/schemas/export.ts';
import { useDecideExport } from '../api/exports.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { ActButton } from '../session/act-button.tsx';
import { approvalInWords, nextStepInWords, stateInWords } from './export-words.ts';
import { ReasonDialog } from './reason-dialog.tsx';
import { t } from '../i18n/t.ts';

/** What has to be decided about an export, with the buttons; or why it has ended. */
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

function Waiting({ entry }: { readonly entry: ExportDetail }) {
  const [refusing, setRefusing] = useState(false);
  const approve = useDecideExport(entry.id, 'approve');
  const toast = useToast();
  return (
    <div className="grid gap-3 rounded-lg border border-warn/40 bg-warn-soft p-4 text-sm">
      <div className="flex flex-wrap items-center gap-3">
        <UserCheck aria-hidden className="size-5 shrink-0 text-warn" />
        <div className="min-w-0 grow basis-72">
          <p className="font-medium">{t('This export waits for a second person')}</p>
          <p className="mt-0.5 text-ink/85">
            {approvalInWords(entry.approvalRule)}{' '}
            {entry.own && t('You asked for it yourself, so somebody else has to decide.')}
          </p>
        </div>
        {!entry.own && (
          <div className="flex gap-2">
            <ActButton
              act="export.approve"
              onClick={() => {
                setRefusing(true);
              }}
            >
              <X aria-hidden /> {t('Refuse')}
            </ActButton>
            <ActButton
              act="export.approve"
              tone="primary"
              disabled={approve.isPending}
              data-testid="approve-export"
              onClick={() => {
                approve.mutate(
                  {},
                  {
                    onSuccess: () => {
                      toast({
                        tone: 'good',
                        title: t('Export approved'),
                        detail: t('The bundle is being made.'),
                      });
                    },
                  },
                );
              }}
            >
              <Check aria-hidden /> {t('Approve')}
            </ActButton>
          </div>
        )}
      </div>
      {approve.isError && <ProblemNotice error={approve.error} title={t('The export was not approved')} />}
      {refusing && (
        <ReasonDialog
          exportId={entry.id}
          verb="refuse"
          onClose={() => {
            setRefusing(false);
          }}
        />
      )}
    </div>
  );
}
