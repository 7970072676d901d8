import { useEffect, useId, useState } from 'react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleHelp } from 'lucide-react';
import { useWhy } from '../api/access-policies.ts';
import { usePeople } from '../api/people.ts';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Input, TextField } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { AnswerCard } from './answer-card.tsx';
import { COMMON_ACTS, questionOf, type WhySearch } from './why-search.ts';

/** Why somebody may, or may not: asked here, or by a refusal that leads here. */
export function WhyPage() {
  const search = useSearch({ from: '/signed-in/why' });
  const { mutate, data, error, isPending } = useWhy();
  const asked = JSON.stringify(questionOf(search) ?? null);
  useEffect(() => {
    const body = JSON.parse(asked) as ReturnType<typeof questionOf> | null;
    if (body !== null && body !== undefined) mutate(body);
  }, [asked, mutate]);
  return (
    <>
      <PageHeader title={t("Why can't I")} />
      <div className="grid gap-4">
        <QuestionCard key={JSON.stringify(search)} search={search} pending={isPending} />
        {error !== null && <ProblemNotice error={error} title={t('It could not be answered')} />}
        {data !== undefined && !isPending && <AnswerCard answer={data} />}
      </div>
    </>
  );
}

function QuestionCard({ search, pending }: { readonly search: WhySearch; readonly pending: boolean }) {
  const [values, setValues] = useState(search);
  const navigate = useNavigate();
  const listId = useId();
  const set = (name: keyof WhySearch) => (value: string) => {
    setValues((before) => ({ ...before, [name]: value === '' ? undefined : value }));
  };
  return (
    <Card title={t('Question')} hint={t('Nothing is changed by asking')} icon={<CircleHelp />}>
      <form
        className="grid gap-3 md:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ to: '/why', search: values });
        }}
      >
        <label className="grid content-start gap-1.5 text-sm font-medium">
          {t('Act')}
          <Input
            value={values.act ?? ''}
            list={listId}
            placeholder={'recording.play'}
            required
            onChange={(event) => {
              set('act')(event.target.value);
            }}
          />
          <datalist id={listId}>
            {COMMON_ACTS.map((act) => (
              <option key={act} value={act} />
            ))}
          </datalist>
        </label>
        <TextField
          label={t('Recording')}
          hint={t('Its id; empty for lists and settings')}
          value={values.recording ?? ''}
          onValue={set('recording')}
        />
        <TextField
          label={t('Purpose')}
          hint={t('Such as legal-claim or transfer/court-order')}
          value={values.purpose ?? ''}
          onValue={set('purpose')}
        />
        <label className="grid content-start gap-1.5 text-sm font-medium">
          {t('When')}
          <Input
            type="datetime-local"
            value={values.at ?? ''}
            onChange={(event) => {
              set('at')(event.target.value);
            }}
          />
        </label>
        <PersonChoice value={values.person ?? ''} onValue={set('person')} />
        <div className="flex items-end justify-end">
          <Button tone="primary" type="submit" disabled={pending}>
            {pending ? t('Asking') : t('Ask')}
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** For whom is asked: others only where the reader may ask about them. */
function PersonChoice(props: { readonly value: string; readonly onValue: (value: string) => void }) {
  const mayAsk = [useMay('access-policy.read'), useMay('person.read')].every(Boolean);
  return mayAsk ? <PersonSelect {...props} /> : <span />;
}

function PersonSelect({
  value,
  onValue,
}: {
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const { data } = usePeople();
  const people = data?.items.filter(({ status }) => status === 'active') ?? [];
  return (
    <div className="grid content-start gap-1.5 text-sm font-medium">
      {t('For')}
      <Select
        label={t('For whom')}
        value={value}
        options={[
          { value: '', label: t('Me') },
          ...people.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onValue={onValue}
      />
    </div>
  );
}
