import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useReportIncident } from '../api/incidents.ts';
import { ProblemNotice } from '../components/problem-notice.tsx';
import { FormDialog } from '../components/ui/form-dialog.tsx';
import { TextField } from '../components/ui/field.tsx';
import { codeInWords } from '../format/words.ts';
import { Choice } from './choice.tsx';

const KINDS = ['breach', 'attack', 'storage', 'capture', 'retention', 'availability', 'other'];
const SEVERITIES = ['critical', 'high', 'medium', 'low'];
const optionsOf = (codes: readonly string[]) => codes.map((value) => ({ value, label: codeInWords(value) }));
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

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
    const recordingIds = recordings.match(ID) ?? [];
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
      title="Report an incident"
      description="Its evidence is frozen at once, and people are called until somebody takes it on."
      ready={ready}
      pending={report.isPending}
      act="Open incident"
      acting="Opening…"
      onSubmit={submit}
      onClose={onClose}
    >
      {report.isError && <ProblemNotice error={report.error} title="The incident was not opened" />}
      <TextField
        label="What happened"
        hint="One sentence that names nobody: it is in the ledger and in tickets."
        value={title}
        onValue={setTitle}
        maxLength={200}
        required
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Choice label="Kind" value={kind} onValue={setKind} options={optionsOf(KINDS)} />
        <Choice label="Severity" value={severity} onValue={setSeverity} options={optionsOf(SEVERITIES)} />
      </div>
      <TextField
        label="What is known"
        hint="May name people; stays in Holdfast."
        value={description}
        onValue={setDescription}
        maxLength={8000}
        rows={4}
      />
      <TextField
        label="Recordings"
        hint="Their ids; they are held from now on."
        value={recordings}
        onValue={setRecordings}
        rows={2}
      />
    </FormDialog>
  );
}
