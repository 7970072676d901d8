import { Link } from '@tanstack/react-router';
import type { MatterDetail } from '../../../hub/api/schemas/matter.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';
import { NextStepBar } from '../work-place/next-step-bar.tsx';
import type { MatterAsking } from './matter-page.tsx';
import { matterStep } from './matter-words.ts';

interface MatterNextStepProps {
  readonly matter: MatterDetail;
  readonly onAsk: (what: MatterAsking) => void;
}

/** What is to be done about a matter now, why it waits, and whom for. */
export function MatterNextStep({ matter, onAsk }: MatterNextStepProps) {
  const step = matterStep(matter, new Date());
  switch (step.kind) {
    case 'closed':
      return (
        <NextStepBar tone="over" title={t('This matter is closed')}>
          {t('Its holds protect nothing any more. A new hold under its name opens it again.')}
        </NextStepBar>
      );
    case 'decide':
      return (
        <NextStepBar
          tone="waits"
          title={t('A second person has to agree to the release')}
          actions={
            <Button asChild>
              <Link to="/approvals/$id" params={{ id: step.release.approvalId }} data-testid="to-approval">
                {t('See the approval')}
              </Link>
            </Button>
          }
        >
          {t('Asked for by {{name}}: {{reason}}', {
            name: step.release.askedBy,
            reason: step.release.reason,
          })}
          <span>{t('Until then every hold stays in force.')}</span>
        </NextStepBar>
      );
    case 'grace':
      return (
        <NextStepBar tone="waits" title={t('The grace of the release runs')}>
          {step.release.graceEndsAt !== null && (
            <span>
              <Rich
                text="Everything is kept until <at/>; until then it can be taken back. Afterwards the matter is closed."
                parts={{ at: <Timestamp instant={step.release.graceEndsAt} exact /> }}
              />
            </span>
          )}
        </NextStepBar>
      );
    case 'place':
      return (
        <NextStepBar
          tone="act"
          title={t('Nothing is held yet')}
          actions={<AskButton act="hold.place" onAsk={onAsk} what="hold" label={t('Place a hold')} />}
        >
          {t('A hold by query also keeps what is captured later. Single recordings are held on their page.')}
        </NextStepBar>
      );
    case 'review':
      return (
        <NextStepBar
          tone="act"
          title={t('Is this matter still needed?')}
          actions={
            <>
              <AskButton act="hold.release" onAsk={onAsk} what="release" label={t('Ask for release')} />
              <AskButton act="hold.place" onAsk={onAsk} what="review" label={t('Still needed…')} />
            </>
          }
        >
          {t(
            'The date of its review is over. Say that it is needed, with the next date, or ask for its release.',
          )}
        </NextStepBar>
      );
    case 'answers':
      return (
        <NextStepBar
          tone="waits"
          title={plural(step.waiting, {
            one: 'One custodian has not answered yet',
            other: '{{count}} custodians have not answered yet',
          })}
        >
          {t('They are reminded; then their superior is told. What Holdfast holds is in force anyway.')}
        </NextStepBar>
      );
    case 'keeps':
      return (
        <NextStepBar
          tone="over"
          title={t('Nothing has to be done: what it holds is kept')}
          actions={
            matter.reviewAt === null ? (
              <AskButton act="hold.place" onAsk={onAsk} what="review" label={t('Set a review…')} />
            ) : undefined
          }
        >
          {matter.reviewAt === null
            ? t('No date is set on which somebody asks whether it is still needed.')
            : undefined}
        </NextStepBar>
      );
  }
}

interface AskButtonProps {
  readonly act: 'hold.place' | 'hold.release';
  readonly what: MatterAsking;
  readonly label: string;
  readonly onAsk: (what: MatterAsking) => void;
}

function AskButton({ act, what, label, onAsk }: AskButtonProps) {
  return (
    <ActButton
      act={act}
      onClick={() => {
        onAsk(what);
      }}
    >
      {label}
    </ActButton>
  );
}
