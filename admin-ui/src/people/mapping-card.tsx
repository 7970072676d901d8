import { useState } from 'react';
import { Waypoints, X } from 'lucide-react';
import type { SetMapping } from '../../../hub/api/schemas/person.ts';
import { useMappings, useRemoveMapping, useSetMapping } from '../api/people.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { Button } from '../components/ui/button.tsx';
import { Card } from '../components/ui/card.tsx';
import { Input } from '../components/ui/field.tsx';
import { Select } from '../components/ui/select.tsx';
import { t } from '../i18n/t.ts';
import { useMay } from '../session/use-may.ts';
import { roleInWords } from './people-words.ts';

const ROLES = [
  'auditor',
  'supervisor',
  'engineer',
  'compliance_officer',
  'administrator',
] as const satisfies readonly SetMapping['role'][];

/** Which department and job give which role, with the way to change it. */
export function MappingCard() {
  const may = useMay('person.manage');
  const { data, error } = useMappings();
  const remove = useRemoveMapping();
  return (
    <Card
      title={t('Roles by place')}
      icon={<Waypoints />}
      hint={t('For hires and moves to come; the most specific row that fits decides')}
    >
      {error !== null && <ProblemNotice error={error} title={t('The mapping could not be loaded')} />}
      {remove.isError && <ProblemNotice error={remove.error} title={t('The row was not removed')} />}
      {data?.items.length === 0 && (
        <p className="text-sm text-quiet">
          {t('No rows yet: whoever is hired without a named role has none, and may do nothing.')}
        </p>
      )}
      <ul className="grid gap-1.5 text-sm">
        {data?.items.map(({ id, department, job, role }) => (
          <li key={id} className="flex items-center gap-2">
            <span className="min-w-0 grow break-words">
              {department ?? t('Every department')}, {job ?? t('every job')}:{' '}
              <span className="font-medium">{roleInWords(role)}</span>
            </span>
            {may && (
              <Button
                tone="quiet"
                size="icon"
                aria-label={t('Remove {{department}}, {{job}}', {
                  department: department ?? t('every department'),
                  job: job ?? t('every job'),
                })}
                disabled={remove.isPending}
                onClick={() => {
                  remove.mutate(id);
                }}
              >
                <X aria-hidden />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {may && <SetRow />}
    </Card>
  );
}

function SetRow() {
  const [department, setDepartment] = useState('');
  const [job, setJob] = useState('');
  const [role, setRole] = useState<SetMapping['role']>('auditor');
  const set = useSetMapping();
  return (
    <form
      className="mt-3 grid gap-2 border-t border-line pt-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (set.isPending) return;
        set.mutate(
          { department: department.trim() || null, job: job.trim() || null, role },
          {
            onSuccess: () => {
              setDepartment('');
              setJob('');
            },
          },
        );
      }}
    >
      {set.isError && <ProblemNotice error={set.error} title={t('The row was not set')} />}
      <div className="flex flex-wrap gap-2">
        <Input
          aria-label={t('Department; empty means every one')}
          placeholder={t('Every department')}
          className="min-w-40 flex-1"
          value={department}
          maxLength={200}
          onChange={(event) => {
            setDepartment(event.target.value);
          }}
        />
        <Input
          aria-label={t('Job; empty means every one')}
          placeholder={t('Every job')}
          className="min-w-40 flex-1"
          value={job}
          maxLength={200}
          onChange={(event) => {
            setJob(event.target.value);
          }}
        />
        <Select
          label={t('Role')}
          value={role}
          options={ROLES.map((value) => ({ value, label: roleInWords(value) }))}
          onValue={setRole}
        />
        <Button type="submit" disabled={set.isPending} data-testid="set-mapping">
          {t('Set role')}
        </Button>
      </div>
    </form>
  );
}
