import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useReportIncident } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { t } from '../i18n/t.ts';
import { Choice } from '../work-place/choice.tsx';
import { INCIDENT_KINDS, SEVERITIES as SEVERITY_WORDS } from './incident-words.ts';

const KINDS = (['breach', 'attack', 'storage', 'capture', 'retention', 'availability', 'other'] as const).map(
  (value) => ({ value, label: INCIDENT_KINDS[value] }),
);
const SEVERITIES = (['critical', 'high', 'medium', 'low'] as const).map((value) => ({
  value,
  label: SEVERITY_WORDS[value].label,
}));
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** The ids in a text, whatever stands around them, such as the address of a page. Pure. */
export function idsIn(text: string): string[] {
  return [...new Set((text.match(ID) ?? []).map((id) => id.toLowerCase()))];
}

/** Asks what happened, and opens the incident. */
export function ReportDialog({ onClose }: { readonly onClose: () => void }) {
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [recordings, setRecordings] = useState('');
  const [kind, setKind] = useState('breach');
  const [severity, setSeverity] = useState('high');
  const report = useReportIncident();
  const navigate = useNavigate();
  const ready = title.trim().length >= 3;
  const submit = () => {
    const text = description.trim();
    const recordingIds = idsIn(recordings);
    report.mutate(
      {
        title: title.trim(),
        kind,
        severity,
        recordingIds,
        ...(text.length < 3 ? {} : { description: text }),
      },
      { onSuccess: ({ id }) => void navigate({ to: '/incidents/$id', params: { id } }) },
    );
  };
  return (
    <FormDialog
      title={t('Report an incident')}
      description={t('Its evidence is frozen at once, and people are called until somebody takes it on.')}
      ready={ready}
      pending={report.isPending}
      act={t('Open incident')}
      acting={t('Opening…')}
      onSubmit={submit}
      onClose={onClose}
    >
      {report.isError && <ProblemNotice error={report.error} title={t('The incident was not opened')} />}
      <TextField
        label={t('What happened')}
        hint={t('One sentence that names nobody: it is in the ledger and in tickets.')}
        value={title}
        onValue={setTitle}
        maxLength={200}
        required
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Choice label={t('Kind')} value={kind} onValue={setKind} options={KINDS} />
        <Choice label={t('Severity')} value={severity} onValue={setSeverity} options={SEVERITIES} />
      </div>
      <TextField
        label={t('What is known')}
        hint={t('May name people; stays in Holdfast.')}
        value={description}
        onValue={setDescription}
        maxLength={8000}
        rows={4}
      />
      <TextField
        label={t('Recordings')}
        hint={t('Their ids; they are held from now on.')}
        value={recordings}
        onValue={setRecordings}
        rows={2}
      />
    </FormDialog>
  );
}
