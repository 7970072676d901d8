import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { isWrongDay, type QueryForm } from './query-words.ts';

interface QueryFieldsProps {
  readonly form: QueryForm;
  readonly onForm: (form: QueryForm) => void;
}

/** What recordings have to match: all that is stated; of several lines, one is enough. */
export function QueryFields({ form, onForm }: QueryFieldsProps) {
  const wrong = { from: isWrongDay(form.from), to: isWrongDay(form.to) };
  const change = (field: keyof QueryForm) => (value: string) => {
    onForm({ ...form, [field]: value });
  };
  return (
    <>
      <TextField
        label={t('Names')}
        hint={t('One a line; all words of a line in the name of one party.')}
        value={form.names}
        onValue={change('names')}
        rows={2}
      />
      <TextField
        label={t('Numbers or addresses')}
        hint={t('One a line, with country code.')}
        value={form.addresses}
        onValue={change('addresses')}
        rows={2}
      />
      <TextField
        label={t('Words')}
        hint={t('One a line; every one must occur.')}
        value={form.words}
        onValue={change('words')}
        rows={2}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('From day (UTC)')}
          error={wrong.from ? t('A day looks like 2027-01-31.') : undefined}
          placeholder="2026-01-01"
          value={form.from}
          onValue={change('from')}
          maxLength={10}
        />
        <TextField
          label={t('To day (UTC)')}
          error={wrong.to ? t('A day looks like 2027-01-31.') : undefined}
          placeholder="2026-12-31"
          value={form.to}
          onValue={change('to')}
          maxLength={10}
        />
      </div>
    </>
  );
}
