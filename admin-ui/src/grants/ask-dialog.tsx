import { useState } from 'react';
import { useRequestGrant } from '../api/grants.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { Select } from '../components/ui/select.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { t } from '../i18n/t.ts';
import { QueryFields } from '../matters/query-fields.tsx';
import { EMPTY_QUERY, type QueryForm } from '../matters/query-words.ts';
import { scopeOfIds, scopeOfQuery } from './asked-scope.ts';
import { ASKED_ACTS, parseIds, type AskedAct } from './grants-search.ts';

const HOUR_MS = 3_600_000;

const CHOICES: Readonly<Record<AskedAct, string>> = {
  'recording.list': t('Find them in lists'),
  'recording.read': t('Read what is known of them'),
  'recording.play': t('Play them'),
  'recording.export': t('Have them exported'),
};

interface AskDialogProps {
  /** Filled in where a refusal led here. */
  readonly recording: string | undefined;
  readonly act: AskedAct | undefined;
  readonly onClose: () => void;
}

/** Asks for a grant for oneself. */
export function AskDialog({ recording, act, onClose }: AskDialogProps) {
  const [acts, setActs] = useState<readonly AskedAct[]>(actsFor(act));
  const [by, setBy] = useState<'ids' | 'query'>('ids');
  const [recordings, setRecordings] = useState(recording ?? '');
  const [query, setQuery] = useState<QueryForm>(EMPTY_QUERY);
  const [purpose, setPurpose] = useState('');
  const [hours, setHours] = useState('8');
  const [reason, setReason] = useState('');
  const ask = useRequestGrant();
  const toast = useToast();
  const ids = parseIds(recordings);
  const scope = by === 'ids' ? scopeOfIds(ids) : scopeOfQuery(query);
  const known = /^[a-z0-9][a-z0-9/-]{0,59}$/.test(purpose);
  const ready = acts.length > 0 && scope !== undefined && known && Number(hours) > 0 && reason.trim() !== '';
  const submit = () => {
    if (scope === undefined) return;
    const untilAt = new Date(Date.now() + Number(hours) * HOUR_MS).toISOString();
    ask.mutate(
      { acts: [...acts], purpose, scope, untilAt, reason: reason.trim() },
      {
        onSuccess: () => {
          toast({
            tone: 'good',
            title: t('Asked'),
            detail: t('Somebody else decides; you see the answer here.'),
          });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('Ask for access')}
      description={t(
        'A second person decides. What is given is for these recordings and this purpose only, and ends by itself.',
      )}
      ready={ready}
      pending={ask.isPending}
      act={t('Ask')}
      acting={t('Asking…')}
      testId="send-ask"
      onSubmit={submit}
      onClose={onClose}
    >
      {ask.isError && <ProblemNotice error={ask.error} title={t('The request was not entered')} />}
      <Acts chosen={acts} onChosen={setActs} />
      <Select
        label={t('Which recordings')}
        value={by}
        options={[
          { value: 'ids', label: t('Those that I name') },
          { value: 'query', label: t('All that match, also those to come') },
        ]}
        onValue={setBy}
        className="justify-self-start"
      />
      {by === 'query' ? (
        <QueryFields form={query} onForm={setQuery} />
      ) : (
        <TextField
          label={t('Recordings')}
          hint={t('Their ids, one a line; 200 at most.')}
          error={recordings.trim() === '' || ids !== undefined ? undefined : t('One of these is no id.')}
          value={recordings}
          onValue={setRecordings}
          rows={2}
          required
        />
      )}
      <TextField
        label={t('Purpose')}
        hint={t('In a word, such as complaint or quality-review. You state it whenever you play or export.')}
        error={purpose === '' || known ? undefined : t('Small letters, digits, dashes and slashes only.')}
        value={purpose}
        onValue={setPurpose}
        required
      />
      <TextField
        label={t('Hours')}
        hint={t('From now on. It is not extended: ask anew then.')}
        value={hours}
        onValue={setHours}
        required
      />
      <ReasonField hint={t('Read by whoever decides, and by auditors.')} value={reason} onValue={setReason} />
    </FormDialog>
  );
}

interface ActsProps {
  readonly chosen: readonly AskedAct[];
  readonly onChosen: (acts: readonly AskedAct[]) => void;
}

function Acts({ chosen, onChosen }: ActsProps) {
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{t('What for')}</legend>
      {ASKED_ACTS.map((each) => (
        <label key={each} className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={chosen.includes(each)}
            onChange={() => {
              onChosen(chosen.includes(each) ? chosen.filter((one) => one !== each) : [...chosen, each]);
            }}
          />
          {CHOICES[each]}
        </label>
      ))}
    </fieldset>
  );
}

/** Whoever plays or exports a recording has to find and read it first. */
function actsFor(act: AskedAct | undefined): readonly AskedAct[] {
  const needed: readonly AskedAct[] = ['recording.list', 'recording.read', act ?? 'recording.play'];
  return ASKED_ACTS.filter((each) => needed.includes(each));
}
