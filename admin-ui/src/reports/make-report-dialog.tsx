import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useMakeReport } from '../api/reports.ts';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Input } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';

const DAY_MS = 86_400_000;

/** Asks for a report of some days, and leads to it. */
export function MakeReportDialog({ onClose }: { readonly onClose: () => void }) {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const [from, setFrom] = useState(dayOf(today - 30 * DAY_MS));
  const [to, setTo] = useState(dayOf(today - DAY_MS));
  const make = useMakeReport();
  const navigate = useNavigate();
  const complete = from !== '' && to !== '' && from <= to && Date.parse(to) < today;
  const submit = () => {
    const body = { from: `${from}T00:00:00.000Z`, to: new Date(Date.parse(to) + DAY_MS).toISOString() };
    make.mutate(body, {
      onSuccess: ({ id }) => {
        onClose();
        void navigate({ to: '/reports/$id', params: { id } });
      },
    });
  };
  return (
    <FormDialog
      title={t('Make a compliance report')}
      description={t(
        'Checks everything it can of the days you choose (UTC), signs the result and keeps it for seven years.',
      )}
      ready={complete}
      pending={make.isPending}
      act={t('Make report')}
      acting={t('Asking…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {make.isError && <ProblemNotice error={make.error} title={t('The report was not asked for')} />}
      <Day label={t('First day')} value={from} onValue={setFrom} />
      <Day label={t('Last day, one that is over')} value={to} onValue={setTo} />
    </FormDialog>
  );
}

interface DayProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function Day({ label, value, onValue }: DayProps) {
  return (
    <label className="grid gap-1.5 text-sm">
      <span className="font-medium">{label}</span>
      <Input
        type="date"
        value={value}
        required
        onChange={(event) => {
          onValue(event.target.value);
        }}
      />
    </label>
  );
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
