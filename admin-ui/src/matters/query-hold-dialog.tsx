import { useState } from 'react';
import { usePlaceHold } from '../api/holds.ts';
import { usePreview } from '../api/matters.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { counted } from '../format/words.ts';
import { EMPTY_QUERY, queryOf, type QueryForm } from './query-words.ts';

interface QueryHoldDialogProps {
  /** Name of the matter where it is known. */
  readonly matter?: string;
  readonly onClose: () => void;
}

/** Asks what is to be held, counts it, and places the hold. */
export function QueryHoldDialog({ matter: known, onClose }: QueryHoldDialogProps) {
  const [matter, setMatter] = useState(known ?? '');
  const [reason, setReason] = useState('');
  const [form, setForm] = useState<QueryForm>(EMPTY_QUERY);
  const preview = usePreview();
  const place = usePlaceHold();
  const toast = useToast();
  const query = queryOf(form);
  const complete = matter.trim() !== '' && reason.trim() !== '' && query !== undefined;
  const change = (field: keyof QueryForm) => (value: string) => {
    setForm({ ...form, [field]: value });
    preview.reset();
  };
  const submit = () => {
    if (query === undefined) return;
    place.mutate(
      { matter: matter.trim(), reason: reason.trim(), query },
      {
        onSuccess: () => {
          toast({
            tone: 'good',
            title: 'Hold placed',
            detail: 'It is in force, also for what is captured later.',
          });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title="Place a hold by query"
      description="Everything that matches is kept, also what is captured later. All that you state must match; of several lines, one is enough."
      ready={complete}
      pending={place.isPending}
      act="Place hold"
      acting="Placing…"
      actions={
        <Button
          disabled={query === undefined || preview.isPending}
          onClick={() => {
            if (query !== undefined) preview.mutate({ query });
          }}
        >
          {preview.isPending ? 'Counting…' : 'Count matches'}
        </Button>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {place.isError && <ProblemNotice error={place.error} title="The hold was not placed" />}
      {preview.isError && <ProblemNotice error={preview.error} title="The matches could not be counted" />}
      <TextField
        label="Matter"
        hint="A new name opens a matter."
        value={matter}
        onValue={setMatter}
        maxLength={200}
        required
      />
      <TextField
        label="Reason"
        hint="Read by auditors."
        value={reason}
        onValue={setReason}
        maxLength={2000}
        rows={2}
        required
      />
      <TextField
        label="Names"
        hint="One a line; all words of a line in the name of one party."
        value={form.names}
        onValue={change('names')}
        rows={2}
      />
      <TextField
        label="Numbers or addresses"
        hint="One a line, with country code."
        value={form.addresses}
        onValue={change('addresses')}
        rows={2}
      />
      <TextField
        label="Words"
        hint="One a line; every one must occur."
        value={form.words}
        onValue={change('words')}
        rows={2}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="From day (UTC)"
          placeholder="2026-01-01"
          value={form.from}
          onValue={change('from')}
          maxLength={10}
        />
        <TextField
          label="To day (UTC)"
          placeholder="2026-12-31"
          value={form.to}
          onValue={change('to')}
          maxLength={10}
        />
      </div>
      <p aria-live="polite" className="text-sm">
        {preview.data !== undefined &&
          `${preview.data.complete ? '' : 'At least '}${counted(preview.data.matches, 'recording', 'recordings')} now, ${preview.data.heldAlready} of them held already.`}
      </p>
    </FormDialog>
  );
}
