import { useState } from 'react';
import type { HoldPreview } from '../../../hub/api/schemas/matter.ts';
import { usePlaceHold } from '../api/holds.ts';
import { usePreview } from '../api/matters.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { ReasonField } from '../components/reason-field.tsx';
import { Button } from '../components/ui/button.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { useToast } from '../components/ui/toast.tsx';
import { RecordingLinks } from '../components/recording-links.tsx';
import { number, plural, t } from '../i18n/t.ts';
import { QueryFields } from './query-fields.tsx';
import { EMPTY_QUERY, hasWrongDay, queryOf, type QueryForm } from './query-words.ts';

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
  const stated = query !== undefined && !hasWrongDay(form);
  const complete = matter.trim() !== '' && reason.trim() !== '' && stated;
  const change = (changed: QueryForm) => {
    setForm(changed);
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
            title: t('Hold placed'),
            detail: t('It is in force, also for what is captured later.'),
          });
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog
      title={t('Place a hold by query')}
      description={t(
        'Everything that matches is kept, also what is captured later. All that you state must match; of several lines, one is enough.',
      )}
      ready={complete}
      pending={place.isPending}
      act={t('Place hold')}
      acting={t('Placing…')}
      actions={
        <Button
          disabled={!stated || preview.isPending}
          onClick={() => {
            if (query !== undefined) preview.mutate({ query });
          }}
        >
          {preview.isPending ? t('Counting…') : t('Count matches')}
        </Button>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      {place.isError && <ProblemNotice error={place.error} title={t('The hold was not placed')} />}
      {preview.isError && (
        <ProblemNotice error={preview.error} title={t('The matches could not be counted')} />
      )}
      <TextField
        label={t('Matter')}
        hint={t('A new name opens a matter.')}
        value={matter}
        onValue={setMatter}
        maxLength={200}
        required
      />
      <ReasonField value={reason} onValue={setReason} longest={2000} />
      <QueryFields form={form} onForm={change} />
      <div aria-live="polite" className="text-sm">
        {preview.data !== undefined && <Preview found={preview.data} />}
      </div>
    </FormDialog>
  );
}

/** How many a hold would keep now, how many are kept already, and some of them to look at. */
function Preview({ found: { matches, complete, heldAlready, sample } }: { readonly found: HoldPreview }) {
  return (
    <div className="grid gap-1 rounded-md border border-line bg-ground p-3" data-testid="hold-preview">
      <p>
        {complete
          ? plural(
              matches,
              {
                one: '{{count}} recording now, {{held}} of them held already.',
                other: '{{count}} recordings now, {{held}} of them held already.',
              },
              { held: number(heldAlready) },
            )
          : plural(
              matches,
              {
                one: 'At least {{count}} recording now, {{held}} of them held already.',
                other: 'At least {{count}} recordings now, {{held}} of them held already.',
              },
              { held: number(heldAlready) },
            )}
      </p>
      {matches === 0 && (
        <p className="text-quiet">{t('The hold would be in force for what is captured later.')}</p>
      )}
      {sample.length > 0 && (
        <details>
          <summary className="py-1 text-xs text-quiet">{t('The newest of them')}</summary>
          <RecordingLinks ids={sample} first={5} />
        </details>
      )}
    </div>
  );
}
