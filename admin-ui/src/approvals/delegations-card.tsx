import { useState } from 'react';
import { UserPlus } from 'lucide-react';
import { useDelegate, useDelegations, useEndDelegation } from '../api/approvals.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Timestamp } from '../components/timestamp.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
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
      title="Lent rights"
      icon={<UserPlus />}
      hint="Who decides in whose place, for a time"
      actions={
        <ActButton
          act="approval.decide"
          size="small"
          onClick={() => {
            setLending(true);
          }}
        >
          Lend your right…
        </ActButton>
      }
    >
      {end.isError && <ProblemNotice error={end.error} title="The right was not taken back" />}
      {data?.items.length === 0 && (
        <p className="text-sm text-quiet">
          None. Before a leave, lend your right to decide to somebody: they decide in your name until you are
          back.
        </p>
      )}
      <ul className="grid gap-2 text-sm">
        {data?.items.map((each) => (
          <li key={each.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 grow break-words">
              {each.given ? `Lent to ${each.to}` : `Lent to you by ${each.from}`}, until{' '}
              <Timestamp instant={each.untilAt} />
              <span className="block text-xs text-quiet">{each.reason}</span>
            </span>
            <Button
              size="small"
              disabled={end.isPending}
              onClick={() => {
                end.mutate(each.id, {
                  onSuccess: () => {
                    toast({ tone: 'good', title: 'Taken back', detail: 'It is entered in the ledger.' });
                  },
                });
              }}
            >
              {each.given ? 'Take back' : 'Give back'}
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

function LendDialog({ onClose }: { readonly onClose: () => void }) {
  const [to, setTo] = useState('');
  const [days, setDays] = useState('14');
  const [reason, setReason] = useState('');
  const lend = useDelegate();
  const toast = useToast();
  const ready = to.trim() !== '' && reason.trim() !== '' && Number(days) > 0;
  const submit = () => {
    const untilAt = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
    lend.mutate(
      { to: to.trim(), untilAt, reason: reason.trim() },
      {
        onSuccess: (made) => {
          toast({ tone: 'good', title: `Lent to ${made.to}`, detail: 'It is entered in the ledger.' });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title="Lend your right to decide"
      description="Whoever has it decides in your name, within what your own role allows. Never about what you or they asked for. You keep the right, and take it back at any time."
      ready={ready}
      pending={lend.isPending}
      act="Lend"
      acting="Lending…"
      onSubmit={submit}
      onClose={onClose}
    >
      {lend.isError && <ProblemNotice error={lend.error} title="The right was not lent" />}
      <TextField label="To" hint="Their name, as it is listed here." value={to} onValue={setTo} required />
      <TextField label="Days" hint="90 at most." value={days} onValue={setDays} required />
      <TextField
        label="Reason"
        hint="Read by auditors."
        value={reason}
        onValue={setReason}
        rows={2}
        required
      />
    </FormDialog>
  );
}
