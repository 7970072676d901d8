import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import type { RequestSummary } from '../../../hub/api/schemas/request.ts';
import { useOpenRequest } from '../api/requests.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { Choice } from '../work-place/choice.tsx';
import { isWrongDay } from '../matters/query-words.ts';
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
  const [contact, setContact] = useState('');
  const [received, setReceived] = useState('');
  const open = useOpenRequest();
  const navigate = useNavigate();
  const listed = numbers
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const wrong = { from: isWrongDay(from), received: isWrongDay(received) };
  const ready = person.trim() !== '' && listed.length > 0 && !wrong.from && !wrong.received;
  const submit = () => {
    const validFrom = from.trim() === '' ? {} : { validFrom: `${from.trim()}T00:00:00Z` };
    const body = {
      kind,
      person: person.trim(),
      ...(contact.trim() === '' ? {} : { contact: contact.trim() }),
      ...(received.trim() === '' ? {} : { receivedAt: `${received.trim()}T00:00:00Z` }),
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
      title={t('Open a request')}
      description={t(
        'Its clocks run from its receipt. Nothing is given or erased before you have made sure who asks.',
      )}
      ready={ready}
      pending={open.isPending}
      act={t('Open the request')}
      acting={t('Opening…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {open.isError && <ProblemNotice error={open.error} title={t('The request was not opened')} />}
      <Choice
        label={t('What is asked')}
        value={kind}
        options={KINDS}
        onValue={(value) => {
          setKind(value as RequestSummary['kind']);
        }}
      />
      <TextField label={t('Who asks')} value={person} onValue={setPerson} maxLength={200} required />
      <TextField
        label={t('Numbers, addresses and names of the person')}
        hint={t('One a line, numbers with their country code. They decide which recordings are found.')}
        value={numbers}
        onValue={setNumbers}
        rows={3}
        required
      />
      <TextField
        label={t('Theirs since')}
        hint={t(
          "As 2025-03-01. A number may have been somebody else's before. Leave empty where it always was.",
        )}
        error={wrong.from ? t('A day looks like 2027-01-31.') : undefined}
        value={from}
        onValue={setFrom}
        maxLength={10}
      />
      <TextField
        label={t('Where the person may be')}
        hint={t('Codes such as DE or US-CA; they decide which clocks run. Empty counts as the strictest.')}
        value={places}
        onValue={setPlaces}
        maxLength={60}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('Received on')}
          hint={t('The day (UTC) it arrived; today where it is left out.')}
          error={wrong.received ? t('A day looks like 2027-01-31.') : undefined}
          value={received}
          onValue={setReceived}
          maxLength={10}
        />
        <TextField label={t('Answer goes to')} value={contact} onValue={setContact} maxLength={300} />
      </div>
    </FormDialog>
  );
}

function kindOf(value: string): 'number' | 'address' | 'name' {
  if (/^\+?[\d\s().\-/]+$/.test(value)) return 'number';
  return /[@:]/.test(value) ? 'address' : 'name';
}
