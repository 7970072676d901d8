import { useState } from 'react';
import { UserPlus } from 'lucide-react';
import type { DelegationSummary } from '../../../hub/api/schemas/approval.ts';
import { useDelegate, useDelegations, useEndDelegation } from '../api/approvals.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { Rich } from '../i18n/rich.tsx';
import { t } from '../i18n/t.ts';
import { ActButton } from '../session/act-button.tsx';

const DAY_MS = 86_400_000;

/** Rights to decide that the reader lent or was lent, with the way to lend and to take back. */
export function DelegationsCard() {
  const [lending, setLending] = useState(false);
  const { data } = useDelegations();
  const end = useEndDelegation();
  const toast = useToast();
  return (
    <Card
      title={t('Lent rights')}
      icon={<UserPlus />}
      hint={t('Who decides in whose place, for a time')}
      actions={
        <ActButton
          act="approval.decide"
          size="small"
          onClick={() => {
            setLending(true);
          }}
        >
          {t('Lend your right…')}
        </ActButton>
      }
    >
      {end.isError && <ProblemNotice error={end.error} title={t('The right was not taken back')} />}
      {data?.items.length === 0 && (
        <p className="text-sm text-quiet">
          {t(
            'None. Before a leave, lend your right to decide to somebody: they decide in your name until you are back.',
          )}
        </p>
      )}
      <ul className="grid gap-2 text-sm">
        {data?.items.map((each) => (
          <li key={each.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 grow break-words">
              <Lent lent={each} />
              <span className="block text-xs text-quiet">{each.reason}</span>
            </span>
            <Button
              size="small"
              disabled={end.isPending}
              onClick={() => {
                end.mutate(each.id, {
                  onSuccess: () => {
                    toast({
                      tone: 'good',
                      title: t('Taken back'),
                      detail: t('It is entered in the ledger.'),
                    });
                  },
                });
              }}
            >
              {each.given ? t('Take back') : t('Give back')}
            </Button>
          </li>
        ))}
      </ul>
      {lending && (
        <LendDialog
          onClose={() => {
            setLending(false);
          }}
        />
      )}
    </Card>
  );
}

/** To or by whom, and until when. */
function Lent({ lent: { given, to, from, untilAt } }: { readonly lent: DelegationSummary }) {
  const parts = { at: <Timestamp instant={untilAt} /> };
  return given ? (
    <Rich text="Lent to {{name}}, until <at/>" values={{ name: to }} parts={parts} />
  ) : (
    <Rich text="Lent to you by {{name}}, until <at/>" values={{ name: from }} parts={parts} />
  );
}

function LendDialog({ onClose }: { readonly onClose: () => void }) {
  const [to, setTo] = useState('');
  const [days, setDays] = useState('14');
  const [reason, setReason] = useState('');
  const lend = useDelegate();
  const toast = useToast();
  const wrong = !/^\d+$/.test(days.trim()) || Number(days) < 1 || Number(days) > 90;
  const ready = to.trim() !== '' && reason.trim() !== '' && !wrong;
  const submit = () => {
    const untilAt = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    lend.mutate(
      { to: to.trim(), untilAt, reason: reason.trim() },
      {
        onSuccess: (made) => {
          toast({
            tone: 'good',
            title: t('Lent to {{name}}', { name: made.to }),
            detail: t('It is entered in the ledger.'),
          });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('Lend your right to decide')}
      description={t(
        'Whoever has it decides in your name, within what your own role allows. Never about what you or they asked for. You keep the right, and take it back at any time.',
      )}
      ready={ready}
      pending={lend.isPending}
      act={t('Lend')}
      acting={t('Lending…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {lend.isError && <ProblemNotice error={lend.error} title={t('The right was not lent')} />}
      <TextField
        label={t('Lend it to')}
        hint={t('Their name, as it is listed here.')}
        value={to}
        onValue={setTo}
        required
      />
      <TextField
        label={t('Days')}
        hint={t('90 at most.')}
        error={wrong ? t('A number from 1 to 90.') : undefined}
        value={days}
        onValue={setDays}
        required
      />
      <ReasonField value={reason} onValue={setReason} />
    </FormDialog>
  );
}
