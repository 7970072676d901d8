import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import type { RequestSummary } from '../../../hub/api/schemas/request.ts';
import { useOpenRequest } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { KIND_WORDS } from './request-words.ts';

const KINDS = (Object.keys(KIND_WORDS) as RequestSummary['kind'][]).map((value) => ({
  value,
  label: KIND_WORDS[value],
}));

/** Asks who asks for what, and by what they are found, and opens the request. */
export function OpenRequestDialog({ onClose }: { readonly onClose: () => void }) {
  const [kind, setKind] = useState<RequestSummary['kind']>('access');
  const [person, setPerson] = useState('');
  const [numbers, setNumbers] = useState('');
  const [from, setFrom] = useState('');
  const [places, setPlaces] = useState('');
  const open = useOpenRequest();
  const navigate = useNavigate();
  const listed = numbers
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const ready = person.trim() !== '' && listed.length > 0;
  const submit = () => {
    const validFrom = from === '' ? {} : { validFrom: `${from}T00:00:00Z` };
    const body = {
      kind,
      person: person.trim(),
      places: places
        .toUpperCase()
        .split(/[\s,]+/)
        .filter(Boolean),
      identifiers: listed.map((value) => ({ kind: kindOf(value), value, ...validFrom })),
    };
    open.mutate(body, {
      onSuccess: ({ id }) => {
        onClose();
        void navigate({ to: '/requests/$id', params: { id } });
      },
    });
  };
  return (
    <FormDialog
      title="Open a request"
      description="Its clocks run from now. Nothing is given or erased before you have made sure who asks."
      ready={ready}
      pending={open.isPending}
      act="Open the request"
      acting="Opening…"
      onSubmit={submit}
      onClose={onClose}
    >
      {open.isError && <ProblemNotice error={open.error} title="The request was not opened" />}
      <Select label="What is asked" value={kind} options={KINDS} onValue={setKind} />
      <TextField label="Who asks" value={person} onValue={setPerson} maxLength={200} required />
      <TextField
        label="Numbers, addresses and names of the person"
        hint="One a line, numbers with their country code. They decide which recordings are found."
        value={numbers}
        onValue={setNumbers}
        rows={3}
        required
      />
      <TextField
        label="Theirs since"
        hint="As 2025-03-01. A number may have been somebody else's before. Leave empty where it always was."
        value={from}
        onValue={setFrom}
        maxLength={10}
      />
      <TextField
        label="Where the person may be"
        hint="Codes such as DE or US-CA; they decide which clocks run. Empty counts as the strictest."
        value={places}
        onValue={setPlaces}
        maxLength={60}
      />
    </FormDialog>
  );
}

function kindOf(value: string): 'number' | 'address' | 'name' {
  if (/^\+?[\d\s().\-/]+$/.test(value)) return 'number';
  return /[@:]/.test(value) ? 'address' : 'name';
}
