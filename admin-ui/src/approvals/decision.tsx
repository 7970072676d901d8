import { useState } from 'react';
import { Check, Undo2, X } from 'lucide-react';
import type { ApprovalDetail } from '../../../hub/api/schemas/approval.ts';
import type { ApprovalVerb } from '../api/approvals.ts';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Rich } from '../i18n/rich.tsx';
import { plural, t } from '../i18n/t.ts';
import { NextStepBar } from '../work-place/next-step-bar.tsx';
import { ruleInWords } from './approval-words.ts';
import { DecideDialog } from './decide-dialog.tsx';

/** Whether the reader may decide, and why; or how it ended. */
export function Decision({ entry }: { readonly entry: ApprovalDetail }) {
  const [verb, setVerb] = useState<ApprovalVerb>();
  return (
    <>
      {entry.state === 'open' ? (
        <NextStepBar
          tone={entry.mayDecide ? 'act' : 'waits'}
          title={t('This waits for a second person')}
          actions={<Buttons entry={entry} onVerb={setVerb} />}
        >
          <span>
            {ruleInWords(entry.decision.rule)}
            {entry.decision.onBehalfOf !== null &&
              ` ${t('You decide in the name of {{name}}.', { name: entry.decision.onBehalfOf })}`}
          </span>
          {entry.decision.unseen > 0 && <span data-testid="unseen">{unseenInWords(entry.decision)}</span>}
          <span>
            <Rich
              text="Without an answer it expires <at/>, which is a no."
              parts={{ at: <Timestamp instant={entry.dueAt} /> }}
            />
          </span>
        </NextStepBar>
      ) : (
        <NextStepBar tone="over" title={endOf(entry)}>
          {entry.reason !== null && <span className="break-words">{entry.reason}</span>}
          {entry.endedAt !== null && <Timestamp instant={entry.endedAt} exact className="text-quiet" />}
        </NextStepBar>
      )}
      {verb !== undefined && (
        <DecideDialog
          approvalId={entry.id}
          verb={verb}
          onClose={() => {
            setVerb(undefined);
          }}
        />
      )}
    </>
  );
}

interface ButtonsProps {
  readonly entry: ApprovalDetail;
  readonly onVerb: (verb: ApprovalVerb) => void;
}

function Buttons({ entry, onVerb }: ButtonsProps) {
  return (
    <>
      {entry.own && (
        <Button
          onClick={() => {
            onVerb('withdraw');
          }}
        >
          <Undo2 aria-hidden /> {t('Withdraw')}
        </Button>
      )}
      {entry.mayDecide && (
        <>
          <Button
            data-testid="refuse"
            onClick={() => {
              onVerb('refuse');
            }}
          >
            <X aria-hidden /> {t('Refuse')}
          </Button>
          <Button
            tone="primary"
            data-testid="approve"
            disabled={entry.decision.unseen > 0}
            onClick={() => {
              onVerb('approve');
            }}
          >
            <Check aria-hidden /> {t('Approve')}
          </Button>
        </>
      )}
    </>
  );
}

/** Why the reader can refuse but not agree. */
function unseenInWords({ unseen, onBehalfOf }: ApprovalDetail['decision']): string {
  return onBehalfOf === null
    ? plural(unseen, {
        one: 'You may not see {{count}} of the recordings, so somebody who may has to agree. You can refuse.',
        other:
          'You may not see {{count}} of the recordings, so somebody who may has to agree. You can refuse.',
      })
    : plural(
        unseen,
        {
          one: '{{name}} may not see {{count}} of the recordings, so somebody who may has to agree. You can refuse.',
          other:
            '{{name}} may not see {{count}} of the recordings, so somebody who may has to agree. You can refuse.',
        },
        { name: onBehalfOf },
      );
}

/** How it ended, with whose right. */
function endOf({ decidedBy, onBehalfOf, state }: ApprovalDetail): string {
  if (decidedBy === null)
    return state === 'expired' ? t('Nobody decided in time, which is a no') : t('It was withdrawn');
  if (onBehalfOf !== null)
    return state === 'approved'
      ? t('Approved by {{name}} in the name of {{other}}', { name: decidedBy, other: onBehalfOf })
      : t('Refused by {{name}} in the name of {{other}}', { name: decidedBy, other: onBehalfOf });
  return state === 'approved'
    ? t('Approved by {{name}}', { name: decidedBy })
    : t('Refused by {{name}}', { name: decidedBy });
}
