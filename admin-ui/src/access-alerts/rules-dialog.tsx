import { useState, type ReactNode } from 'react';
import { useSetAccessRules, type StandingAccessRules } from '../api/access-alerts.ts';
import { fieldPath } from '../api/field-error.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { TextField } from '../components/ui/field.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { t } from '../i18n/t.ts';
import { weekday } from './alert-words.ts';
import { faultsOf, formOf, rulesOf, type RulesField, type RulesForm } from './rules-form.ts';

const WEEK = [1, 2, 3, 4, 5, 6, 7];

interface RulesDialogProps {
  readonly rules: StandingAccessRules;
  readonly onClose: () => void;
}

/** Asks what is unusual; each kind can be left unwatched. */
export function RulesDialog({ rules, onClose }: RulesDialogProps) {
  // What the person began with: where somebody changes the rules meanwhile, saving is refused and not done over it.
  const [{ version }] = useState(rules);
  const [reason, setReason] = useState('');
  const [form, setForm] = useState(() => formOf(rules, Intl.DateTimeFormat().resolvedOptions().timeZone));
  const set = useSetAccessRules();
  const faults = faultsOf(form);
  const change = (part: Partial<RulesForm>) => {
    setForm((before) => ({ ...before, ...part }));
  };
  const fields = { form, faults, onForm: change };
  const refused = set.isError ? fieldPath(set.error).join('/') : undefined;
  const [wrongZone, noReason] = [refused === 'hours/zone', refused === 'reason'];
  return (
    <FormDialog
      title={t('What is unusual')}
      description={t('Whoever uses recordings like this is told of here. It blocks nobody.')}
      ready={faults.size === 0}
      pending={set.isPending}
      act={t('Save')}
      acting={t('Saving…')}
      testId="save-access-rules"
      onSubmit={() => {
        const why = reason.trim();
        set.mutate(
          { ...rulesOf(form), version, ...(why === '' ? {} : { reason: why }) },
          { onSuccess: onClose },
        );
      }}
      onClose={onClose}
    >
      {set.isError && !wrongZone && !noReason && (
        <ProblemNotice error={set.error} title={t('Nothing was saved')} />
      )}
      <Watched
        label={t('Many recordings played or exported by one person')}
        on={form.bulk}
        onChange={(bulk) => {
          change({ bulk });
        }}
      >
        <BulkFields {...fields} />
      </Watched>
      <Watched
        label={t('Use of recordings outside working hours')}
        on={form.hours}
        onChange={(hours) => {
          change({ hours });
        }}
      >
        <HoursFields
          {...fields}
          zoneError={
            wrongZone ? t('There is no such time zone. Give its name, such as Europe/Berlin.') : undefined
          }
        />
      </Watched>
      <Watched
        label={t('Sign-in from a country that is new for the person')}
        on={form.newCountry}
        onChange={(newCountry) => {
          change({ newCountry });
        }}
      />
      <TextField
        label={t('Hours in which the same of the same person is told once')}
        value={form.quietHours}
        error={faults.has('quietHours') ? t('A whole number, 1 to 720.') : undefined}
        onValue={(quietHours) => {
          change({ quietHours });
        }}
        maxLength={3}
        required
      />
      <TextField
        label={t('Reason')}
        hint={t('Needed where less is watched than before; then a second person has to agree.')}
        error={noReason ? t('Less would be watched than before. Say why.') : undefined}
        value={reason}
        onValue={setReason}
        maxLength={500}
        rows={2}
      />
    </FormDialog>
  );
}

interface WatchedProps {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly children?: ReactNode;
}

/** One kind, on or off, with what it asks for where it is on. */
function Watched({ label, on, onChange, children }: WatchedProps) {
  return (
    <fieldset className="grid gap-3">
      <legend className="sr-only">{label}</legend>
      <label className="flex items-center gap-2 text-sm font-medium">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            onChange(event.target.checked);
          }}
        />
        {label}
      </label>
      {on && children !== undefined && <div className="grid gap-3 pl-6">{children}</div>}
    </fieldset>
  );
}

interface FieldsProps {
  readonly form: RulesForm;
  readonly faults: ReadonlySet<RulesField>;
  readonly onForm: (part: Partial<RulesForm>) => void;
}

function BulkFields({ form, faults, onForm }: FieldsProps) {
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label={t('Different recordings')}
        value={form.recordings}
        error={faults.has('recordings') ? t('A whole number, 2 to 100,000.') : undefined}
        onValue={(recordings) => {
          onForm({ recordings });
        }}
        maxLength={6}
        required
      />
      <TextField
        label={t('Within so many minutes')}
        value={form.minutes}
        error={faults.has('minutes') ? t('A whole number, 1 to 10,080.') : undefined}
        onValue={(minutes) => {
          onForm({ minutes });
        }}
        maxLength={5}
        required
      />
    </div>
  );
}

function HoursFields({
  form,
  faults,
  onForm,
  zoneError,
}: FieldsProps & { readonly zoneError: string | undefined }) {
  return (
    <>
      <Days {...{ form, faults, onForm }} />
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <TextField
          label={t('People work from')}
          value={form.from}
          error={faults.has('from') ? t('A time of day such as 07:00.') : undefined}
          onValue={(from) => {
            onForm({ from });
          }}
          maxLength={5}
          required
        />
        <TextField
          label={t('Until')}
          hint={t('Before the time they begin, it is on the next day.')}
          value={form.to}
          error={faults.has('to') ? t('A time of day such as 07:00.') : undefined}
          onValue={(to) => {
            onForm({ to });
          }}
          maxLength={5}
          required
        />
      </div>
      <TextField
        label={t('Time zone')}
        hint={t('Such as Europe/Berlin.')}
        value={form.zone}
        error={faults.has('zone') ? t('Say where these times count.') : zoneError}
        onValue={(zone) => {
          onForm({ zone });
        }}
        maxLength={100}
        required
      />
    </>
  );
}

function Days({ form, faults, onForm }: FieldsProps) {
  return (
    <fieldset className="grid gap-1.5">
      <legend className="text-sm font-medium">{t('Days on which people work')}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1.5">
        {WEEK.map((day) => (
          <label key={day} className="flex items-center gap-1.5 text-sm">
            <input
              type="checkbox"
              checked={form.days.includes(day)}
              onChange={(event) => {
                const others = form.days.filter((each) => each !== day);
                onForm({ days: event.target.checked ? [...others, day] : others });
              }}
            />
            {weekday(day, 'long')}
          </label>
        ))}
      </div>
      {faults.has('days') && <p className="text-xs text-bad">{t('Choose one day at least.')}</p>}
    </fieldset>
  );
}
